#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// Recorded at the server: bytes 1,461 to 2,920 arrive intact five times and are never acknowledged.
Conversation& discard(Conversation& talk)
{
    talk.syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server);                                              // 4, 5
    talk.wait(5ms).lost().sends(Side::Client, 1460);                                                // 6
    talk.sends(Side::Client, 2920).sacks(Side::Server, 2921, 4381).sacks(Side::Server, 2921, 5841); // 7 to 10
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460).sacks(Side::Server, 2921, 5841); // 11 to 18
    return talk.wait(1s);
}

Conversation& atServer(Conversation& talk)
{
    return talk.checksums(ChecksumClass::Valid).ttl(Side::Client, 55).ttl(Side::Server, 64);
}

} // namespace

TEST(ReceiverDiscards, IntactCopiesThatAreNeverAcknowledgedAreOne)
{
    Conversation talk;
    const Diagnosis diagnosis = discard(atServer(talk)).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ReceiverDiscards);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    const EvidenceStep* copies = findStep(diagnosis, Role::Discarded);
    ASSERT_NE(copies, nullptr);
    EXPECT_EQ(copies->frame, PacketNumber(6));
    EXPECT_EQ(copies->lastFrame, PacketNumber(17));
    EXPECT_NE(diagnosis.summary.find("intact 5 times"), std::string::npos) << diagnosis.summary;
}

TEST(ReceiverDiscards, DuplicateAcksNeedNotKeepComing)
{
    Conversation talk;
    atServer(talk)
        .withoutSackAtServer()
        .syn()
        .synAck()
        .wait(20ms)
        .acks(Side::Client)
        .sends(Side::Client, 1460)
        .acks(Side::Server)
        .wait(5ms);
    talk.lost().sends(Side::Client, 1460);
    for (int count = 0; count < 4; ++count)
        talk.sends(Side::Client, 1460).acks(Side::Server);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460); // no answer
    EXPECT_EQ(talk.wait(1s).aborts(Side::Client).primary().cause, CauseId::ReceiverDiscards);
}

TEST(ReceiverDiscards, CopiesThatCannotBeCheckedLeaveItOpen)
{
    Conversation talk;
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64);
    const Diagnosis diagnosis = discard(talk).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::Unknown);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ReceiverDiscards));
}

TEST(ReceiverDiscards, CaptureAtTheSenderDoesNotShowIt)
{
    Conversation talk;
    talk.checksums(ChecksumClass::Valid).handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(20ms).sacks(Side::Server, 2921, 4381);
    talk.losesResends(Side::Client, 1461, 1460);
    talk.wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::ReceiverDiscards);
}

TEST(ReceiverDiscards, CopiesOlderThanAnEchoedTimestampAreSubPaws)
{
    Conversation talk;
    talk.timestamps(true).handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server); // at the client
    talk.clockOff(Side::Client, 1h).acks(Side::Server).clockOff(Side::Client, 0s); // echoes what the client never sent
    talk.lost().sends(Side::Client, 1460);
    talk.losesResends(Side::Client, 1461, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ReceiverDiscards);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"paws"});
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(ReceiverDiscards, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    atServer(talk).says(Side::Client, 1, 1, 1460, 0x10).says(Side::Server, 1, 1461, 0, 0x10).wait(5ms);
    talk.says(Side::Client, 1461, 1, 1460, 0x10).says(Side::Client, 2921, 1, 1460, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.says(Side::Server, 1, 1461, 0, 0x10).wait(wait).says(Side::Client, 1461, 1, 1460, 0x10);
    talk.says(Side::Server, 1, 1461, 0, 0x10).wait(3s).says(Side::Client, 4381, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::ReceiverDiscards);
}

namespace {

/// Recorded at the client: bytes 1,461 to 2,920 are sent five times. The re-sends are answered, but the last few.
Conversation& answered(Conversation& talk, int unanswered)
{
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(20ms).sacks(Side::Server, 2921, 4381);
    int left = 4;
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)}) {
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460).wait(20ms);
        if (left-- > unanswered)
            talk.sacks(Side::Server, 2921, 4381);
    }
    return talk.wait(1s).aborts(Side::Client);
}

} // namespace

