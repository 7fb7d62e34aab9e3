#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Conversation& starve(Conversation& talk)
{
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms); // 4 to 12
    talk.window(Side::Server, 0).acks(Side::Server);                                   // 13
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server); // 14 to 21
    return talk;
}

} // namespace

TEST(ZeroWindowStarvation, SenderGivesUpOnAClosedWindow)
{
    Conversation talk;
    starve(talk).wait(2s).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ZeroWindowStarvation);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.dataSender, Side::Client);
    ASSERT_NE(findStep(diagnosis, Role::WindowClosed), nullptr);
    EXPECT_EQ(findStep(diagnosis, Role::WindowClosed)->frame, PacketNumber(13));
    EXPECT_EQ(findStep(diagnosis, Role::ZwProbe)->frame, PacketNumber(14));
}

TEST(ZeroWindowStarvation, ProbesAloneAreNoFirstSend)
{
    Conversation talk;
    EXPECT_EQ(findStep(starve(talk).wait(2s).aborts(Side::Client).primary(), Role::FirstSend), nullptr);
}

TEST(ZeroWindowStarvation, ProberThatMissesItsNextProbeHasDied)
{
    Conversation talk;
    const Diagnosis diagnosis = starve(talk).wait(60s).primary();
    EXPECT_TRUE(diagnosis.isDeath());
    EXPECT_EQ(diagnosis.cause, CauseId::ZeroWindowStarvation);
    EXPECT_EQ(diagnosis.mechanism, Mechanism::GaveUpSilently);
    const EvidenceStep* missing = findStep(diagnosis, Role::MissingRtx);
    ASSERT_NE(missing, nullptr);
    EXPECT_TRUE(missing->isGhost);
    EXPECT_EQ(missing->flow, Side::Client);
}

TEST(ZeroWindowStarvation, ProberWhoseNextProbeIsNotDueYetLives)
{
    Conversation talk;
    EXPECT_EQ(starve(talk).wait(3s).diagnosis().primary(), nullptr);
}

TEST(ZeroWindowStarvation, GrantedWindowThatIsTakenBackIsNamed)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server); // grants 64,256 bytes
    talk.lost().sends(Side::Client, 12'800).wait(20ms).window(Side::Server, 0).acks(Side::Server);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460).wait(20ms).acks(Side::Server);
    const Diagnosis diagnosis = talk.wait(2s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ZeroWindowStarvation);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"memory-pressure"});
    EXPECT_NE(findStep(diagnosis, Role::WindowShrink), nullptr);
    ASSERT_NE(findStep(diagnosis, Role::FirstSend), nullptr) << "it was sent before the window closed";
    EXPECT_LT(findStep(diagnosis, Role::FirstSend)->time, findStep(diagnosis, Role::WindowShrink)->time);
    EXPECT_EQ(diagnosis.summary.find("stopped reading"), std::string::npos)
        << "the program may read: " << diagnosis.summary;
}

TEST(ZeroWindowStarvation, ReceiverThatClosesAfterItIsStillTheRoot)
{
    Conversation talk;
    starve(talk).wait(2s).window(Side::Server, 97).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ZeroWindowStarvation);
    EXPECT_EQ(diagnosis.mechanism, Mechanism::ReceiverClosed);
}

TEST(ZeroWindowStarvation, WindowThatOpenedAgainIsNone)
{
    Conversation talk;
    starve(talk).window(Side::Server, 100).acks(Side::Server).wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::ZeroWindowStarvation);
}

TEST(ZeroWindowStarvation, ShortClosureIsFlowControl)
{
    Conversation talk;
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0).acks(Side::Server).wait(300ms).zeroWindowProbe(Side::Client).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::ZeroWindowStarvation);
}

TEST(ZeroWindowStarvation, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 1000, 0x10).wait(20ms).window(Side::Server, 0).says(Side::Server, 1, 1001, 0, 0x10);
    for (const Duration wait : {Duration(500ms), Duration(1000ms), Duration(2000ms)})
        talk.wait(wait).says(Side::Client, 1000, 1, 0, 0x10).wait(20ms).says(Side::Server, 1, 1001, 0, 0x10);
    talk.wait(1s).says(Side::Client, 1001, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::ZeroWindowStarvation);
}

TEST(ZeroWindowStarvation, AnswerThatTakesLongIsAnAnswer)
{
    Conversation talk;
    talk.window(Side::Server, 100).handshake().sends(Side::Client, 12'800).wait(20ms);
    talk.window(Side::Server, 0).acks(Side::Server);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).zeroWindowProbe(Side::Client).wait(150ms).acks(Side::Server);
    EXPECT_EQ(talk.wait(2s).aborts(Side::Client).primary().cause, CauseId::ZeroWindowStarvation);
}

} // namespace whyrst::test
