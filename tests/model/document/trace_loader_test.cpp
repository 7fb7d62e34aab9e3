#include "model/document/trace_loader.h"

#include "tests/support/open_trace_maker.h"
#include "tests/support/packet_bytes.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

constexpr int patience = 60000; // ms; a busy machine is no failure

/// Far more packets than are read between two looks at the cancel flag.
test::TemporaryFile longCapture()
{
    const test::Bytes frame = test::ethernetFrame({});
    test::PcapFile file;
    for (int packet = 0; packet < 200'000; ++packet)
        file.packet(packet * 1us, frame);
    return test::TemporaryFile(file.bytes());
}

TEST(TraceLoader, GivesTraceAndDiagnosis)
{
    TraceLoader loader;
    QSignalSpy loaded(&loader, &TraceLoader::loaded);
    loader.start(QString::fromStdString(test::samplePath()));
    ASSERT_TRUE(loaded.wait(patience));
    const auto open = loaded.front().front().value<OpenTrace>();
    ASSERT_TRUE(open);
    EXPECT_EQ(open.trace->connections.size(), open.diagnosis->connections.size());
    EXPECT_FALSE(loader.isLoading());
}

TEST(TraceLoader, SaysInOneSentenceWhyAFileCannotBeOpened)
{
    TraceLoader loader;
    QSignalSpy failed(&loader, &TraceLoader::failed);
    loader.start(QStringLiteral("/there/is/no/such.pcap"));
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("such.pcap")));
}

TEST(TraceLoader, CancelKeepsWhatWasRead)
{
    const test::TemporaryFile file = longCapture();
    TraceLoader loader;
    QSignalSpy cancelled(&loader, &TraceLoader::cancelled);
    loader.start(QString::fromStdString(file.path()));
    loader.cancel();
    ASSERT_TRUE(cancelled.wait(patience));
    const auto open = cancelled.front().front().value<OpenTrace>();
    ASSERT_TRUE(open);
    EXPECT_GT(open.trace->capture.packets, 0U);
    EXPECT_LT(open.trace->capture.packets, 200'000U);
    EXPECT_EQ(open.diagnosis->connections.size(), 1U);
}

TEST(TraceLoader, AFurtherStartAbandonsTheLoadBefore)
{
    const test::TemporaryFile file = longCapture();
    TraceLoader loader;
    QSignalSpy loaded(&loader, &TraceLoader::loaded);
    loader.start(QString::fromStdString(file.path()));
    loader.start(QString::fromStdString(test::samplePath()));
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(loaded.size(), 1);
    EXPECT_EQ(loaded.front().front().value<OpenTrace>().trace->capture.file, test::samplePath());
}

} // namespace
} // namespace whyrst
