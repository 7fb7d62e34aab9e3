#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace whyrst::test {

namespace {

/// A request and the start of its answer; ten packets of the server that tell its TTL.
Conversation& exchange(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 300).wait(20ms).acks(Side::Server); // 4, 5
    for (int count = 0; count < 4; ++count)
        talk.sends(Side::Server, 1000).acks(Side::Client).wait(30ms); // 6 to 13
    return talk.sends(Side::Client, 100);                             // 14
}

} // namespace

TEST(InjectedReset, OtherTtlAndASenderThatGoesOnGiveItAway)
{
    Conversation talk;
    exchange(talk).wait(5ms).ttl(Side::Server, 250).aborts(Side::Server); // 15
    talk.ttl(Side::Server, 55).wait(300ms).sends(Side::Server, 1000);     // 16
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(diagnosis.confidence, Confidence::Certain);
    EXPECT_EQ(diagnosis.sender, ResetSender::Middlebox);
    EXPECT_EQ(framesOf(diagnosis), (std::vector<uint32_t>{14, 15, 16}));
    EXPECT_NE(diagnosis.summary.find("the host went on sending 300 ms later"), std::string::npos) << diagnosis.summary;
    EXPECT_EQ(diagnosis.summary.find("TTL"), std::string::npos) << "the two strongest signs are enough";
}

TEST(InjectedReset, ResetsOfBothSidesAtOnceAreOne)
{
    Conversation talk;
    exchange(talk).wait(5ms).ttl(Side::Server, 250).ttl(Side::Client, 200).aborts(Side::Server).aborts(Side::Client);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"both-sides"});
    EXPECT_NE(findStep(diagnosis, Role::TwinRst), nullptr);
}

TEST(InjectedReset, SenderThatTakesTheDataItRejectsDidNotRejectIt)
{
    Conversation talk;
    exchange(talk).wait(20ms).sends(Side::Server, 1000).acks(Side::Client).sends(Side::Client, 100); // 15 to 17
    talk.wait(5ms).ttl(Side::Server, 250).replies(Side::Server, 5001);                               // rejects 17
    talk.ttl(Side::Server, 55).wait(15ms).sends(Side::Server, 1000);                                 // acknowledges it
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    ASSERT_NE(findStep(diagnosis, Role::Trigger), nullptr);
    EXPECT_EQ(findStep(diagnosis, Role::Trigger)->frame, PacketNumber(17)) << "not the answer before it";
}

TEST(InjectedReset, DataFromTheResetsOwnNumberOnGivesItAwayAtOnce)
{
    Conversation talk;
    exchange(talk).wait(5ms).ttl(Side::Server, 54).aborts(Side::Server);
    talk.ttl(Side::Server, 55).wait(5ms).sends(Side::Server, 1000);
    EXPECT_EQ(talk.primary().cause, CauseId::InjectedReset);
}

TEST(InjectedReset, OtherTtlAloneIsNotEnough)
{
    Conversation talk;
    exchange(talk).wait(20ms).ttl(Side::Server, 250).aborts(Side::Server);
    EXPECT_NE(talk.primary().cause, CauseId::InjectedReset);
}

TEST(InjectedReset, BoxThatAnswersForAHostThatIsGoneIsHalfOpen)
{
    Conversation talk;
    exchange(talk).wait(1ms).ttl(Side::Server, 250).replies(Side::Server, 4001);
    EXPECT_NE(talk.primary().cause, CauseId::InjectedReset);
}

TEST(InjectedReset, CaptureThatStartsLateStillShowsIt)
{
    Conversation talk;
    for (int count = 0; count < 6; ++count) {
        talk.says(Side::Server, 1 + count * 100, 1, 100, 0x10).wait(1ms);
        talk.says(Side::Client, 1, 101 + count * 100, 0, 0x10).wait(20ms);
    }
    talk.ttl(Side::Server, 250).says(Side::Server, 601, 1, 0, 0x14);
    talk.ttl(Side::Server, 55).wait(400ms).says(Side::Server, 601, 1, 100, 0x10);
    EXPECT_EQ(talk.primary().cause, CauseId::InjectedReset);
}

namespace {

/// What becomes of a request for blocked.example.
enum class Fate : uint8_t
{
    Reset,
    ResetByClient,
    ResetLater,
    Answered,
    AnsweredBefore,
    Other ///< it is for another name, and answered
};

void meet(Conversation& talk, Fate fate)
{
    talk.handshake();
    if (fate == Fate::AnsweredBefore)
        talk.asks(Side::Client, "blocked.example").sends(Side::Server, 500).acks(Side::Client).wait(1s);
    talk.asks(Side::Client, fate == Fate::Other ? "other.example" : "blocked.example");
    if (fate == Fate::Answered || fate == Fate::Other)
        talk.wait(20ms).sends(Side::Server, 500).acks(Side::Client);
    else if (fate == Fate::ResetByClient)
        talk.wait(2ms).aborts(Side::Client);
    else
        talk.wait(fate == Fate::ResetLater ? 1s : 2ms).ttl(Side::Server, 60).aborts(Side::Server).ttl(Side::Server, 55);
    talk.newConnection();
}

/// Whether the content speaks against the reset of the first of these connections.
bool isByContent(const std::vector<Fate>& fates)
{
    Conversation talk;
    for (const Fate fate : fates)
        meet(talk, fate);
    const std::vector<Fact> facts = talk.primary().facts;
    return std::ranges::any_of(facts, [](const Fact& fact) { return fact.name == "auth-content"; });
}

} // namespace

