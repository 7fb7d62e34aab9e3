#include "model/compare/divergence.h"

#include "tests/support/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

using testing::HasSubstr;

/// Two connections of one capture: number 0 is the good one, number 1 the bad one. Both begin with a handshake.
class GoodAgainstBad : public testing::Test
{
protected:
    /// The client asks with 300 bytes, the server answers with 900 after `wait`.
    Conversation& exchange(Duration wait = 30ms, uint32_t answer = 900)
    {
        talk.wait(5ms).sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(wait);
        return talk.sends(Side::Server, answer).acks(Side::Client);
    }

    Conversation& closeBoth() { return talk.wait(5ms).closes(Side::Client).closes(Side::Server).acks(Side::Client); }

    void beginGood() { talk.handshake(); }
    void beginBad()
    {
        talk.wait(100ms);
        talk.newConnection().handshake();
    }

    const Divergence& compare()
    {
        for (uint32_t id = 0; id < 2; ++id) {
            m_analyses[id] = talk.analysis(id);
            m_diagnoses[id] = talk.diagnosis(id);
        }
        const auto known = [this](uint32_t id) {
            return KnownConnection{talk.trace(), talk.connection(id), m_analyses[id], m_diagnoses[id]};
        };
        m_divergence = findDivergence({known(0), known(1)});
        return m_divergence;
    }

    const Difference* find(DifferenceKind kind) const
    {
        const auto found = std::ranges::find(m_divergence.differences, kind, &Difference::kind);
        return found == m_divergence.differences.end() ? nullptr : &*found;
    }
    DifferenceKind firstKind() const { return m_divergence.firstDifference()->kind; }

    static uint32_t frameOf(const Difference& difference, Outcome outcome)
    {
        return difference.place(outcome).frame.value_or(PacketNumber()).value;
    }

    Conversation talk;

private:
    std::array<Analysis, 2> m_analyses;
    std::array<ConnectionDiagnosis, 2> m_diagnoses;
    Divergence m_divergence;
};

} // namespace

TEST_F(GoodAgainstBad, SaysWhenNothingDiffers)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    closeBoth();
    const Divergence& divergence = compare();
    EXPECT_TRUE(divergence.differences.empty()) << divergence.summary;
    EXPECT_EQ(divergence.turnsAlike, 2U);
    EXPECT_THAT(divergence.summary, HasSubstr("Nothing differs"));
}

TEST_F(GoodAgainstBad, NamesTheTurnAfterWhichTheServerWasSilent)
{
    beginGood();
    exchange();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    const uint32_t request = talk.wait(5ms).sends(Side::Client, 300).frame();
    talk.wait(20ms).acks(Side::Server).wait(12s).aborts(Side::Client);
    const Divergence& divergence = compare();
    EXPECT_EQ(firstKind(), DifferenceKind::Silence);
    EXPECT_EQ(frameOf(*divergence.firstDifference(), Outcome::Bad), request);
    EXPECT_EQ(divergence.firstDifference()->place(Outcome::Bad).lastFrame, PacketNumber(talk.frame()));
    EXPECT_THAT(divergence.summary,
        HasSubstr("Up to the client's second request (turn 3, 300 bytes) both went alike; then the server of the bad "
                  "connection was silent for 12 s until the client reset it, where that of the good one answered after "
                  "50 ms (bad #22 to #24, good #8 to #10)."));
}

TEST_F(GoodAgainstBad, AnAnswerThatTakesTwiceAsLongIsNoDivergence)
{
    beginGood();
    exchange(600ms);
    closeBoth();
    beginBad();
    exchange(1500ms);
    closeBoth();
    compare();
    EXPECT_EQ(find(DifferenceKind::Silence), nullptr);
}

