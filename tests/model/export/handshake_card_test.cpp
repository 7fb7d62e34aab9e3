#include "model/export/handshake_card.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {
namespace {

HandshakeLine lineOf(Conversation& talk, const std::string& name)
{
    const std::vector<HandshakeLine> card = handshakeCard(talk.connection());
    const auto found = std::ranges::find(card, name, &HandshakeLine::name);
    EXPECT_NE(found, card.end()) << name;
    return found == card.end() ? HandshakeLine() : *found;
}

using Announced = std::array<std::string, 2>;

TEST(HandshakeCard, SaysWhatBothAnnouncedAndWhatCameOfIt)
{
    Conversation talk;
    talk.exchange();
    EXPECT_EQ(lineOf(talk, "Packet").announced, (Announced{"#1", "#2"}));
    EXPECT_EQ(lineOf(talk, "Packet").outcome, "20 ms apart");
    EXPECT_EQ(lineOf(talk, "MSS").announced, (Announced{"1,460", "1,460"}));
    EXPECT_EQ(lineOf(talk, "MSS").outcome, "at most 1,460 bytes a segment");
    EXPECT_EQ(lineOf(talk, "Window scale").announced, (Announced{"7 (x 128)", "7 (x 128)"}));
    EXPECT_EQ(lineOf(talk, "SACK").outcome, "in use");
    EXPECT_EQ(lineOf(talk, "Timestamps").outcome, "not in use");
    EXPECT_EQ(lineOf(talk, "ECN").announced, (Announced{"not offered", "not offered"}));
}

TEST(HandshakeCard, NamesWhoDidNotAgree)
{
    Conversation talk;
    talk.withoutSackAtServer().handshake();
    EXPECT_EQ(lineOf(talk, "SACK").announced, (Announced{"offered", "not offered"}));
    EXPECT_EQ(lineOf(talk, "SACK").outcome, "not in use, the server did not agree");
}

TEST(HandshakeCard, DoesNotDenyWhatTheCaptureCutOff)
{
    Conversation talk;
    talk.exchange();
    Trace trace = talk.trace();
    SynOptions& server = *trace.connections[0].flow(Side::Server).synOptions;
    server = SynOptions();
    server.cut = true;
    for (const HandshakeLine& line : handshakeCard(trace.connections[0])) {
        const bool isOption = line.name != "Packet" && line.name != "ECN" && line.name != "First window";
        EXPECT_EQ(line.announced[1] == "cut off", isOption) << line.name;
    }
}

TEST(HandshakeCard, CountsReSentSynsAndKnowsWhatWasNotCaptured)
{
    Conversation talk;
    talk.syn().wait(1s).syn();
    EXPECT_EQ(lineOf(talk, "Packet").announced, (Announced{"#1, sent twice", "not captured"}));
    EXPECT_EQ(lineOf(talk, "SACK").outcome, "");
}

TEST(HandshakeCard, ACaptureThatBeginsLaterHasNone)
{
    Conversation talk;
    talk.says(Side::Client, 5001, 9000, 100, 0x18);
    EXPECT_TRUE(handshakeCard(talk.connection()).empty());
    EXPECT_EQ(handshakeText(talk.connection()), "\nThe handshake of connection 0 was not captured.\n");
}

} // namespace
} // namespace whyrst::test
