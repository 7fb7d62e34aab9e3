#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(AcceptQueueOverflow, ResetThatAnswersTheThirdAckIsOne)
{
    Conversation talk;
    talk.handshake().wait(20ms).replies(Side::Server, 1); // 4
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::AcceptQueueOverflow);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"abort-on-overflow"});
    EXPECT_EQ(diagnosis.harm, Harm::ConnectFailed);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{1, 2, 3, 4}));
}

TEST(AcceptQueueOverflow, SynAckThatIsRepeatedAfterTheThirdAckIsOne)
{
    Conversation talk;
    talk.handshake().lost().sends(Side::Client, 100).wait(1s).synAck().acks(Side::Client);  // 4, 5, 6
    talk.wait(1s).lost().resends(Side::Client, 1, 100).wait(20ms).replies(Side::Server, 1); // 7, 8
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::AcceptQueueOverflow);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"syn-ack-repeated"});
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{1, 2, 3, 4, 5, 7, 8}));
    EXPECT_EQ(findStep(diagnosis, Role::SynAckAgain)->frame, PacketNumber(5));
}

TEST(AcceptQueueOverflow, ResetThatOnlyTheFirstDataDrawsIsNone)
{
    Conversation talk;
    talk.handshake().wait(2s).lost().sends(Side::Client, 100).wait(20ms).replies(Side::Server, 1);
    EXPECT_NE(talk.primary().cause, CauseId::AcceptQueueOverflow);
}

TEST(AcceptQueueOverflow, ServerThatTookTheDataHadAccepted)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(1s);
    talk.lost().sends(Side::Client, 100).wait(20ms).replies(Side::Server, 1);
    EXPECT_NE(talk.primary().cause, CauseId::AcceptQueueOverflow);
}

TEST(AcceptQueueOverflow, CaptureThatStartsLateSaysNothingOfIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 0, 0x10).wait(20ms).replies(Side::Server, 1);
    EXPECT_NE(talk.primary().cause, CauseId::AcceptQueueOverflow);
}

} // namespace whyrst::test
