#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

/// A new SYN on the old port, the old numbers back, the RST that answers them.
Conversation& collide(Conversation& talk)
{
    talk.says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms).acks(Side::Server).wait(1ms);
    return talk.replies(Side::Client, 101);
}

} // namespace

TEST(PortReuse, OldConnectionIsResetAndTheNewOneWorks)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(1s);
    collide(talk)
        .wait(10ms)
        .says(Side::Client, 900'000, 0, 0, 0x02)
        .wait(20ms)
        .says(Side::Server, 900'000, 900'001, 0, 0x12);
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::PortReuse);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{5, 6, 7, 8, 9, 10}));
}

TEST(PortReuse, ResetWithoutNewSynIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(1s);
    talk.sends(Side::Server, 50).wait(1ms).replies(Side::Client, 101);
    EXPECT_NE(talk.primary().cause, CauseId::PortReuse);
}

TEST(PortReuse, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 100, 0x10).wait(20ms).says(Side::Server, 1, 101, 0, 0x10).wait(1s);
    talk.says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms).says(Side::Server, 1, 101, 0, 0x10);
    talk.wait(1ms).says(Side::Client, 101, 0, 0, 0x04);
    EXPECT_EQ(talk.primary().cause, CauseId::PortReuse);
}

TEST(PortReuse, TimeWaitIsToldWhenBothSidesHadClosed)
{
    Conversation talk;
    talk.exchange().wait(1s).closes(Side::Client).wait(20ms).closes(Side::Server).acks(Side::Client).wait(5s); // 8 to
                                                                                                               // 10
    talk.says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms).says(Side::Server, 802, 302, 0, 0x10);             // 11, 12
    talk.wait(1ms).says(Side::Client, 302, 0, 0, 0x04).wait(1s).says(Side::Client, 900'000, 0, 0, 0x02);       // 13, 14
    talk.wait(20ms).says(Side::Server, 700'000, 900'001, 0, 0x12);                                             // 15
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::PortReuse);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"time-wait"});
    EXPECT_EQ(diagnosis.effect, ResetEffect::Accepted);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(talk.diagnosis(1).summary.ended, Ended::Open) << "the new connection goes on";
    EXPECT_EQ(findStep(diagnosis, Role::PreviousUse)->frame, PacketNumber(10));
    EXPECT_NE(diagnosis.summary.find("TIME-WAIT"), std::string::npos) << diagnosis.summary;
    EXPECT_NE(diagnosis.actions.back().find("TIME-WAIT"), std::string::npos) << diagnosis.actions.back();
}

TEST(PortReuse, ConnectionThatIsOpenedAnewIsNotEndedByIt)
{
    Conversation talk;
    talk.exchange().wait(1s).closes(Side::Client).wait(20ms).closes(Side::Server).acks(Side::Client).wait(5s);
    talk.says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms).says(Side::Server, 802, 302, 0, 0x10);
    talk.wait(1ms).says(Side::Client, 302, 0, 0, 0x04).wait(1s).says(Side::Client, 900'000, 0, 0, 0x02);
    talk.wait(20ms).says(Side::Server, 700'000, 900'001, 0, 0x12).says(Side::Client, 900'001, 700'001, 0, 0x10);
    talk.wait(1s).says(Side::Server, 700'001, 900'001, 0, 0x14); // 17: the new one is aborted
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.frame, PacketNumber(17));
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
}

TEST(PortReuse, SynInTheOldWindowThatIsAnsweredWithAResetIsLikely)
{
    Conversation talk;
    talk.exchange().wait(20s).says(Side::Client, 801, 0, 0, 0x02).wait(20ms).aborts(Side::Server); // 8, 9
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PortReuse);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"syn-in-window"});
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{7, 8, 9}));
    EXPECT_NE(diagnosis.summary.find("The client opened a new connection"), std::string::npos) << diagnosis.summary;
}

TEST(PortReuse, ResetOfAnOpenConnectionAfterWhichTheSynIsAcceptedIsHarmless)
{
    Conversation talk;
    talk.exchange().wait(20s).says(Side::Client, 801, 0, 0, 0x02).wait(20ms).aborts(Side::Server).wait(1s); // 8, 9
    talk.says(Side::Client, 801, 0, 0, 0x02).wait(20ms).says(Side::Server, 700'000, 802, 0, 0x12);          // 10, 11
    const Diagnosis diagnosis = talk.primary(1);
    EXPECT_EQ(diagnosis.cause, CauseId::PortReuse);
    EXPECT_EQ(diagnosis.harm, Harm::None);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{7, 8, 9, 10, 11}));
}

TEST(PortReuse, AbortLongAfterASynIsNone)
{
    Conversation talk;
    talk.exchange().wait(20s).says(Side::Client, 801, 0, 0, 0x02).wait(5s).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::PortReuse);
}

TEST(PortReuse, MissingAckMakesItLikely)
{
    Conversation talk;
    talk.exchange().wait(20s).says(Side::Client, 900'000, 0, 0, 0x02).wait(20ms).says(Side::Client, 301, 0, 0, 0x04);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::PortReuse);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{7, 8, 9}));
}

} // namespace whyrst::test
