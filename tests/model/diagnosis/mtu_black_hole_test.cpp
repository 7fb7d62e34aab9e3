#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// 100 bytes pass; then large packets are stuck at 101 while `small` bytes sent behind them arrive.
Conversation& stall(Conversation& talk, uint32_t large, uint32_t small)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);      // 4, 5
    talk.lost().sends(Side::Client, large).sends(Side::Client, small).wait(20ms); // 6 ...
    talk.sacks(Side::Server, 101 + large, 101 + large + small);
    talk.losesResends(Side::Client, 101, 1460);
    return talk.wait(1s);
}

} // namespace

TEST(MtuBlackHole, LargePacketsThatVanishWhileSmallOnesPassAreOne)
{
    Conversation talk;
    const Diagnosis diagnosis = stall(talk, 2920, 200).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 8, 9, 10, 14}));
    EXPECT_EQ(diagnosis.chain[3].lastFrame, PacketNumber(13)); // re-sends by timer are one step
    EXPECT_NE(diagnosis.summary.find("up to 240 bytes get through"), std::string::npos) << diagnosis.summary;
}

TEST(MtuBlackHole, PingStartsAtTheLargestSizeThatPassed)
{
    Conversation talk;
    const std::vector<std::string> actions = stall(talk, 2920, 200).aborts(Side::Client).primary().actions;
    ASSERT_FALSE(actions.empty());
    EXPECT_NE(actions[0].find("On the client: ping -M do -s 212 192.0.2.2,"), std::string::npos) << actions[0];
}

TEST(MtuBlackHole, SizesThatFitOneTunnelNameIt)
{
    const auto guessFor = [](uint32_t passed, uint32_t stuck) {
        Conversation talk;
        stall(talk, stuck - 40, passed - 40).aborts(Side::Client);
        const Diagnosis diagnosis = talk.primary();
        const auto fact = std::ranges::find(diagnosis.facts, "limit_guess", &Fact::name);
        return fact == diagnosis.facts.end() ? std::string() : fact->text;
    };
    EXPECT_EQ(guessFor(1430, 1445), "1,440 bytes of WireGuard over IPv4");
    EXPECT_EQ(guessFor(1410, 1430), "1,420 bytes of WireGuard over IPv6");
    EXPECT_EQ(guessFor(1410, 1500), "") << "several tunnels fit";
}

TEST(MtuBlackHole, OneLargePacketMakesItPossible)
{
    Conversation talk;
    const Diagnosis diagnosis = stall(talk, 1460, 200).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
}

TEST(MtuBlackHole, EquallyLargePacketThatArrivesRulesItOut)
{
    Conversation talk;
    stall(talk, 1460, 1460).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::MtuBlackHole);
}

TEST(MtuBlackHole, LargePacketsThatPassedBeforeAreAPathChange)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 2920).sends(Side::Client, 200).wait(20ms).sacks(Side::Server, 4381, 4581);
    talk.losesResends(Side::Client, 1461, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"path-change"});
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(MtuBlackHole, ErrorThatTheSenderDoesNotFollowProvesIt)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460); // 6
    talk.wait(5ms).icmp(Side::Client, 101, 3, 4, 1280);                                                       // 7
    talk.losesResends(Side::Client, 101, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"ptb-ignored"});
    ASSERT_NE(findStep(diagnosis, Role::Ptb), nullptr);
    EXPECT_EQ(findStep(diagnosis, Role::Ptb)->frame, PacketNumber(7));
}

namespace {

/// The first full packet is stuck, a router asks for 1,400 bytes, and the sender obeys.
Conversation& obey(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460); // 6
    return talk.wait(5ms).icmp(Side::Client, 101, 3, 4, 1400).lost().resends(Side::Client, 101, 1360);        // 7, 8
}

} // namespace

TEST(MtuBlackHole, ErrorThatTheSenderFollowsIsNotIgnored)
{
    Conversation talk;
    obey(talk).sends(Side::Client, 1360).wait(20ms).sacks(Side::Server, 1561, 2921);
    const Diagnosis diagnosis = talk.losesResends(Side::Client, 101, 1360).wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::SegmentBlackHole);
}