TEST(InjectedReset, AllThatAskForOneNameAreResetByAFilter)
{
    EXPECT_TRUE(isByContent({Fate::Reset, Fate::Reset, Fate::Reset, Fate::Other}));
}

TEST(InjectedReset, ANameTellsNothingWhenFewAskedForItOrNobodyIsAnswered)
{
    EXPECT_FALSE(isByContent({Fate::Reset, Fate::Reset, Fate::Other}));
    EXPECT_FALSE(isByContent({Fate::Reset, Fate::Reset, Fate::Reset}));
}

TEST(InjectedReset, ANameTellsNothingWhenOneThatAskedForItFaredBetter)
{
    for (const Fate better : {Fate::Answered, Fate::AnsweredBefore, Fate::ResetByClient, Fate::ResetLater})
        EXPECT_FALSE(isByContent({Fate::Reset, Fate::Reset, Fate::Reset, better, Fate::Other}));
    EXPECT_FALSE(isByContent({Fate::ResetByClient, Fate::ResetByClient, Fate::ResetByClient, Fate::Other}));
}

TEST(InjectedReset, HostThatAnswersAfterAForgeryInItsNameWasResetToo)
{
    Conversation talk;
    exchange(talk)
        .wait(5ms)
        .ttl(Side::Server, 250)
        .says(Side::Server, 9001, 1, 0, 0x14); // not the number it should have
    talk.ttl(Side::Server, 55).wait(2ms).sends(Side::Server, 1000).wait(150ms).sends(Side::Server, 1000);
    talk.acks(Side::Client).sends(Side::Client, 100).wait(20ms).replies(Side::Server, 6001);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset) << diagnosis.summary;
    EXPECT_EQ(diagnosis.subs, std::vector<std::string>{"victim"});
    EXPECT_EQ(diagnosis.confidence, Confidence::Likely);
    EXPECT_TRUE(isPossible(diagnosis, CauseId::HalfOpen));
}

TEST(InjectedReset, ForgeryOfLongAgoIsNoReasonForALaterAnswer)
{
    Conversation talk;
    exchange(talk).wait(5ms).ttl(Side::Server, 250).says(Side::Server, 9001, 1, 0, 0x14);
    talk.ttl(Side::Server, 55).wait(2ms).sends(Side::Server, 1000).wait(5s).sends(Side::Server, 1000);
    talk.acks(Side::Client).sends(Side::Client, 100).wait(20ms).replies(Side::Server, 6001);
    EXPECT_NE(talk.primary().cause, CauseId::InjectedReset);
}

TEST(InjectedReset, TwinDoesNotFollowFromTheOther)
{
    Conversation talk;
    exchange(talk).wait(5ms).ttl(Side::Server, 250).ttl(Side::Client, 200).aborts(Side::Server).aborts(Side::Client);
    const std::string summary = talk.diagnosis().resets.at(1).summary;
    EXPECT_NE(summary.find("both sides were reset at once"), std::string::npos) << summary;
}

TEST(InjectedReset, BareResetWhoseTriggerIsNotCapturedMayBeAReply)
{
    Conversation talk;
    talk.timestamps(true);
    exchange(talk).wait(2s).replies(Side::Server, 4001);
    EXPECT_EQ(talk.primary().authenticity, 0) << "neither IP ID 0 nor the missing timestamp tells";
}

TEST(InjectedReset, ThatFollowsARequestForANameIsSubOnContent)
{
    Conversation talk;
    talk.exchange().wait(1s);
    for (int count = 0; count < 4; ++count)
        talk.sends(Side::Client, 10).wait(20ms).acks(Side::Server).sends(Side::Server, 10).acks(Side::Client);
    talk.asks(Side::Client, "blocked.example").wait(2ms).ttl(Side::Server, 250).aborts(Side::Server);
    talk.ttl(Side::Server, 55).wait(1s).sends(Side::Server, 100);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(diagnosis.cause, CauseId::InjectedReset);
    EXPECT_NE(std::ranges::find(diagnosis.subs, "on-content"), diagnosis.subs.end());
    EXPECT_NE(diagnosis.summary.find("the request for blocked.example"), std::string::npos) << diagnosis.summary;
}

} // namespace whyrst::test
