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
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 7, 8, 9, 10}));
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

} // namespace whyrst::test