TEST(MtuBlackHole, ErrorThatNamesTooLargeASizeIsShownAndNotIgnored)
{
    Conversation talk;
    obey(talk).sends(Side::Client, 200).wait(20ms).sacks(Side::Server, 1561, 1761);
    const Diagnosis diagnosis = talk.losesResends(Side::Client, 101, 1360).wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_NE(diagnosis.confidence, Confidence::Certain);
    EXPECT_TRUE(diagnosis.subs.empty());
    ASSERT_NE(findStep(diagnosis, Role::Ptb), nullptr);
    EXPECT_EQ(findStep(diagnosis, Role::Ptb)->frame, PacketNumber(7));
}

TEST(MtuBlackHole, ErrorWithoutASizeIsIgnoredByThoseWhoSendAsMuchAsBefore)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460);
    talk.wait(5ms).icmp(Side::Client, 101, 3, 4, 0).losesResends(Side::Client, 101, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"ptb-ignored"});
}

TEST(MtuBlackHole, NearTheReceiverAHoleForSeveralFullPacketsBehindWhichOnlySmallOnesComeMakesItPossible)
{
    Conversation talk;
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 100).acks(Side::Server).wait(1s);                   // 4, 5
    talk.says(Side::Client, 3021, 1, 200, 0x10).sacks(Side::Server, 3021, 3221); // 6, 7
    const Diagnosis diagnosis = talk.wait(8s).says(Side::Client, 3221, 1, 0, 0x14).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Possible);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::SegmentBlackHole));
    EXPECT_EQ(findStep(diagnosis, Role::LaterData)->frame, PacketNumber(6));
}

TEST(MtuBlackHole, NearTheReceiverAHoleForOnePacketIsNone)
{
    Conversation talk;
    talk.ttl(Side::Client, 55).ttl(Side::Server, 64).syn().synAck().wait(20ms).acks(Side::Client);
    talk.sends(Side::Client, 100).acks(Side::Server).wait(1s);
    talk.says(Side::Client, 1561, 1, 200, 0x10).sacks(Side::Server, 1561, 1761);
    talk.wait(8s).says(Side::Client, 1761, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::SegmentBlackHole);
}

TEST(MtuBlackHole, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 100, 0x10).wait(20ms).says(Side::Server, 1, 101, 0, 0x10);
    talk.says(Side::Client, 101, 1, 1460, 0x10).says(Side::Client, 1561, 1, 1460, 0x10);
    talk.says(Side::Client, 3021, 1, 200, 0x10).wait(20ms);
    talk.says(Side::Server, 1, 101, 0, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).says(Side::Client, 101, 1, 1460, 0x10);
    talk.wait(3s).says(Side::Client, 3221, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::MtuBlackHole);
}

/// From the first large packet on nothing is acknowledged, and nothing small is tried.
static Conversation& stallFromTheFirstLarge(Conversation& talk)
{
    talk.exchange().lost().sends(Side::Client, 2920);
    return talk.losesResends(Side::Client, 301, 1460).wait(1s);
}

TEST(MtuBlackHole, AnswerToTheSendersOwnResetShowsThatSmallPacketsPass)
{
    Conversation talk;
    const Diagnosis diagnosis
        = stallFromTheFirstLarge(talk).aborts(Side::Client).wait(20ms).acks(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::MtuBlackHole);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(MtuBlackHole, ReceiverThatEndsTheConnectionIsHeard)
{
    Conversation talk;
    EXPECT_EQ(stallFromTheFirstLarge(talk).aborts(Side::Server).primary().cause, CauseId::MtuBlackHole);
}

TEST(MtuBlackHole, WithoutAWordFromTheReceiverItStaysAnOutage)
{
    Conversation talk;
    const Diagnosis diagnosis = stallFromTheFirstLarge(talk).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PathOutage);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::MtuBlackHole));
}

} // namespace whyrst::test
