#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(ResponseTimeout, AcknowledgedRequestWithoutAnswerIsLikelyAtARoundLimit)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(29'980ms).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::ResponseTimeout);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(findStep(diagnosis, Role::Request)->frame, PacketNumber(4));
    EXPECT_EQ(findStep(diagnosis, Role::RequestAcked)->frame, PacketNumber(5));
}

TEST(ResponseTimeout, AnsweredRequestIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 10).acks(Side::Client);
    talk.wait(29'980ms).aborts(Side::Client);
    EXPECT_NE(talk.primary().cause, CauseId::ResponseTimeout);
}

TEST(ResponseTimeout, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Client, 1, 1, 300, 0x10).wait(20ms).says(Side::Server, 1, 301, 0, 0x10).wait(9'980ms);
    talk.says(Side::Client, 301, 1, 0, 0x14);
    EXPECT_EQ(talk.primary().cause, CauseId::ResponseTimeout);
}

} // namespace whyrst::test
