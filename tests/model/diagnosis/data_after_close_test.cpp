#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

TEST(DataAfterClose, NewBytesAfterTheFinDrawTheReset)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).closes(Side::Server); // 4, 5, 6
    talk.wait(1ms).acks(Side::Client).wait(100ms).sends(Side::Client, 200).wait(20ms).replies(Side::Server, 2); // 7, 8,
                                                                                                                // 9
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::DataAfterClose);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{6, 7, 8, 9}));
}

TEST(DataAfterClose, DataThatCrossedTheFinCountsToo)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(60s);
    talk.lost().sends(Side::Client, 200).wait(10ms).closes(Side::Server).wait(20ms).replies(Side::Server, 1);
    EXPECT_EQ(talk.primary().cause, CauseId::DataAfterClose);
}

TEST(DataAfterClose, FurtherResetsFollowFromTheFirst)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).closes(Side::Server).wait(100ms);
    talk.sends(Side::Client, 2920).wait(20ms).replies(Side::Server, 1).replies(Side::Server, 1);
    const ConnectionDiagnosis diagnosis = talk.diagnosis();
    ASSERT_EQ(diagnosis.resets.size(), 2U);
    EXPECT_EQ(diagnosis.resets[1].consequenceOf, diagnosis.resets[0].frame);
    EXPECT_FALSE(diagnosis.resets[1].isPrimary);
}

TEST(DataAfterClose, CloseWithoutLateBytesIsNone)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).closes(Side::Server).wait(20ms);
    talk.closes(Side::Client).wait(20ms).replies(Side::Server, 2);
    EXPECT_NE(talk.primary().cause, CauseId::DataAfterClose);
}

TEST(DataAfterClose, CaptureThatStartsAtTheFinStillShowsIt)
{
    Conversation talk;
    talk.says(Side::Server, 1, 1, 0, 0x11).wait(20ms).says(Side::Client, 1, 2, 200, 0x10);
    talk.wait(20ms).says(Side::Server, 2, 0, 0, 0x04);
    EXPECT_EQ(talk.primary().cause, CauseId::DataAfterClose);
}

TEST(DataAfterClose, ResetThatWaitedInAQueueStillAnswersTheData)
{
    Conversation talk;
    talk.exchange().wait(100ms).closes(Side::Client).wait(20ms).acks(Side::Server);
    talk.wait(50ms).sends(Side::Server, 14'600).wait(150ms).replies(Side::Client, 302);
    EXPECT_EQ(talk.primary().cause, CauseId::DataAfterClose);
}

TEST(DataAfterClose, DataThatIsRecordedBehindItsAnswerIsLateAllTheSame)
{
    Conversation talk; // two queues of one card: the clock tells the order, not the file
    talk.exchange().wait(1s).closes(Side::Server).wait(20ms).acks(Side::Client).wait(30ms).replies(Side::Server, 802);
    talk.wait(-2ms).sends(Side::Client, 500).wait(1s);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::DataAfterClose) << diagnosis.summary;
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
}

} // namespace whyrst::test