TEST_F(GoodAgainstBad, AThoughtfulClientIsNoTrouble)
{
    beginGood();
    exchange();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    talk.wait(40s);
    exchange();
    closeBoth();
    const Divergence& divergence = compare();
    EXPECT_EQ(find(DifferenceKind::Silence)->weight, Weight::Condition);
    EXPECT_EQ(find(DifferenceKind::Silence)->flow, Side::Client);
    EXPECT_THAT(divergence.summary, HasSubstr("No trouble sets them apart"));
}

TEST_F(GoodAgainstBad, BytesThatAreNeverAcknowledgedComeBeforeTheResetTheyCause)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    const uint32_t lost = talk.wait(5ms).lost().sends(Side::Client, 300).frame();
    talk.losesResends(Side::Client, 1, 300).wait(3s).aborts(Side::Client);
    const Divergence& divergence = compare();
    const Difference& first = *divergence.firstDifference();
    EXPECT_EQ(first.kind, DifferenceKind::Loss);
    EXPECT_EQ(frameOf(first, Outcome::Bad), lost);
    EXPECT_EQ(frameOf(first, Outcome::Good), 4U);
    EXPECT_THAT(divergence.summary, HasSubstr("Up to the end of the handshake both went alike; then bytes 1 to 300"));
    EXPECT_THAT(divergence.summary,
        HasSubstr("though sent 5 times within 3.3 s, where those of the good one were "
                  "acknowledged after 20 ms"));
    EXPECT_EQ(find(DifferenceKind::End)->weight, Weight::Trouble);
}

TEST_F(GoodAgainstBad, ARepairedLossIsACondition)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    talk.wait(5ms).lost().sends(Side::Client, 300).wait(1s).resends(Side::Client, 1, 300).wait(20ms);
    talk.acks(Side::Server).wait(30ms).sends(Side::Server, 900).acks(Side::Client);
    closeBoth();
    compare();
    ASSERT_NE(find(DifferenceKind::Loss), nullptr);
    EXPECT_EQ(find(DifferenceKind::Loss)->weight, Weight::Condition);
    EXPECT_THAT(find(DifferenceKind::Loss)->text, HasSubstr("1 loss of the client's data in the bad connection"));
}

TEST_F(GoodAgainstBad, AcknowledgmentsThatDoNotGetBackAreSeenByNeedlessReSends)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    const uint32_t last = talk.frame();
    for (const Duration wait : {300ms, 600ms, 1200ms, 2400ms})
        talk.wait(wait).resends(Side::Server, 1, 900).acks(Side::Client);
    talk.wait(5s).aborts(Side::Server);
    compare();
    EXPECT_EQ(firstKind(), DifferenceKind::NeedlessResends);
    EXPECT_EQ(frameOf(*find(DifferenceKind::NeedlessResends), Outcome::Bad), last + 1);
    EXPECT_THAT(find(DifferenceKind::NeedlessResends)->text, HasSubstr("sent again 4 times what the client had"));
}

TEST_F(GoodAgainstBad, WhatTheGoodOneNeverCameToIsMeasuredAgainstItsLongestWait)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    exchange();
    talk.wait(5ms).sends(Side::Client, 300).wait(20ms).acks(Side::Server).wait(9s).aborts(Side::Client);
    const Divergence& divergence = compare();
    EXPECT_EQ(firstKind(), DifferenceKind::Silence);
    EXPECT_EQ(divergence.firstDifference()->flow, std::nullopt);
    EXPECT_THAT(divergence.summary,
        HasSubstr("The good connection had ended after 2 turns when the bad one went wrong: after the client's third "
                  "request (turn 5, 300 bytes), neither side of the bad connection had anything new to say for 9.02 s "
                  "until the client reset it, and the longest wait of the good one was 50 ms"));
}

TEST_F(GoodAgainstBad, LossesOfBothAreNoDifference)
{
    const auto lossy = [this] {
        talk.wait(5ms).lost().sends(Side::Client, 300).wait(1s).resends(Side::Client, 1, 300).wait(20ms);
        talk.acks(Side::Server).wait(30ms).sends(Side::Server, 900).acks(Side::Client);
        closeBoth();
    };
    beginGood();
    lossy();
    beginBad();
    lossy();
    compare();
    EXPECT_EQ(find(DifferenceKind::Loss), nullptr);
}