TEST(ReceiverDiscards, ReceiverThatAnswersEachResendHasGotThem)
{
    Conversation talk;
    const Diagnosis diagnosis = answered(talk, 0).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ReceiverDiscards);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"answered"});
    EXPECT_TRUE(isPossible(diagnosis, CauseId::SegmentBlackHole));
}

TEST(ReceiverDiscards, ResendThatDrawsNoAnswerMayHaveBeenLost)
{
    Conversation talk;
    EXPECT_EQ(answered(talk, 1).primary().cause, CauseId::SegmentBlackHole);
}

namespace {

/// Recorded at the client: of six segments the first is lost and the others are reported; when the first is there, the
/// server asks for the second, as if it had never had it, and drops each copy.
Conversation& renege(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(50ms); // 4, 5
    talk.lost().sends(Side::Client, 8760).wait(20ms).sacks(Side::Server, 1561, 8861);   // 6 to 11, 12
    talk.wait(1ms).says(Side::Client, 101, 1, 1460, 0x10).wait(20ms).says(Side::Server, 1, 1561, 0, 0x10); // 13, 14
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).says(Side::Client, 1561, 1, 1460, 0x10).wait(20ms).says(Side::Server, 1, 1561, 0, 0x10);
    return talk.wait(3s).aborts(Side::Client);
}

} // namespace

TEST(ReceiverDiscards, ReportedBytesThatAreAskedForAgainAreSubReneging)
{
    Conversation talk;
    const Diagnosis diagnosis = renege(talk).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ReceiverDiscards);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"reneging"});
    EXPECT_NE(diagnosis.summary.find("Bytes 1,561 to 3,020 from the client were sent 5 times"), std::string::npos)
        << diagnosis.summary;
    EXPECT_NE(diagnosis.summary.find("took that back"), std::string::npos) << diagnosis.summary;
    ASSERT_NE(findStep(diagnosis, Role::Sack), nullptr);
    EXPECT_EQ(findStep(diagnosis, Role::Sack)->frame, PacketNumber(12));
}

TEST(ReceiverDiscards, ReportThatWasTakenBackCountsNoMore)
{
    Conversation talk;
    const Diagnosis diagnosis = renege(talk).primary();
    EXPECT_EQ(diagnosis.ledger[sideIndex(Side::Client)].behindHole, 0);
    std::vector<uint32_t> frames = framesOf(diagnosis);
    EXPECT_EQ(std::ranges::adjacent_find(frames), frames.end());
}

namespace {

/// Recorded at the server, which says nothing more: five intact copies arrive, then the client's RST.
Conversation& dropAll(Conversation& talk)
{
    atServer(talk).syn().synAck().wait(20ms).acks(Side::Client).sends(Side::Client, 100).acks(Side::Server).wait(5ms);
    talk.lost().sends(Side::Client, 1000);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 101, 1000);
    return talk.wait(1s).aborts(Side::Client);
}

} // namespace

TEST(ReceiverDiscards, HostThatAsksBackOverTheResetIsAlive)
{
    Conversation talk;
    EXPECT_EQ(dropAll(talk).acks(Side::Server).primary().cause, CauseId::ReceiverDiscards);
}

TEST(ReceiverDiscards, HostThatSaysNothingMayBeDead)
{
    Conversation talk;
    const Diagnosis diagnosis = dropAll(talk).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::ReceiverDiscards));
}

TEST(ReceiverDiscards, OldTimestampsTellWithoutTheChecksum)
{
    Conversation talk; // recorded at the server, cut behind the headers; the clock of the client is set back
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).timestamps(true).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server).wait(5ms).clockOff(Side::Client, -600s);
    talk.lost().sends(Side::Client, 1460).acks(Side::Server);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460).acks(Side::Server);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ReceiverDiscards);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"paws"});
}

} // namespace whyrst::test
