#include "model/tcp/load_trace.h"

#include <gtest/gtest.h>

namespace whyrst {

namespace {

const std::string sample = WHYRST_SOURCE_DIR "/resources/samples/upload-stalls.pcapng";

} // namespace

TEST(LoadTrace, SampleHasOneConnectionWithAReset)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace(sample, LoadOptions(), progress);
    ASSERT_TRUE(trace.ok());
    EXPECT_EQ(trace->connections.size(), 1U);
    EXPECT_GE(trace->resets.size(), 1U);
    EXPECT_EQ(trace->capture.file, sample);
}

TEST(LoadTrace, MissingFileIsOneSentence)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace("/no/such/file.pcap", LoadOptions(), progress);
    ASSERT_FALSE(trace.ok());
    EXPECT_EQ(trace.error().code, ErrorCode::CannotOpen);
    EXPECT_EQ(sentenceFor(trace.error()).find('\n'), std::string::npos);
}

TEST(LoadTrace, SeedOfTheHashChangesNothing)
{
    NoProgress progress;
    const Result<Trace> one = loadTrace(sample, LoadOptions{1}, progress);
    const Result<Trace> other = loadTrace(sample, LoadOptions{2}, progress);
    ASSERT_TRUE(one.ok() && other.ok());
    EXPECT_EQ(one->connections[0].packetCount(), other->connections[0].packetCount());
}

} // namespace whyrst