TEST_F(GoodAgainstBad, AWindowThatStaysClosedIsTrouble)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    talk.wait(5ms).sends(Side::Client, 300).wait(20ms);
    const uint32_t closed = talk.window(Side::Server, 0).acks(Side::Server).frame();
    for (int i = 0; i < 4; ++i)
        talk.wait(2s).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server);
    talk.wait(1s).aborts(Side::Client);
    compare();
    EXPECT_EQ(firstKind(), DifferenceKind::ZeroWindow);
    EXPECT_EQ(frameOf(*find(DifferenceKind::ZeroWindow), Outcome::Bad), closed);
    EXPECT_EQ(find(DifferenceKind::Silence), nullptr); // told by the window
}

TEST_F(GoodAgainstBad, AResetInsteadOfTheAnswer)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    talk.wait(5ms).sends(Side::Client, 300).wait(20ms).aborts(Side::Server);
    const Divergence& divergence = compare();
    EXPECT_EQ(firstKind(), DifferenceKind::End);
    EXPECT_EQ(frameOf(*divergence.firstDifference(), Outcome::Good), 6U);
    EXPECT_THAT(divergence.summary,
        HasSubstr("Up to the client's first request (turn 1, 300 bytes) both went alike; then the bad connection was "
                  "reset by the server, where the server of the good one spoke next (bad #"));
}

TEST_F(GoodAgainstBad, AServerThatClosesInsteadOfAnswering)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    talk.wait(5ms).sends(Side::Client, 300).wait(20ms).closes(Side::Server).closes(Side::Client).acks(Side::Server);
    compare();
    EXPECT_EQ(firstKind(), DifferenceKind::End);
    EXPECT_EQ(find(DifferenceKind::End)->weight, Weight::Trouble);
    EXPECT_THAT(find(DifferenceKind::End)->text, HasSubstr("was closed by the server (FIN)"));
}

TEST_F(GoodAgainstBad, AClientThatClosesBeforeTheAnswerIsComplete)
{
    beginGood();
    exchange();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    const uint32_t fin = talk.closes(Side::Client).frame();
    talk.wait(20ms).acks(Side::Server).sends(Side::Server, 400).replies(Side::Client, 302);
    compare();
    EXPECT_EQ(firstKind(), DifferenceKind::End);
    EXPECT_EQ(frameOf(*find(DifferenceKind::End), Outcome::Bad), fin);
    EXPECT_EQ(find(DifferenceKind::End)->place(Outcome::Bad).lastFrame, PacketNumber(talk.frame()));
    EXPECT_THAT(find(DifferenceKind::End)->text,
        HasSubstr(
            "was closed by the client (FIN), then it was reset by the client, where the client of the good one spoke"));
}

TEST_F(GoodAgainstBad, ARefusedConnectionPartsInTheHandshake)
{
    beginGood();
    exchange();
    closeBoth();
    talk.wait(100ms).newConnection().syn().wait(20ms).refuses();
    const Divergence& divergence = compare();
    EXPECT_THAT(divergence.summary,
        HasSubstr("They part in the handshake: the bad connection was refused with a RST, the good one was accepted"));
    EXPECT_EQ(frameOf(*divergence.firstDifference(), Outcome::Good), 2U);
}

TEST_F(GoodAgainstBad, TwoResetsOfDifferentCausesAreADifference)
{
    talk.syn().wait(20ms).refuses().wait(100ms);
    beginBad();
    exchange();
    talk.wait(5ms).sends(Side::Client, 300).wait(20ms).aborts(Side::Server);
    compare();
    EXPECT_EQ(firstKind(), DifferenceKind::End);
    EXPECT_THAT(find(DifferenceKind::End)->text,
        HasSubstr("bad connection was reset by the server, the good one was refused with a RST"));
}

