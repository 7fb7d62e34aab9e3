// One capture ends before the other one shows the end of the connection.
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

const CompareFinding* captureEnd(const Comparison& comparison)
{
    const auto& findings = comparison.pairs.at(0).findings;
    const auto found = std::ranges::find(findings, "capture-ended", &CompareFinding::id);
    return found == findings.end() ? nullptr : &*found;
}

} // namespace

TEST(CaptureEnd, IsToldWithTheLastPacketThatTheCaptureHas)
{
    TwoCaptures path;
    path.talk();
    for (int i = 0; i < 4; ++i)
        path.unseenBy(Side::Server).data(Side::Client, 100).wait(500ms);
    path.unseenBy(Side::Server).reset(Side::Client, 1401);
    const Comparison comparison = path.compare();
    const CompareFinding* finding = captureEnd(comparison);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->text,
        "The server's capture has no packet of the connection after #23, 495 ms after its first packet; 5 later "
        "packets of the client are only in the client's capture, which shows the connection 2.03 s longer, to RST "
        "#28.");
    EXPECT_EQ(finding->serverFrames, std::vector<PacketNumber>{PacketNumber(23)});
    EXPECT_EQ(finding->clientFrames, std::vector<PacketNumber>{PacketNumber(28)});
}

TEST(CaptureEnd, IsNothingToSayWhereBothCapturesShowIt)
{
    TwoCaptures path;
    path.talk().reset(Side::Client, 1001);
    EXPECT_EQ(captureEnd(path.compare()), nullptr);
}

TEST(CaptureEnd, IsNothingToSayWhereTheCaptureHasTheReset)
{
    TwoCaptures path;
    path.talk().reset(Side::Server, 1).wait(30ms);
    for (int i = 0; i < 4; ++i)
        path.unseenBy(Side::Server).data(Side::Client, 100).wait(500ms);
    EXPECT_EQ(captureEnd(path.compare()), nullptr);
}

} // namespace whyrst::test
