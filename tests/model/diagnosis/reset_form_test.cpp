#include "tests/support/conversation.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

Conversation& established(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server).sends(Side::Server, 100);
    return talk.wait(1ms).acks(Side::Client);
}

} // namespace

class ResetFormAt : public testing::TestWithParam<uint32_t>
{
};
INSTANTIATE_TEST_SUITE_P(
    InitialNumbers, ResetFormAt, testing::Values(0U, 1U << 31, 0xffff'ff80U), testing::PrintToStringParamName());

TEST_P(ResetFormAt, AbortCarriesTheNextNumberAndAnAck)
{
    Conversation talk({GetParam(), GetParam()});
    established(talk).wait(100ms).aborts(Side::Client);
    EXPECT_EQ(talk.primary().form, ResetForm::Abort);
}

TEST_P(ResetFormAt, ReplyRepeatsTheAckThatItAnswers)
{
    Conversation talk({GetParam(), GetParam()});
    established(talk).wait(1s).lost().sends(Side::Client, 10).wait(20ms).replies(Side::Server, 101);
    EXPECT_EQ(talk.primary().form, ResetForm::Reply);
}

TEST_P(ResetFormAt, RefusalHasNumberZero)
{
    Conversation talk({GetParam(), GetParam()});
    talk.syn().wait(20ms).refuses();
    EXPECT_EQ(talk.primary().form, ResetForm::Refuse);
}

TEST(ResetForm, BareResetWithoutTriggerIsAbortBare)
{
    Conversation talk;
    established(talk).wait(10s).replies(Side::Server, 101);
    EXPECT_EQ(talk.primary().form, ResetForm::AbortBare);
}

TEST(ResetForm, NumberAheadOfWhatWasSeenIsAbortGap)
{
    Conversation talk;
    established(talk).wait(1s).says(Side::Server, 201, 301, 0, 0x14);
    EXPECT_EQ(talk.primary().form, ResetForm::AbortGap);
}

TEST(ResetForm, NumberThatFitsToNothingIsOff)
{
    Conversation talk;
    established(talk).wait(1s).says(Side::Server, 7'000'000, 301, 0, 0x14);
    EXPECT_EQ(talk.primary().form, ResetForm::Off);
}

TEST(ResetForm, AnswerThatTakesALittleLongerThanTheHandshakeDidStillHasItsTrigger)
{
    Conversation talk;
    talk.handshake().wait(1s).lost().sends(Side::Client, 100).wait(45ms).replies(Side::Server, 1); // 20 ms and 25
    EXPECT_EQ(talk.primary().form, ResetForm::Reply);
}

TEST(ResetForm, WhatWasAcknowledgedIsNotAnswered)
{
    Conversation talk;
    established(talk).replies(Side::Client, 301); // RFC 9293 3.10.5 to the letter: an abort without ACK flag
    EXPECT_EQ(talk.primary().form, ResetForm::AbortBare);
    EXPECT_EQ(talk.primary().cause, CauseId::ApplicationAbort);
}

} // namespace whyrst::test
