#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

constexpr int64_t shift = 1'000'000;

/// One segment is lost; the ACKs for those behind it report blocks that are `off` bytes too high.
Conversation& loss(Conversation& talk, int64_t off)
{
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);       // 4, 5
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 4 * 1460).wait(20ms); // 6; 7 to 10
    for (int64_t count = 1; count <= 4; ++count)
        talk.sacks(Side::Server, 2921 + off, 2921 + off + count * 1460).wait(1ms); // 11 to 14
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460); // 15 to 18
    return talk.wait(1s).aborts(Side::Client);                    // 19
}

} // namespace

TEST(SackMangled, BlocksThatFitOneConstantAwayAreCertain)
{
    Conversation talk;
    const Diagnosis diagnosis = loss(talk, shift).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SackMangled);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_NE(diagnosis.summary.find("1,000,000 bytes apart"), std::string::npos) << diagnosis.summary;
    const EvidenceStep* altered = findStep(diagnosis, Role::Altered);
    ASSERT_NE(altered, nullptr);
    EXPECT_EQ(altered->frame, PacketNumber(11));
    EXPECT_EQ(altered->lastFrame, PacketNumber(14));
}

TEST(SackMangled, BlocksWithoutAConstantAreLikely)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 4 * 1460).wait(20ms);
    for (const int64_t left : {900'001, 950'002, 990'003})
        talk.sacks(Side::Server, left, left + 777).wait(1ms);
    talk.losesResends(Side::Client, 1461, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SackMangled);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(SackMangled, LossesThatOnlyTheTimerRepairsAreOneToo)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    int64_t next = 1461;
    for (int count = 0; count < 3; ++count, next += 2920) {
        talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(20ms);
        talk.sacks(Side::Server, next + 1460 + shift, next + 2920 + shift).wait(400ms);
        talk.resends(Side::Client, next, 1460).wait(20ms).acks(Side::Server);
    }
    const Diagnosis diagnosis = talk.wait(100ms).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SackMangled);
}

TEST(SackMangled, HealthyBlocksAreNone)
{
    Conversation talk;
    loss(talk, 0);
    EXPECT_NE(talk.primary().cause, CauseId::SackMangled);
}

TEST(SackMangled, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 4 * 1460).wait(20ms);
    for (int64_t count = 1; count <= 4; ++count)
        talk.sacks(Side::Server, 2920 + shift, 2920 + shift + count * 1460).wait(1ms);
    talk.losesResends(Side::Client, 1460, 1460);
    talk.wait(1s).aborts(Side::Client);
    EXPECT_EQ(talk.primary().cause, CauseId::SackMangled);
}

namespace {

/// Recorded at the server, where the blocks are right: three losses that are repaired after `wait`, and one that is
/// not.
Conversation& lossesNearServer(Conversation& talk, Duration wait)
{
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server).wait(20ms);
    int64_t next = 1461;
    for (int count = 0; count < 4; ++count, next += 5 * 1460) {
        talk.lost().sends(Side::Client, 1460);
        for (int64_t later = 1; later <= 4; ++later)
            talk.sends(Side::Client, 1460).sacks(Side::Server, next + 1460, next + 1460 + later * 1460);
        if (count < 3)
            talk.wait(wait).resends(Side::Client, next, 1460).acks(Side::Server).wait(20ms);
    }
    return talk.wait(400ms).aborts(Side::Client);
}

/// Recorded at the server: after one loss the client sends again what the server has acknowledged, as it knows only of
/// ACKs without blocks. `told`: the server has once acknowledged more in such an ACK.
Conversation& deafToBlocks(Conversation& talk, bool told)
{
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 1460).acks(Side::Server).wait(20ms).lost().sends(Side::Client, 1460);
    for (int64_t later = 1; later <= 12; ++later)
        talk.sends(Side::Client, 1460).sacks(Side::Server, 2921, 2921 + later * 1460);
    talk.wait(600ms).resends(Side::Client, 1461, 1460);
    if (told)
        talk.acks(Side::Server);
    talk.sacks(Side::Server, 1461, 2921);
    for (const Duration wait : {Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).resends(Side::Client, 1461, 1460).sacks(Side::Server, 1461, 2921);
    return talk.wait(4800ms).aborts(Side::Client);
}

} // namespace

TEST(SackMangled, ReportsThatNeverSpeedARepairAreLikelyNearTheReceiver)
{
    Conversation talk;
    const Diagnosis diagnosis = lossesNearServer(talk, 400ms).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SackMangled);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"unheeded"});
    EXPECT_TRUE(isPossible(diagnosis, CauseId::SegmentBlackHole));
}

TEST(SackMangled, ReportsThatAreHeededAreHealthy)
{
    Conversation talk;
    EXPECT_NE(lossesNearServer(talk, 25ms).primary().cause, CauseId::SackMangled);
}

TEST(SackMangled, SenderThatTakesNoAckWithBlocksIsPossible)
{
    Conversation talk;
    const Diagnosis diagnosis = deafToBlocks(talk, false).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SackMangled);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"untaken"});
    EXPECT_TRUE(isPossible(diagnosis, CauseId::AckPathLoss));
    EXPECT_NE(diagnosis.summary.find("Either a box on the path"), std::string::npos) << diagnosis.summary;
    EXPECT_EQ(diagnosis.assuredSummary.find("Either"), std::string::npos) << diagnosis.assuredSummary;
    EXPECT_NE(diagnosis.assuredSummary.find("A box on the path changes"), std::string::npos)
        << diagnosis.assuredSummary;
}

TEST(SackMangled, SenderThatMissedAnAckWithoutBlocksTooIsNone)
{
    Conversation talk;
    EXPECT_NE(deafToBlocks(talk, true).primary().cause, CauseId::SackMangled);
}

TEST(SackMangled, BytesThatWereSentBeforeTheCaptureBeganAreNoSign)
{
    Conversation talk; // only the re-sends of the hole are captured; what lies behind it had been sent before
    talk.timestamps(false).says(Side::Server, 1, 1461, 0, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Client, 1461, 1, 1460, 0x10).wait(20ms).sacks(Side::Server, 2921, 5841);
    EXPECT_NE(talk.wait(2s).says(Side::Client, 2921, 1, 0, 0x14).primary().cause, CauseId::SackMangled);
}

} // namespace whyrst::test