TEST_F(GoodAgainstBad, AnUnansweredSyn)
{
    beginGood();
    exchange();
    closeBoth();
    talk.wait(100ms).newConnection();
    for (const Duration wait : {1s, 2s, 4s, 8s})
        talk.lost().syn().wait(wait);
    talk.lost().syn();
    const Divergence& divergence = compare();
    EXPECT_EQ(firstKind(), DifferenceKind::SynUnanswered);
    EXPECT_THAT(divergence.summary, HasSubstr("sent 5 times within 15 s, where the good one's was answered after 20"));
}

TEST_F(GoodAgainstBad, ASynAckThatTheCaptureMissedIsNoSilence)
{
    beginGood();
    exchange();
    closeBoth();
    talk.wait(100ms).newConnection().syn().wait(20ms);
    talk.says(Side::Client, 1, 1, 0, 0x10).says(Side::Client, 1, 1, 300, 0x18).wait(50ms).aborts(Side::Client);
    const Divergence& divergence = compare();
    EXPECT_EQ(find(DifferenceKind::SynUnanswered), nullptr) << divergence.summary;
}

TEST_F(GoodAgainstBad, SynsAfterTheSynAckDoNotCountAsUnanswered)
{
    beginGood();
    exchange();
    closeBoth();
    talk.wait(100ms).newConnection().syn().wait(20ms).lost().synAck().wait(1s).syn().wait(20ms).synAck();
    compare();
    EXPECT_EQ(find(DifferenceKind::SynUnanswered), nullptr);
}

TEST_F(GoodAgainstBad, AnotherSideThatSpeaksFirstMakesAnotherDialogue)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    talk.wait(5ms).sends(Side::Server, 40).acks(Side::Client);
    exchange();
    closeBoth();
    const Divergence& divergence = compare();
    EXPECT_THAT(divergence.summary, HasSubstr("their dialogues are different ones"));
    ASSERT_FALSE(divergence.remarks.empty());
    EXPECT_THAT(divergence.remarks.back(), HasSubstr("Another side speaks first in the bad connection"));
}

TEST_F(GoodAgainstBad, AForgedResetIsNotBlamedOnTheOneWhoseNameItBears)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    talk.wait(5ms).ttl(Side::Server, 250).aborts(Side::Server).ttl(Side::Server, 55).wait(300ms);
    talk.sends(Side::Server, 1000);
    const Divergence& divergence = compare();
    ASSERT_NE(find(DifferenceKind::End), nullptr) << divergence.summary;
    EXPECT_THAT(find(DifferenceKind::End)->text, HasSubstr("was reset by a RST in the server's name"));
    EXPECT_EQ(find(DifferenceKind::End)->flow, std::nullopt);
}

TEST_F(GoodAgainstBad, WithoutHandshakesNothingIsSaidOfOptions)
{
    for (int connection = 0; connection < 2; ++connection) {
        talk.says(Side::Client, 5001, 7001, 300, 0x18).wait(20ms).says(Side::Server, 7001, 5301, 900, 0x18);
        talk.wait(5ms).says(Side::Client, 5301, 7901, 0, 0x10).wait(100ms);
        if (connection == 0)
            talk.newConnection();
    }
    const Divergence& divergence = compare();
    EXPECT_THAT(divergence.summary, HasSubstr("Nothing differs that was captured: 2 turns"));
}

TEST_F(GoodAgainstBad, AShortGoodConnectionDoesNotProveThatNothingGetsLost)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    for (int request = 0; request < 20; ++request)
        exchange();
    talk.lost().sends(Side::Client, 1000).sends(Side::Client, 1000).wait(1ms).sacks(Side::Server, 7001, 8001);
    talk.resends(Side::Client, 6001, 1000).wait(20ms).acks(Side::Server);
    closeBoth();
    compare();
    EXPECT_EQ(find(DifferenceKind::Loss), nullptr);
}

