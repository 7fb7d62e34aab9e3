#include "model/analysis/kind_explanation.h"

#include "model/tcp/load_trace.h"
#include "tests/support/conversation.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <map>

namespace whyrst::test {
namespace {

/// Why packet `frame`, by default the last one, is of `kind`; empty when it is not.
std::string why(Conversation& talk, Kind kind, uint32_t frame = 0)
{
    const PacketNumber packet(frame == 0 ? talk.frame() : frame);
    for (const KindExplanation& one : explainKinds(talk.connection(), talk.analysis(), packet)) {
        if (one.kind == kind)
            return one.text;
    }
    return {};
}

/// One acknowledged exchange of 100 bytes: frames 1 to 5, offsets 1 to 100.
Conversation& opened(Conversation& talk)
{
    return talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
}

/// #6 is lost; #7 to #11 are data and SACKs.
Conversation& withHole(Conversation& talk)
{
    opened(talk).lost().sends(Side::Client, 1000);
    for (int number = 1; number <= 3; ++number)
        talk.sends(Side::Client, 1000).wait(1ms).sacks(Side::Server, 1101, 1101 + 1000 * number);
    return talk;
}

/// #6 is overtaken by #7; both were made in order. `delay`: between the two.
Conversation& overtaken(Conversation& talk, Duration delay)
{
    opened(talk).says(Side::Client, 1101, 1, 1000, 0x18).wait(delay);
    return talk.says(Side::Client, 101, 1, 1000, 0x18);
}

TEST(KindExplanation, ASegmentThatFillsAGapSaysWhatTellsItApart)
{
    Conversation talk;
    overtaken(talk, 1ms);
    EXPECT_NE(why(talk, Kind::ResentUnseen).find("came 1.01 ms before and was made before it by its IP ID ("),
        std::string::npos)
        << why(talk, Kind::ResentUnseen);
}

TEST(KindExplanation, NewDataGoesOnAtTheHighestEnd)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 10);
    EXPECT_EQ(why(talk, Kind::New), "Seq 101 is the highest end sent: it goes on from there.");
}

TEST(KindExplanation, AFastRetransmissionNamesItsOriginalAndTheDuplicateAcks)
{
    Conversation talk;
    withHole(talk).resends(Side::Client, 101, 1000);
    EXPECT_EQ(why(talk, Kind::FastRetransmission),
        "Seq 101 is below the highest end sent, 4,101; the same bytes as #6, 3.07 ms before, sooner than the timer "
        "(200 "
        "ms). Since then 3 duplicate ACKs asked for it, the last in #12; 3 are enough (RFC 5681).");
}

TEST(KindExplanation, ATimersResendNamesTheOldestByteAndTheTimer)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 2000).wait(300ms).resends(Side::Client, 101, 1460);
    const std::string text = why(talk, Kind::RtoRetransmission);
    EXPECT_TRUE(text.starts_with("Seq 101 is below the highest end sent, 2,101; the same bytes as #6, 300 ms before"));
    EXPECT_NE(text.find("timer is estimated at 200 ms"), std::string::npos) << text;
}

TEST(KindExplanation, ANeedlessResendNamesTheAcknowledgment)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 1000).wait(20ms).acks(Side::Server).wait(50ms).resends(Side::Client, 101, 1000);
    EXPECT_EQ(why(talk, Kind::Needless),
        "It ends at 1,101, and the server had acknowledged up to 1,101: all of it since #7, 50 ms before, longer than "
        "the way to the client and back.");
}

TEST(KindExplanation, ADuplicateAckNamesItsPlaceInTheRunAndWhatIsOutstanding)
{
    Conversation talk;
    withHole(talk);
    EXPECT_EQ(why(talk, Kind::DupAck),
        "Ack 101 is the highest so far again, without data, while 4,000 bytes of the client are outstanding; SACK "
        "reports "
        "bytes 1,101-4,100 (RFC 5681 2). It is number 3 of its run, after #10.");
}

TEST(KindExplanation, AnAnswerNamesTheKeepAlive)
{
    Conversation talk;
    opened(talk).wait(10s).keepAlive(Side::Client).wait(10ms).acks(Side::Server);
    EXPECT_EQ(
        why(talk, Kind::KeepAliveAck), "Ack 101 acknowledges nothing new: it answers the keep-alive #6, 10 ms before.");
    EXPECT_EQ(why(talk, Kind::KeepAlive, 6),
        "Seq 100 is the highest end sent (101) less 1, everything is acknowledged, and it carries 0 bytes: it asks "
        "whether "
        "the server is still there (RFC 9293 3.8.4).");
}

TEST(KindExplanation, AShrunkenWindowNamesBothEdges)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 60'000).window(Side::Server, 100).acks(Side::Server);
    EXPECT_EQ(why(talk, Kind::WindowShrink),
        "Ack 101 and the window of 12,800 bytes make the right edge 12,901, below the one granted before, 64,357 (RFC "
        "9293 3.8.6 advises against it); 47,200 bytes sent already lie beyond it.");
}

TEST(KindExplanation, AProbeNamesThePacketThatClosedTheWindow)
{
    Conversation talk;
    opened(talk).window(Side::Server, 0).acks(Side::Server).wait(1s).zeroWindowProbe(Side::Client);
    EXPECT_EQ(why(talk, Kind::ZeroWindowProbe),
        "The window of the server is closed: #6 acknowledges 101 and grants 0 bytes. Seq 100 with 0 bytes asks whether "
        "it "
        "is open (RFC 9293 3.8.6.1).");
}

TEST(KindExplanation, APacketWithoutKindsHasNone)
{
    Conversation talk;
    opened(talk).aborts(Side::Client);
    EXPECT_TRUE(explainKinds(talk.connection(), talk.analysis(), PacketNumber(talk.frame())).empty());
    EXPECT_TRUE(explainKinds(talk.connection(), talk.analysis(), PacketNumber(9999)).empty());
}

/// Of each kind in the recorded captures one packet a capture.
TEST(KindExplanation, EveryKindInTheCapturesIsExplainedWithItsNumbers)
{
    std::map<Kind, int> explained;
    for (const std::string& file : smallLabCaptures()) {
        NoProgress progress;
        const Result<Trace> trace = loadTrace(file, {}, progress);
        ASSERT_TRUE(trace);
        Kinds seen;
        for (const Connection& connection : trace->connections) {
            const Analysis analysis = analyzeConnection(connection);
            ConnectionWalk walk(connection);
            for (LocatedSegment located; walk.next(located);) {
                const Kinds kinds = analysis.flow(located.side).kinds[located.row];
                if ((seen | kinds) == seen)
                    continue;
                seen = seen | kinds;
                for (const KindExplanation& one : explainKinds(connection, analysis, located.segment.frame)) {
                    EXPECT_TRUE(one.text.ends_with('.')) << file << " " << one.text;
                    EXPECT_NE(one.text.find_first_of("0123456789"), std::string::npos) << file << " " << one.text;
                    ++explained[one.kind];
                }
            }
        }
    }
    EXPECT_GE(explained.size(), 19U) << "kinds that the captures hold";
}

} // namespace
} // namespace whyrst::test
