#include "model/diagnosis/connection_findings.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

Conversation& established(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 100);
    return talk.wait(1ms).acks(Side::Client); // 7
}

Conversation& goOn(Conversation& talk)
{
    return talk.wait(1s)
        .sends(Side::Client, 100)
        .wait(20ms)
        .acks(Side::Server)
        .sends(Side::Server, 50)
        .acks(Side::Client);
}

} // namespace

TEST(IgnoredReset, ChallengedResetThatEndedNothingIsOne)
{
    Conversation talk;
    established(talk).replies(Side::Server, 600).wait(10us).acks(Side::Client); // 8, 9: challenge ACK
    goOn(talk);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IgnoredReset);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(findStep(diagnosis, Role::ChallengeAck)->frame, PacketNumber(9));
}

TEST(IgnoredReset, ShowsInTheFindingsThoughAnotherResetIsLookedAt)
{
    Conversation talk;
    established(talk).replies(Side::Server, 600).wait(10us).acks(Side::Client); // 8, 9: challenge ACK
    goOn(talk).wait(1s).aborts(Side::Client);
    ConnectionDiagnosis diagnosis = talk.diagnosis();
    ASSERT_EQ(diagnosis.resets.size(), 2U);
    diagnosis.resets.erase(diagnosis.resets.begin());
    const Findings findings = findingsOf(talk.connection(), talk.analysis(), diagnosis);
    EXPECT_EQ(std::ranges::count(findings.episodes, EpisodeKind::IgnoredResets, &Episode::kind), 1);
}

TEST(IgnoredReset, ResetOutsideTheWindowIsDropped)
{
    Conversation talk;
    established(talk).replies(Side::Server, 50'000'000);
    goOn(talk);
    EXPECT_EQ(talk.primary().cause, CauseId::IgnoredReset);
    EXPECT_EQ(talk.primary().effect, ResetEffect::Dropped);
    EXPECT_EQ(talk.primary().number, NumberPlace::OutOfWindow);
    EXPECT_NE(talk.primary().summary.find("lies outside the window of the client"), std::string::npos);
}

TEST(IgnoredReset, NumberInTheWindowThatIsNotExactIsSaidToBeSo)
{
    Conversation talk;
    established(talk).replies(Side::Server, 600).wait(10us).acks(Side::Client); // challenge ACK
    goOn(talk);
    EXPECT_EQ(talk.primary().number, NumberPlace::InWindow);
    EXPECT_NE(talk.primary().summary.find("in the window of the client, but is not the exact one"), std::string::npos)
        << talk.primary().summary;
}

TEST(IgnoredReset, AnAbortsOwnNumberIsExact)
{
    Conversation talk;
    established(talk).wait(1s).aborts(Side::Server);
    EXPECT_EQ(talk.primary().number, NumberPlace::Exact);
}

TEST(IgnoredReset, RefusalAfterWhichTheHandshakeWentOnIsOne)
{
    Conversation talk;
    talk.syn().wait(20ms).refuses().wait(1ms).synAck().acks(Side::Client).wait(1s);
    goOn(talk);
    EXPECT_EQ(talk.primary().cause, CauseId::IgnoredReset);
}

TEST(IgnoredReset, AcceptedResetIsNone)
{
    Conversation talk;
    established(talk).wait(1s).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::IgnoredReset);
    EXPECT_EQ(talk.primary().effect, ResetEffect::Accepted);
}

TEST(IgnoredReset, PacketsThatWereOnTheirWayAreNoContinuation)
{
    Conversation talk;
    established(talk).aborts(Side::Server).wait(1ms).sends(Side::Client, 10);
    EXPECT_NE(talk.primary().cause, CauseId::IgnoredReset);
}

TEST(IgnoredReset, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10)
        .wait(20ms)
        .says(Side::Server, 1, 301, 100, 0x10)
        .says(Side::Client, 301, 101, 0, 0x10);
    talk.says(Side::Server, 50'000'000, 0, 0, 0x04).wait(1s).says(Side::Client, 301, 101, 10, 0x10);
    talk.wait(20ms).says(Side::Server, 101, 311, 0, 0x10);
    EXPECT_EQ(talk.primary().cause, CauseId::IgnoredReset);
}

