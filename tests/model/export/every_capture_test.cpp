// Every capture that is at hand: opens or is refused with a sentence, and never crashes.
#include "model/diagnosis/trace_context.h"
#include "model/export/diagnosis_json.h"
#include "model/export/diagnosis_text.h"
#include "model/tcp/load_trace.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <sstream>

namespace whyrst {

namespace {

void diagnoseAll(const Trace& trace)
{
    const TraceContext context = buildTraceContext(trace);
    for (const Connection& connection : trace.connections) {
        const Analysis analysis = analyzeConnection(connection);
        const ConnectionDiagnosis diagnosis = diagnoseConnection(context, connection, analysis);
        std::ostringstream json;
        JsonWriter writer(json);
        writeConnectionJson(writer, {connection, analysis, diagnosis}, {}, {true, true});
        writer.flush();
        EXPECT_FALSE(json.str().empty());
        EXPECT_FALSE(connectionText(trace.capture, connection, diagnosis).empty());
    }
}

void openOrRefuse(const std::string& file)
{
    std::cout << file << std::endl; // flushed: a crash shows at which file
    NoProgress progress;
    const Result<Trace> trace = loadTrace(file, LoadOptions(), progress);
    if (trace) {
        diagnoseAll(*trace);
        return;
    }
    const std::string sentence = sentenceFor(trace.error());
    EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
    EXPECT_TRUE(sentence.ends_with('.')) << sentence;
}

class EveryCapture : public testing::TestWithParam<const char*>
{
};

} // namespace

TEST_P(EveryCapture, OpensOrIsRefusedWithASentence)
{
    const char* captures = test::captureFolder();
    if (!captures)
        GTEST_SKIP() << "WHYRST_CAPTURES names no folder with captures.";
    const std::filesystem::path folder = std::filesystem::path(captures) / GetParam();
    if (!std::filesystem::is_directory(folder))
        GTEST_SKIP() << folder << " is not there.";
    const std::vector<std::string> files = test::filesBelow(folder);
    EXPECT_FALSE(files.empty());
    for (const std::string& file : files)
        openOrRefuse(file);
}

INSTANTIATE_TEST_SUITE_P(
    Folders, EveryCapture, testing::Values("public", "lab"), [](const auto& test) { return std::string(test.param); });

} // namespace whyrst
