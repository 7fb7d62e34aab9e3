// What is fuzzed elsewhere for hours, on stored inputs: each target takes each file that once did harm, and captures of
// the lab, as they are. The targets end the program when a promise is broken.
#include "tests/fuzz/fuzz_targets.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

namespace whyrst::fuzz {
namespace {

class FuzzTargets : public testing::TestWithParam<FuzzTarget>
{
};

INSTANTIATE_TEST_SUITE_P(
    All, FuzzTargets, testing::ValuesIn(fuzzTargets()), [](const auto& test) { return test.param.name; });

TEST_P(FuzzTargets, TakeEachFileThatOnceDidHarm)
{
    const std::vector<std::string> files = test::filesBelow(WHYRST_SOURCE_DIR "/tests/traces/hostile");
    ASSERT_FALSE(files.empty());
    for (const std::string& file : files) {
        SCOPED_TRACE(file);
        GetParam().run(test::bytesOfFile(file));
    }
}

TEST_P(FuzzTargets, TakeTheBeginningsOfCaptures)
{
    constexpr size_t length = 4096;
    for (const std::string& file : test::smallLabCaptures()) {
        SCOPED_TRACE(file);
        test::Bytes bytes = test::bytesOfFile(file);
        bytes.resize(std::min(bytes.size(), length));
        GetParam().run(bytes);
    }
}

} // namespace
} // namespace whyrst::fuzz
