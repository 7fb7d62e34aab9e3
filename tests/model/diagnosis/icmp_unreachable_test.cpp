#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

constexpr uint8_t unreachable = 3;
constexpr uint8_t prohibited = 13;

/// 1,460 bytes that are sent five times; the errors of a router follow on `reported` of the sends.
Conversation& rejected(Conversation& talk, int reported)
{
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server); // 4, 5
    talk.lost().sends(Side::Client, 1460);                                    // 6
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)}) {
        if (reported-- > 0)
            talk.wait(5ms).icmp(Side::Client, 1461, unreachable, prohibited);
        talk.wait(wait).lost().resends(Side::Client, 1461, 1460);
    }
    return talk;
}

} // namespace

TEST(IcmpUnreachable, ErrorsAboutTheStuckBytesNameTheCause)
{
    Conversation talk;
    rejected(talk, 4).wait(1s).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IcmpUnreachable);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 7, 8, 10, 15}));
    EXPECT_EQ(diagnosis.chain[3].lastFrame, PacketNumber(14)); // re-sends by timer are one step
    EXPECT_NE(diagnosis.summary.find("192.0.2.9"), std::string::npos) << diagnosis.summary;
    EXPECT_NE(diagnosis.summary.find("administratively prohibited"), std::string::npos) << diagnosis.summary;
}

TEST(IcmpUnreachable, ErrorsAboutOtherBytesThanTheStuckOnesMakeItLikely)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 1460).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 2920);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(5ms)
            .icmp(Side::Client, 2921, unreachable, prohibited)
            .wait(wait)
            .lost()
            .resends(Side::Client, 1461, 1460);
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IcmpUnreachable);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
}

TEST(IcmpUnreachable, SynThatIsRejectedFailsTheConnect)
{
    Conversation talk;
    talk.lost().syn().wait(30ms).icmp(Side::Client, 0, unreachable, 3).wait(10s);
    const ConnectionDiagnosis result = talk.diagnosis();
    ASSERT_TRUE(result.death.has_value());
    EXPECT_EQ(result.death->cause, CauseId::IcmpUnreachable);
    EXPECT_EQ(result.death->harm, Harm::ConnectFailed);
    EXPECT_EQ(framesOf(*result.death), (std::vector<uint32_t>{1, 2}));
}

TEST(IcmpUnreachable, ErrorBeforeTheLastProgressIsNone)
{
    Conversation talk;
    talk.handshake().lost().sends(Side::Client, 1460).wait(5ms).icmp(Side::Client, 1, unreachable, prohibited);
    talk.wait(220ms).resends(Side::Client, 1, 1460).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460);
    talk.losesResends(Side::Client, 1461, 1460);
    talk.wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::IcmpUnreachable);
}

TEST(IcmpUnreachable, ErrorAboutThePacketSizeIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1460);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)}) {
        talk.wait(5ms).icmp(Side::Client, 101, unreachable, 4, 1280);
        talk.wait(wait).lost().resends(Side::Client, 101, 1460);
    }
    talk.wait(1s).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::IcmpUnreachable);
}

TEST(IcmpUnreachable, ErrorsAboutTheAcknowledgmentsExplainResendsOfWhatArrived)
{
    Conversation talk;
    talk.handshake().sends(Side::Server, 1460).acks(Side::Client).checksums(ChecksumClass::Valid); // 4, 5
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)}) {
        talk.wait(wait).resends(Side::Server, 1, 1460).acks(Side::Client);
        talk.wait(5ms).icmp(Side::Client, 1, unreachable, prohibited);
    }
    const Diagnosis diagnosis = talk.wait(1s).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IcmpUnreachable);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"acknowledgments"});
}

TEST(IcmpUnreachable, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 1460, 0x10).wait(20ms).says(Side::Server, 1, 1461, 0, 0x10);
    talk.says(Side::Client, 1461, 1, 1460, 0x10);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)}) {
        talk.wait(5ms).icmp(Side::Client, 1461, unreachable, 1);
        talk.wait(wait).says(Side::Client, 1461, 1, 1460, 0x10);
    }
    talk.wait(3s).says(Side::Client, 2921, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::IcmpUnreachable);
}

TEST(IcmpUnreachable, ErrorsAboutBytesThatWereSentTwiceAreEnough)
{
    Conversation talk;
    talk.exchange().wait(100ms).lost().sends(Side::Client, 1460);
    talk.wait(5ms).icmp(Side::Client, 301, unreachable, prohibited).wait(400ms).lost().resends(Side::Client, 301, 1460);
    const Diagnosis diagnosis
        = talk.wait(5ms).icmp(Side::Client, 301, unreachable, prohibited).wait(800ms).aborts(Side::Client).primary();
    EXPECT_EQ(diagnosis.cause, CauseId::IcmpUnreachable);
}

TEST(IcmpUnreachable, ErrorAboutBytesThatWereSentOnceIsNotEnough)
{
    Conversation talk;
    talk.exchange().wait(100ms).lost().sends(Side::Client, 1460);
    talk.wait(5ms).icmp(Side::Client, 301, unreachable, prohibited).wait(800ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::IcmpUnreachable);
}

} // namespace whyrst::test
