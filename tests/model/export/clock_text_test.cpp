#include "model/export/clock_text.h"

#include <gtest/gtest.h>

namespace whyrst {

namespace {

using namespace std::chrono_literals;

constexpr Timestamp begin{1'700'000'000s};

CaptureInfo capture(Duration length)
{
    CaptureInfo info;
    info.firstTime = begin;
    info.lastTime = begin + length;
    return info;
}

/// A comparison whose clock packets check during the first `checked` of the capture.
Comparison comparison(ClockKind kind, Duration offset, Duration bound, Duration checked = 10s)
{
    Comparison result;
    result.nearness = Nearness::Known;
    result.clock.kind = kind;
    ClockPiece& piece = result.clock.pieces.front();
    piece.from = piece.reference = piece.closedFrom = begin;
    piece.closedTo = begin + checked;
    piece.offset = offset;
    piece.bound = piece.halfRoundTrip = bound;
    return result;
}

std::string textOf(const Comparison& comparison, Duration length = 10s)
{
    return clockText(comparison, capture(length));
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// What is known of an offset when packets of one direction are in both captures.
struct OneWay
{
    bool isLowerLimit = false;
    Duration offset{};
    std::string words;
};

class OneWayClock : public testing::TestWithParam<OneWay>
{
};

} // namespace

TEST_P(OneWayClock, SaysOnWhichSideTheTruthLies)
{
    Comparison result = comparison(ClockKind::OneWay, GetParam().offset, Duration(0));
    result.clock.isLowerLimit = GetParam().isLowerLimit;
    const std::string text = textOf(result);
    EXPECT_TRUE(has(text, GetParam().words)) << text;
    EXPECT_TRUE(has(text, GetParam().isLowerLimit ? "only packets from the server" : "only packets from the client"))
        << text;
}

INSTANTIATE_TEST_SUITE_P(Limits, OneWayClock,
    testing::Values(OneWay{false, 3200ms, "is at most 3.200000 s ahead of the client's, if not behind it:"},
        OneWay{false, -3200ms, "is at least 3.200000 s behind the client's:"},
        OneWay{false, 0ms, "is not ahead of the client's:"},
        OneWay{true, 3200ms, "is at least 3.200000 s ahead of the client's:"},
        OneWay{true, -3200ms, "is at most 3.200000 s behind the client's, if not ahead of it:"},
        OneWay{true, 0ms, "is not behind the client's:"}));

TEST(ClockText, OffsetHasTheDigitsThatItsBoundLeaves)
{
    EXPECT_EQ(offsetText(37'200'412'345ns, 10'050us), "37.2004 s");
    EXPECT_EQ(offsetText(-28'799'229'412'345ns, 22'300us), "7 h 59 min 59.2294 s");
    EXPECT_EQ(offsetText(83'412ns, 8ms), "83 us");
    EXPECT_EQ(offsetText(512'345'678ns, 250us), "512.346 ms");
    EXPECT_EQ(offsetText(131'500ms, 1s), "2 min 11.50 s");
}

TEST(ClockText, TellsBoundAndWhatItMeansForDelays)
{
    const std::string text = textOf(comparison(ClockKind::TwoWay, 37'200'412'345ns, 10'050us));
    EXPECT_TRUE(has(text, "is 37.2004 s ahead of the client's, +- 10.1 ms (half the smallest round trip")) << text;
    EXPECT_TRUE(has(text, "One-way delays carry this uncertainty")) << text;
    EXPECT_FALSE(has(text, "not checked")) << text;
}

TEST(ClockText, DriftCarriesItsUncertainty)
{
    Comparison result = comparison(ClockKind::TwoWay, 3s, 10ms);
    result.clock.pieces.front().drift = 50e-6;
    result.clock.driftUncertainty = 0.62e-6;
    const std::string text = textOf(result);
    EXPECT_TRUE(has(text, " Drift 50.0 ppm +- 0.6.")) << text;
}

TEST(ClockText, SaysWhereNothingChecksTheClock)
{
    const std::string text = textOf(comparison(ClockKind::TwoWay, 3s, 10ms, 510ms));
    EXPECT_TRUE(has(text, "The clock is not checked in the last 9.49 s of the client's capture; assumed unchanged."))
        << text;
}

TEST(ClockText, TellsWhenAndByHowMuchAClockWasSet)
{
    Comparison result = comparison(ClockKind::TwoWay, 3s, 10ms);
    ClockSet set;
    set.firstFrame = PacketNumber{524};
    set.by = -350ms;
    set.at = begin + 2500ms;
    result.clock.sets.push_back(set);
    const std::string text = textOf(result);
    EXPECT_TRUE(has(text, "The server's clock was set back by 350 ms at packet 524 of its capture, 2.5 s after"))
        << text;
}

TEST(ClockText, StepThatIsOnlyProbableIsCalledSo)
{
    Comparison result = comparison(ClockKind::TwoWay, 3s, 10ms);
    ClockSet set;
    set.capture = Side::Client;
    set.by = 8ms;
    set.at = begin;
    set.isProbable = true;
    result.clock.sets.push_back(set);
    EXPECT_TRUE(has(textOf(result), "The client's clock was probably set forward by 8 ms")) << textOf(result);
}

TEST(ClockText, WantedOffsetNamesThePacketThatContradicts)
{
    Comparison result = comparison(ClockKind::Trusted, 0s, Duration(0));
    EXPECT_EQ(textOf(result), "The recorded clocks are trusted, as was asked for.");
    result.clock.violation = ClockViolation{Side::Server, PacketNumber{7}, PacketNumber{9}, 12ms};
    EXPECT_TRUE(has(textOf(result), "contradict it by up to 12 ms: client #7 and server #9, sent by the server"))
        << textOf(result);
}

TEST(ClockText, DelaySaysHowSureItIs)
{
    const CaptureClock checked = comparison(ClockKind::TwoWay, 3s, 10ms, 2s).clock;
    EXPECT_EQ(delayBoundText(checked, begin + 1s), "+- 10 ms");
    EXPECT_TRUE(has(delayBoundText(checked, begin + 3s), "not checked here"));
    for (const ClockKind kind : {ClockKind::None, ClockKind::OneWay, ClockKind::Manual, ClockKind::Trusted}) {
        const std::string text = delayBoundText(comparison(kind, 3s, Duration(0)).clock, begin + 1s);
        EXPECT_FALSE(text.empty());
        EXPECT_FALSE(has(text, "+-")) << text;
    }
}

} // namespace whyrst