TEST(IgnoredReset, AcceptedResetBehindAFloodOfIgnoredOnesEndsTheConnection)
{
    Conversation talk;
    established(talk);
    for (int i = 0; i < 40; ++i) // what the client acknowledged long ago; it goes on
        talk.replies(Side::Server, 1).wait(50ms).sends(Side::Server, 100).acks(Side::Client);
    const uint32_t last = talk.frame() + 1;
    const Diagnosis diagnosis = talk.replies(Side::Server, 4101).wait(1ms).replies(Side::Server, 4101).primary();
    EXPECT_EQ(diagnosis.frame, PacketNumber(last));
    EXPECT_EQ(diagnosis.effect, ResetEffect::Accepted);
    EXPECT_NE(diagnosis.cause, CauseId::IgnoredReset);
}

TEST(IgnoredReset, OfASweepThroughTheNumbersTheExactOneEndsTheConnection)
{
    constexpr int half = 30;
    Conversation talk;
    established(talk);
    uint32_t exact = 0;
    for (int i = -half; i <= half; ++i) {
        talk.replies(Side::Server, 101 + i * 20'000).wait(1ms);
        exact = i == 0 ? talk.frame() : exact;
        if (i < 0)
            talk.wait(50ms).sends(Side::Client, 100);
    }
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.frame, PacketNumber(exact));
    EXPECT_EQ(diagnosis.effect, ResetEffect::Accepted);
}

TEST(IgnoredReset, DataThatDrawsTheSameResetAgainWasOnItsWay)
{
    Conversation talk;
    established(talk).wait(100ms);
    uint32_t first = 0;
    for (int i = 0; i < 8; ++i) { // a queue stretches the flight over several round trips
        talk.lost().sends(Side::Client, 1000).replies(Side::Server, 101).wait(15ms);
        first = i == 0 ? talk.frame() : first;
    }
    talk.wait(5s).closes(Side::Server).wait(1ms).replies(Side::Client, 301);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.frame, PacketNumber(first));
    EXPECT_EQ(diagnosis.effect, ResetEffect::Accepted);
}

TEST(IgnoredReset, SayNothingOfDataThatTheHostAcknowledgesNevertheless)
{
    Conversation talk;
    established(talk).wait(100ms);
    for (int i = 0; i < 100; ++i) // a box answers each packet, and so does the server
        talk.sends(Side::Client, 100).wait(2ms).replies(Side::Server, 101).wait(6ms).acks(Side::Server).wait(92ms);
    talk.sends(Side::Client, 100).acks(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IgnoredReset);
    EXPECT_EQ(diagnosis.effect, ResetEffect::Dropped);
}

TEST(IgnoredReset, AbortThatNeverArrivedIsTheEndOfItsSender)
{
    Conversation talk; // of the bytes before the RST 100 were not captured; they and the RST are lost on the way
    talk.exchange().wait(1s).says(Side::Server, 901, 301, 1000, 0x10).wait(1s).says(Side::Server, 1901, 301, 0, 0x14);
    talk.wait(40s).says(Side::Client, 301, 801, 0, 0x11);
    EXPECT_NE(talk.primary().cause, CauseId::IgnoredReset);
}

TEST(IgnoredReset, AcknowledgmentOfWhatFollowedTheResetNeedsNoWait)
{
    Conversation talk; // all within the time in which an answer may still be on its way
    established(talk).wait(2ms).replies(Side::Client, 10'000'000).wait(2ms).sends(Side::Client, 200);
    talk.acks(Side::Server).wait(2ms).sends(Side::Client, 200).acks(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IgnoredReset);
    EXPECT_EQ(findStep(diagnosis, Role::AfterRst)->frame, PacketNumber(10));
}

TEST(IgnoredReset, AcknowledgmentOfWhatCameBeforeTheResetMayHaveBeenOnItsWay)
{
    Conversation talk;
    established(talk).sends(Side::Client, 200).wait(2ms).replies(Side::Client, 10'000'000).wait(2ms);
    talk.acks(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::IgnoredReset);
}

} // namespace whyrst::test