TEST_F(GoodAgainstBad, SizesAreTheLeastOfDifferences)
{
    beginGood();
    exchange(30ms, 900);
    exchange();
    closeBoth();
    beginBad();
    exchange(30ms, 700);
    talk.wait(5ms).sends(Side::Client, 300).wait(20ms).aborts(Side::Server);
    const Divergence& divergence = compare();
    EXPECT_EQ(find(DifferenceKind::TurnSize)->weight, Weight::Variation);
    EXPECT_EQ(find(DifferenceKind::TurnSize)->turn, 1U);
    EXPECT_EQ(firstKind(), DifferenceKind::End);
    EXPECT_EQ(divergence.turnsAlike, 1U);
    EXPECT_THAT(divergence.summary, HasSubstr("both took the same turns, though of other sizes; then"));
}

TEST_F(GoodAgainstBad, OtherHopsOfTheSameHostAreACondition)
{
    beginGood();
    exchange();
    closeBoth();
    talk.ttl(Side::Server, 49);
    beginBad();
    exchange();
    closeBoth();
    const Divergence& divergence = compare();
    EXPECT_EQ(firstKind(), DifferenceKind::Hops);
    EXPECT_EQ(find(DifferenceKind::Hops)->weight, Weight::Condition);
    EXPECT_THAT(divergence.summary, HasSubstr("over 15 hops (TTL 49) in the bad connection and over 9 hops (TTL 55)"));
}

TEST_F(GoodAgainstBad, RolesTheWrongWayRoundAreSaid)
{
    beginGood();
    talk.wait(5ms).lost().sends(Side::Client, 300).losesResends(Side::Client, 1, 300).wait(3s).aborts(Side::Client);
    beginBad();
    exchange();
    closeBoth();
    const Divergence& divergence = compare();
    ASSERT_EQ(divergence.remarks.size(), 2U);
    EXPECT_THAT(divergence.remarks[1], HasSubstr("swap the two"));
    EXPECT_EQ(outcomeOfFirst(talk.diagnosis(0), talk.diagnosis(1)), Outcome::Bad);
    EXPECT_EQ(outcomeOfFirst(talk.diagnosis(1), talk.diagnosis(0)), Outcome::Good);
}

TEST_F(GoodAgainstBad, ACaptureThatBeginsLateIsAlignedAtItsFirstPacket)
{
    talk.says(Side::Client, 5001, 7001, 300, 0x18).wait(20ms).says(Side::Server, 7001, 5301, 900, 0x18);
    talk.wait(5ms).says(Side::Client, 5301, 7901, 0, 0x10);
    beginBad();
    exchange();
    closeBoth();
    const Divergence& divergence = compare();
    EXPECT_EQ(divergence.alignment, Alignment::FirstPacket);
    ASSERT_FALSE(divergence.remarks.empty());
    EXPECT_THAT(divergence.remarks.front(), HasSubstr("The capture of the good connection begins after its SYN"));
    EXPECT_EQ(divergence.turnsAlike, 2U);
}

TEST_F(GoodAgainstBad, AFinWithDataThatWasSentBeforeIsNoTurn)
{
    beginGood();
    exchange();
    closeBoth();
    beginBad();
    exchange();
    talk.says(Side::Client, 1, 901, 300, 0x11).wait(20ms).acks(Side::Server);
    EXPECT_EQ(compare().dialogue(Outcome::Bad).turns.size(), 2U);
}

TEST_F(GoodAgainstBad, EveryKindHasItsNameAndWords)
{
    for (int kind = 0; kind < differenceKindCount; ++kind) {
        EXPECT_STRNE(differenceKindName(static_cast<DifferenceKind>(kind)), "");
        EXPECT_STRNE(differenceKindWords(static_cast<DifferenceKind>(kind)), "");
    }
    EXPECT_STREQ(differenceKindName(DifferenceKind::End), "end");
}

} // namespace whyrst::test
