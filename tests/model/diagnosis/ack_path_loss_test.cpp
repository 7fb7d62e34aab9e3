#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// Recorded at the server: bytes 1 to 1,460 arrive and are acknowledged, and come again and again.
Conversation& repeat(Conversation& talk, int times)
{
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server); // 4, 5
    for (Duration wait = 220ms; times > 0; --times, wait *= 2)
        talk.wait(wait).resends(Side::Client, 1, 1460).sacks(Side::Server, 1, 1461); // 6 ..., a D-SACK each
    return talk.wait(500ms);
}

} // namespace

TEST(AckPathLoss, ResendsOfWhatWasAcknowledgedAreOne)
{
    Conversation talk;
    const Diagnosis diagnosis = repeat(talk, 4).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::AckPathLoss);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{4, 5, 6, 7, 14}));
    EXPECT_EQ(diagnosis.chain[2].lastFrame, PacketNumber(12)); // re-sends by timer are one step
    EXPECT_NE(diagnosis.summary.find("4 times over"), std::string::npos) << diagnosis.summary;
}

TEST(AckPathLoss, OneOrTwoNeedlessResendsAreNone)
{
    Conversation talk;
    repeat(talk, 2).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::AckPathLoss);
}

TEST(AckPathLoss, ResendsThatEndedLongBeforeAreNone)
{
    Conversation talk;
    repeat(talk, 4).wait(20s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::AckPathLoss);
}

TEST(AckPathLoss, CaptureAtTheSenderCannotTellItFromAnOutage)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460);
    talk.losesResends(Side::Client, 1461, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::AckPathLoss));
}

TEST(AckPathLoss, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64);
    talk.says(Side::Client, 1, 1, 1460, 0x10).says(Side::Server, 1, 1461, 0, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Client, 1, 1, 1460, 0x10).says(Side::Server, 1, 1461, 0, 0x10);
    talk.wait(1s).says(Side::Client, 1461, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::AckPathLoss);
}

namespace {

/// Recorded at the receiver: 2921 to 4380 is missing, what follows is reported for a second, and then the sender sends
/// `last` again.
Conversation& holeBesideLostAcks(Conversation& talk, int64_t last)
{
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 2920).acks(Side::Server).says(Side::Client, 4381, 1, 1460, 0x10);
    for (int count = 0; count < 3; ++count)
        talk.says(Side::Client, 5841 + 1460 * count, 1, 1460, 0x10).wait(300ms).sacks(Side::Server, 4381, 5841);
    return talk.wait(500ms).says(Side::Client, last, 1, 1460, 0x10).wait(500ms);
}

} // namespace

TEST(AckPathLoss, RepairOfWhatWasAcknowledgedLongAgoTellsItFromABlackHole)
{
    Conversation talk;
    const Diagnosis diagnosis = holeBesideLostAcks(talk, 1461).says(Side::Client, 10'221, 1, 0, 0x14).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::AckPathLoss);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::SegmentBlackHole));
}

TEST(AckPathLoss, NewDataAfterTheHoleIsNoSignOfIt)
{
    Conversation talk;
    holeBesideLostAcks(talk, 10'221).says(Side::Client, 11'681, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::SegmentBlackHole);
}

TEST(AckPathLoss, LaterDataThatIsOutstandingHidesNoNeedlessResend)
{
    Conversation talk;
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server).sends(Side::Client, 1460); // the second is not acknowledged
    for (const Duration wait : {220ms, 440ms, 880ms})
        talk.wait(wait).resends(Side::Client, 1, 1460);
    EXPECT_EQ(talk.wait(500ms).aborts(Side::Client).primary().cause, CauseId::AckPathLoss);
}

TEST(AckPathLoss, SenderThatGoesOnHasGotTheAcknowledgments)
{
    Conversation talk;
    repeat(talk, 4).sends(Side::Client, 1460).acks(Side::Server).wait(500ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::AckPathLoss);
}

TEST(AckPathLoss, AcknowledgmentsThatComeByAtTheSenderAreDroppedBehindTheCapture)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    for (const Duration wait : {220ms, 440ms, 880ms, 1760ms})
        talk.wait(wait).resends(Side::Client, 1, 1460).wait(20ms).sacks(Side::Server, 1, 1461);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::AckPathLoss);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"behind-capture"});
    ASSERT_FALSE(diagnosis.actions.empty());
    EXPECT_NE(diagnosis.actions[0].find("On the client"), std::string::npos) << diagnosis.actions[0];
}

TEST(AckPathLoss, BytesFromBeforeTheCaptureAreNotAcknowledgedForThat)
{
    Conversation talk; // no packet of the other side is captured
    for (int count = 0; count < 5; ++count)
        talk.says(Side::Server, 9001 + 1460 * count, 1, 1460, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Server, 1, 1, 1460, 0x10);
    talk.wait(2s).says(Side::Server, 16'301, 1, 0, 0x14).says(Side::Client, 1, 1, 0, 0x10);
    EXPECT_NE(talk.primary().cause, CauseId::AckPathLoss);
}

} // namespace whyrst::test
