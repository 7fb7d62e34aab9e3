#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// 1460 bytes at 1001 never get through: SACK for what follows, a fast re-send, four by timer.
Conversation& upload(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 1000).wait(20ms).acks(Side::Server);   // frames 4, 5
    talk.sends(Side::Client, 1460).wait(20ms).acks(Side::Server);               // 6, 7: a full segment passes
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 2920).wait(20ms); // 8 is lost; 9, 10
    talk.sacks(Side::Server, 3921, 5381).sacks(Side::Server, 3921, 6841);       // 11, 12
    return talk.lost().resends(Side::Client, 2461, 1460);                       // 13
}

Conversation& timers(Conversation& talk)
{
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 2461, 1460); // 14 to 17
    return talk;
}

} // namespace

TEST(SegmentBlackHole, StuckRangeBehindWhichBytesArriveIsOne)
{
    Conversation talk;
    timers(upload(talk)).wait(1s).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(diagnosis.mechanism, Mechanism::ApplicationGaveUp);
    EXPECT_EQ(diagnosis.dataSender, Side::Client);
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{8, 9, 11, 13, 14, 18}));
    EXPECT_EQ(diagnosis.chain[4].lastFrame, PacketNumber(17)); // re-sends by timer are one step
}

TEST(SegmentBlackHole, TheStepOfTheReSendsTellsHowTheTimerDoubled)
{
    Conversation talk;
    const Diagnosis diagnosis = timers(upload(talk)).wait(1s).aborts(Side::Client).primary();
    const EvidenceStep& step = diagnosis.chain[4];
    EXPECT_EQ(step.role, Role::RtoRtx);
    ASSERT_TRUE(step.firstSince && step.since);
    EXPECT_LT(*step.firstSince, *step.since);
    const std::string apart = humanDuration(*step.firstSince) + " to " + humanDuration(*step.since) + " apart.";
    EXPECT_NE(step.text.find(apart), std::string::npos) << step.text;
}

TEST(SegmentBlackHole, SummaryNamesTheRangeAndTheSends)
{
    Conversation talk;
    timers(upload(talk)).wait(1s).aborts(Side::Client);
    const std::string summary = talk.primary().summary;
    EXPECT_NE(summary.find("Bytes 2,461 to 3,920"), std::string::npos) << summary;
    EXPECT_NE(summary.find("sent 6 times"), std::string::npos) << summary;
    EXPECT_NE(summary.find("never acknowledged"), std::string::npos)
        << "this end cannot know what arrived: " << summary;
    EXPECT_NE(summary.find("asked for byte 2,461 again (2 duplicate ACKs)"), std::string::npos) << summary;
}

TEST(SegmentBlackHole, NextCaptureKeepsWholePacketsForTheirChecksums)
{
    Conversation talk;
    timers(upload(talk)).wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().nextCapture.find("-s 0 "), std::string::npos) << talk.primary().nextCapture;
}

TEST(SegmentBlackHole, SilentGiveUpDrawsTheMissingResend)
{
    Conversation talk;
    timers(upload(talk)).wait(20s).sends(Side::Server, 100).replies(Side::Client, 2461);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(diagnosis.mechanism, Mechanism::GaveUpSilently);
    const EvidenceStep* missing = findStep(diagnosis, Role::MissingRtx);
    ASSERT_NE(missing, nullptr);
    EXPECT_TRUE(missing->isGhost);
    EXPECT_FALSE(missing->frame.has_value());
}

TEST(SegmentBlackHole, EvidenceAfterTheThirdResendMakesItCertain)
{
    Conversation talk;
    timers(upload(talk))
        .sends(Side::Client, 100)
        .wait(20ms)
        .sacks(Side::Server, 3921, 6941)
        .wait(1s)
        .aborts(Side::Client);
    EXPECT_EQ(talk.primary().confidence, Confidence::Certain);
    EXPECT_NE(talk.primary().summary.find("kept asking for byte 2,461"), std::string::npos);
}

TEST(SegmentBlackHole, RecoveredLossIsNone)
{
    Conversation talk;
    upload(talk)
        .wait(220ms)
        .resends(Side::Client, 2461, 1460)
        .wait(20ms)
        .acks(Side::Server)
        .wait(3s)
        .aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::SegmentBlackHole);
}

TEST(SegmentBlackHole, TwoResendsNeverWin)
{
    Conversation talk;
    upload(talk).wait(220ms).lost().resends(Side::Client, 2461, 1460).wait(10ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::SegmentBlackHole);
}

TEST(SegmentBlackHole, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 1460, 0x10).wait(20ms).says(Side::Server, 1, 1461, 0, 0x10);
    talk.says(Side::Client, 1461, 1, 1460, 0x10).says(Side::Client, 2921, 1, 1460, 0x10).wait(20ms);
    for (int count = 0; count < 3; ++count)
        talk.says(Side::Server, 1, 1461, 0, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Client, 1461, 1, 1460, 0x10);
    talk.wait(1s).says(Side::Client, 4381, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::SegmentBlackHole);
}

namespace {

/// Recorded at the receiver: 1461 to 2920 never comes by, what follows does and is reported; then silence.
Conversation& holeAtReceiver(Conversation& talk)
{
    talk.handshake().says(Side::Server, 1, 1, 1460, 0x10).says(Side::Client, 1, 1461, 0, 0x10).wait(20ms);
    talk.says(Side::Server, 2921, 1, 1460, 0x10);
    for (int count = 0; count < 3; ++count)
        talk.says(Side::Server, 4381 + 1460 * count, 1, 1460, 0x10).says(Side::Client, 1, 1461, 0, 0x10);
    return talk.wait(5s);
}

} // namespace

TEST(SegmentBlackHole, SenderThatFallsSilentMayHaveBeenCutOff)
{
    Conversation talk;
    const Diagnosis diagnosis = holeAtReceiver(talk).says(Side::Client, 1, 1461, 0, 0x14).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::PathOutage));
}

TEST(SegmentBlackHole, SenderWhoseEndArrivesWasNotCutOff)
{
    Conversation talk;
    const Diagnosis diagnosis = holeAtReceiver(talk).says(Side::Server, 8761, 1, 0, 0x14).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(SegmentBlackHole, RepairsThatNeverCameByHaveNoTimerToMiss)
{
    Conversation talk;
    holeAtReceiver(talk).says(Side::Client, 1, 1461, 100, 0x18).wait(20ms).replies(Side::Server, 1);
    EXPECT_EQ(findStep(talk.primary(), Role::MissingRtx), nullptr);
}

TEST(SegmentBlackHole, SegmentThatIsCutAnewIsNoLaterData)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1400).wait(20ms).acks(Side::Server).wait(50ms);       // 4, 5
    talk.lost().sends(Side::Client, 1460).wait(20ms).lost().resends(Side::Client, 1401, 1300); // 6, 7
    talk.says(Side::Client, 2701, 1, 1300, 0x10).wait(20ms).sacks(Side::Server, 2701, 4001);   // 8, 9
    talk.losesResends(Side::Client, 1401, 1300).wait(2s).says(Side::Client, 4001, 1, 0, 0x14);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(findStep(diagnosis, Role::FirstSend)->frame, PacketNumber(6));
    ASSERT_NE(findStep(diagnosis, Role::LaterData), nullptr);
    EXPECT_EQ(findStep(diagnosis, Role::LaterData)->frame, PacketNumber(8));
}

} // namespace whyrst::test
