#include "model/export/comparison_text.h"

#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

TwoCaptures& talk(TwoCaptures& path)
{
    path.handshake();
    for (int i = 0; i < 10; ++i)
        path.data(Side::Client, 100).wait(25ms).acknowledge(Side::Server, 1 + 100 * (i + 1)).wait(25ms);
    return path;
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// Without the line breaks that fit it to a page.
std::string flat(const std::string& text)
{
    std::string result;
    for (const char letter : text) {
        const char added = letter == '\n' ? ' ' : letter;
        if (added != ' ' || !result.ends_with(' '))
            result += added;
    }
    return result;
}

} // namespace

TEST(ComparisonText, ListsConnectionsThatOnlyOneCaptureHas)
{
    TwoCaptures path;
    talk(path);
    Comparison comparison = path.compare();
    EXPECT_FALSE(contains(comparisonText(path.traces(), comparison), "Only in the"));
    comparison.unpairedServer.assign(7, ConnectionId{0});
    const std::string text = comparisonText(path.traces(), comparison);
    EXPECT_TRUE(
        contains(text, "Only in the server's capture: 7 connections.\n    0: 192.0.2.1:40000 > 192.0.2.2:443, "))
        << text;
    EXPECT_TRUE(contains(text, "\n    and 2 more\n")) << text;
    EXPECT_FALSE(contains(text, "Only in the client's"));
}

TEST(ComparisonText, SaysOfWhichPairAConnectionIsAPart)
{
    TwoCaptures path;
    talk(path);
    Comparison comparison = path.compare();
    comparison.unpairedServer = {ConnectionId{0}};
    EXPECT_FALSE(contains(comparisonText(path.traces(), comparison), "part of"));
    comparison.pairs.at(0).parts[sideIndex(Side::Server)] = {ConnectionId{0}};
    const std::string text = comparisonText(path.traces(), comparison);
    EXPECT_TRUE(contains(text, " packets, part of 0 = 0\n")) << text;
}

TEST(ComparisonText, SaysThatItIsNotKnownWhetherAResetAfterTheOthersEndArrived)
{
    TwoCaptures path;
    talk(path).wait(500ms).lost().reset(Side::Client, 1001);
    const Comparison comparison = path.compare();
    const std::string text = flat(comparisonText(path.traces(), comparison));
    EXPECT_TRUE(contains(
        text, "sent by the client after the last packet of the server's capture: whether it arrived is not known."))
        << text;
}

TEST(ComparisonText, CountsWhatArrivedBrokenApartFromWhatWasChanged)
{
    TwoCaptures path;
    const auto breakIt = [](SegmentHeader& header) { header.checksumClass = ChecksumClass::Bad; };
    talk(path).altered(breakIt).data(Side::Client, 500).wait(200ms).resend(Side::Client, 1001, 500).wait(25ms);
    path.acknowledge(Side::Server, 1501);
    const Comparison comparison = path.compare();
    const std::string text = flat(comparisonText(path.traces(), comparison));
    EXPECT_TRUE(contains(text, ", 1 arrived broken client > server")) << text;
    EXPECT_FALSE(contains(text, "changed beyond these rules")) << text;
}

} // namespace whyrst::test
