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

} // namespace whyrst::test
