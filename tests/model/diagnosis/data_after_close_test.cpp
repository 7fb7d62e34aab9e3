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

namespace {

/// The server closes after its answer, and the client sends `bytes` more, of which `captured` are recorded.
Diagnosis lateBytes(uint32_t bytes, uint32_t captured)
{
    Conversation talk;
    talk.exchange().closes(Side::Server).wait(1ms).acks(Side::Client).wait(100ms);
    talk.content(1, 1, captured).sends(Side::Client, bytes).wait(20ms).replies(Side::Server, 802);
    return talk.primary();
}

} // namespace

TEST(DataAfterClose, ShortRecordThatTheSnapLengthCutMayBeATlsAlert)
{
    const Diagnosis cut = lateBytes(31, 4);
    EXPECT_EQ(cut.cause, CauseId::DataAfterClose);
    EXPECT_EQ(cut.confidence, Confidence::Likely);
    EXPECT_EQ(cut.harm, Harm::Unknown);
    EXPECT_EQ(cut.missing, std::vector<Missing>{Missing::SnaplenShort});
    EXPECT_TRUE(isPossible(cut, CauseId::Teardown));
    EXPECT_NE(cut.summary.find("goodbye of TLS"), std::string::npos) << cut.summary;
}

TEST(DataAfterClose, RecordWhoseTypeWasCapturedIsTold)
{
    const Diagnosis told = lateBytes(31, 5);
    EXPECT_EQ(told.confidence, Confidence::Certain) << "five bytes are the header of a TLS record, and it is none";
    EXPECT_EQ(told.harm, Harm::DataLost);
}

TEST(DataAfterClose, MoreThanAnAlertHoldsIsDataWhateverWasCaptured)
{
    EXPECT_EQ(lateBytes(86, 0).confidence, Confidence::Certain);
    EXPECT_EQ(lateBytes(6, 0).confidence, Confidence::Certain) << "less than an alert";
}

namespace {

/// The server sends its FIN, which is not captured; the client acknowledges one number more than was seen.
Conversation& closeUnseen(Conversation& talk)
{
    return talk.exchange().wait(10ms).says(Side::Client, 301, 802, 0, 0x10).wait(2s);
}

} // namespace

TEST(DataAfterClose, FinThatWasNotCapturedIsToldByItsAcknowledgment)
{
    Conversation talk;
    closeUnseen(talk).says(Side::Client, 301, 802, 300, 0x18).wait(20ms).says(Side::Server, 802, 0, 0, 0x04);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::DataAfterClose) << diagnosis.summary;
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_EQ(diagnosis.harm, Harm::DataLost);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HalfOpen));
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{8, 9, 10}));
}

TEST(DataAfterClose, SeveralUnseenBytesAreNoFin)
{
    Conversation talk;
    talk.exchange().wait(10ms).says(Side::Client, 301, 901, 0, 0x10).wait(2s);
    talk.says(Side::Client, 301, 901, 300, 0x18).wait(20ms).says(Side::Server, 901, 0, 0, 0x04);
    EXPECT_EQ(talk.primary().cause, CauseId::HalfOpen);
}

TEST(DataAfterClose, UnseenByteThatWasFollowedByOthersIsNoFin)
{
    Conversation talk;
    closeUnseen(talk).says(Side::Server, 802, 301, 100, 0x18).wait(1ms).says(Side::Client, 301, 902, 0, 0x10).wait(1s);
    talk.says(Side::Client, 301, 902, 300, 0x18).wait(20ms).says(Side::Server, 902, 0, 0, 0x04);
    EXPECT_EQ(talk.primary().cause, CauseId::HalfOpen);
}

TEST(DataAfterClose, LastOfATrainOfAnswersMayBeLateBehindAQueue)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 400).wait(20ms).acks(Side::Server); // 4, 5
    for (int64_t offset = 401; offset < 15'001; offset += 1460)
        talk.says(Side::Client, offset, 1, 1460, 0x18); // 6 to 15
    talk.says(Side::Server, 1, 401, 72, 0x18)
        .says(Side::Client, 15'001, 73, 0, 0x10)
        .says(Side::Server, 73, 401, 0, 0x11);
    for (int count = 0; count < 10; ++count)
        talk.wait(15ms).replies(Side::Server, 1); // 19 to 28
    const ConnectionDiagnosis all = talk.wait(15ms).replies(Side::Server, 73).diagnosis();
    const Diagnosis& last = all.resets.back();
    EXPECT_EQ(last.form, ResetForm::Reply)
        << "it answers #17, 165 ms before, as those before it answer what came before";
    EXPECT_EQ(all.primary()->cause, CauseId::DataAfterClose);
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
