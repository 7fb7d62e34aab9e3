#include "model/diagnosis/trace_context.h"
#include "model/tcp/load_trace.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace whyrst::test {

namespace {

std::string remarkOf(const Diagnosis& diagnosis)
{
    const auto found = std::ranges::find(diagnosis.remarks, std::string("same-bytes"), &Remark::id);
    return found == diagnosis.remarks.end() ? "" : found->text;
}

std::string textFor(Conversation& talk, uint32_t connection)
{
    return remarkOf(talk.primary(connection));
}

/// Number of a fact; -1 without it.
int64_t factOf(const Diagnosis& diagnosis, const std::string& name)
{
    const auto found = std::ranges::find(diagnosis.facts, name, &Fact::name);
    return found == diagnosis.facts.end() ? -1 : found->number.value_or(-1);
}

/// A segment behind `passed` bytes never gets through, while later ones do.
Conversation& getSwallowed(Conversation& talk, uint32_t passed, uint32_t size = 1460)
{
    const int64_t hole = 1 + passed;
    const int64_t behind = hole + size;
    talk.handshake().sends(Side::Client, passed).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, size).sends(Side::Client, 1460).wait(20ms);
    talk.sacks(Side::Server, behind, behind + 1460);
    for (const Duration wait : {Duration(220ms), Duration(440ms), Duration(880ms), Duration(1760ms)})
        talk.wait(wait).lost().resends(Side::Client, hole, size);
    return talk.wait(1s).aborts(Side::Client);
}

/// An upload in which the bytes behind `passed` arrive when they are sent again.
Conversation& getRepaired(Conversation& talk, uint32_t passed)
{
    const int64_t hole = 1 + passed;
    talk.handshake().sends(Side::Client, passed).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1460).sends(Side::Client, 1460).wait(220ms);
    return talk.resends(Side::Client, hole, 1460).wait(20ms).acks(Side::Server);
}

constexpr const char* place = "bytes 2,001 to 3,460 of the stream";

} // namespace

TEST(SameBytes, TheSamePlaceInSeveralConnectionsIsNoChance)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        getSwallowed(talk, 2000).newConnection();
    ASSERT_EQ(talk.primary(2).cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(textFor(talk, 2),
        "3 of 3 connections to this service that got stuck did so at bytes 2,001 to 3,460 of the stream: something "
        "stops what comes there, this is hardly random loss; whether it is the same content the capture does not "
        "tell.");
}

TEST(SameBytes, DifferentPlacesAreNotTheContent)
{
    Conversation talk;
    getSwallowed(talk, 2000).newConnection();
    getSwallowed(talk, 5000);
    EXPECT_EQ(
        textFor(talk, 0), "1 other connection to this service got stuck as well, but at other bytes of the stream.");
}

TEST(SameBytes, TheSameContentEachTimeIsNoRandomLoss)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        getSwallowed(talk.content(7), 2000).newConnection();
    EXPECT_EQ(textFor(talk, 2),
        "3 of 3 connections to this service that got stuck did so at bytes 2,001 to 3,460 of the stream, with the "
        "same content: a content filter, or a device that damages exactly these bytes, stops them; this is no random "
        "loss.");
    const Diagnosis diagnosis = talk.primary(2);
    EXPECT_EQ(factOf(diagnosis, "stuck_connections"), 3);
    EXPECT_EQ(factOf(diagnosis, "compared_content"), 2);
    EXPECT_EQ(factOf(diagnosis, "same_content"), 2);
    EXPECT_EQ(factOf(diagnosis, "same_place"), 2);
    EXPECT_EQ(factOf(diagnosis, "same_size"), 2);
}

TEST(SameBytes, OtherContentThatGetsStuckThereTooClearsTheContent)
{
    Conversation talk;
    for (const uint32_t stream : {7U, 7U, 7U, 1U, 2U})
        getSwallowed(talk.content(stream), 2000).newConnection();
    const std::string text = textFor(talk, 0);
    EXPECT_NE(text.find("2 others got stuck at this place with other content: it is not this content alone."),
        std::string::npos)
        << text;
    EXPECT_EQ(text.find("filter"), std::string::npos) << text;
}

TEST(SameBytes, TwoAreTooFewForAConclusion)
{
    Conversation talk;
    getSwallowed(talk.content(7), 2000).newConnection();
    getSwallowed(talk, 2000);
    EXPECT_EQ(textFor(talk, 0),
        std::string("2 of 2 connections to this service that got stuck did so at ") + place
            + ", with the same content.");
}

TEST(SameBytes, OtherContentAtTheSamePlaceIsNoContentFilter)
{
    Conversation talk;
    for (const uint32_t stream : {1U, 2U, 3U})
        getSwallowed(talk.content(stream), 2000).newConnection();
    EXPECT_EQ(textFor(talk, 0),
        std::string("3 of 3 connections to this service that got stuck did so at ") + place
            + ", with other content each time: hardly random loss, but what stops them goes by the place, the size or "
              "a "
              "part that they share, not by all of their bytes.");
    EXPECT_EQ(factOf(talk.primary(0), "same_content"), 0);
    EXPECT_EQ(factOf(talk.primary(0), "compared_content"), 2);
}

TEST(SameBytes, TheSameContentIsFoundAtOtherPlaces)
{
    Conversation talk;
    for (const uint32_t passed : {2000U, 3000U, 5000U})
        getSwallowed(talk.content(7, 1 + passed), passed).newConnection();
    const std::string text = textFor(talk, 1);
    EXPECT_TRUE(text.starts_with("3 of 3 connections to this service that got stuck did so at the same 1,460 bytes of "
                                 "content, not at the same place of the stream: a content filter"))
        << text;
    EXPECT_EQ(factOf(talk.primary(1), "same_place"), 0);
}

TEST(SameBytes, OtherContentAtOtherPlacesSpeaksForChance)
{
    Conversation talk;
    getSwallowed(talk.content(7), 2000).newConnection();
    getSwallowed(talk, 5000);
    EXPECT_EQ(textFor(talk, 0),
        "1 other connection to this service got stuck as well, but at other bytes of the stream and with other "
        "content: nothing speaks for a filter.");
}

TEST(SameBytes, OfCutPacketsOnlyTheBeginningIsTheSame)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        getSwallowed(talk.content(7, 1, 100), 2000).newConnection();
    EXPECT_EQ(textFor(talk, 0),
        std::string("3 of 3 connections to this service that got stuck did so at ") + place
            + ", and the first 100 bytes of each, all that was captured, are the same: hardly random loss; whole "
              "packets would show whether it is the content.");
    EXPECT_EQ(factOf(talk.primary(0), "same_content"), 0);
}

TEST(SameBytes, PacketsThatWereCutDifferentlyAreNotCompared)
{
    Conversation talk;
    for (const uint32_t captured : {100U, 60U, 80U})
        getSwallowed(talk.content(7, 1, captured), 2000).newConnection();
    EXPECT_TRUE(textFor(talk, 0).ends_with("whether it is the same content the capture does not tell."));
    EXPECT_EQ(factOf(talk.primary(0), "compared_content"), 0);
}

TEST(SameBytes, AFewCapturedBytesAreTheHeaderOfAProtocol)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        getSwallowed(talk.content(7, 1, 20), 2000).newConnection();
    EXPECT_TRUE(textFor(talk, 0).ends_with("whether it is the same content the capture does not tell."));
}

TEST(SameBytes, PiecesOfAnotherSizeAreNotCalledTheSame)
{
    Conversation talk;
    for (const uint32_t size : {1460U, 1000U, 1200U})
        getSwallowed(talk.content(7), 2000, size).newConnection();
    EXPECT_EQ(textFor(talk, 0),
        "3 of 3 connections to this service that got stuck did so from byte 2,001 of the stream on, but in pieces of "
        "different size: that they are the same bytes is not shown.");
    EXPECT_EQ(factOf(talk.primary(0), "same_place"), 2);
    EXPECT_EQ(factOf(talk.primary(0), "same_size"), 0);
}

TEST(SameBytes, ContentThatGotThroughElsewhereIsNotFiltered)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        getSwallowed(talk.content(7), 2000).newConnection();
    getRepaired(talk, 2000);
    const std::string text = textFor(talk, 0);
    const std::string packet = std::to_string(talk.frame() - 1);
    EXPECT_TRUE(text.ends_with("but that content got through in packet " + packet + ": it is not the content alone."))
        << text;
}

TEST(SameBytes, ConnectionsThatGotPastThePlaceWeakenTheConclusion)
{
    Conversation talk;
    for (int count = 0; count < 3; ++count)
        getSwallowed(talk.content(7), 2000).newConnection();
    talk.content(8).handshake().sends(Side::Client, 9000).wait(20ms).acks(Side::Server);
    const std::string text = textFor(talk, 0);
    EXPECT_TRUE(text.ends_with("unless what got past this place on 1 connection was the same.")) << text;
}

TEST(SameBytes, ThePlaceAloneIsNothingWhenOthersGetPastIt)
{
    Conversation talk;
    for (const uint32_t stream : {1U, 2U, 3U})
        getSwallowed(talk.content(stream), 2000).newConnection();
    talk.content(8).handshake().sends(Side::Client, 9000).wait(20ms).acks(Side::Server);
    const std::string text = textFor(talk, 0);
    EXPECT_TRUE(text.ends_with("with other content; 1 other connection got past this place, so it may be chance."))
        << text;
}

TEST(SameBytes, AFilterForAPhraseIsFoundInARealCapture)
{
    const std::string folder = WHYRST_SOURCE_DIR "/tests/traces/second-lab/segment-black-hole.same-content--1/";
    NoProgress progress;
    const Result<Trace> trace = loadTrace(folder + "client.pcap", LoadOptions(), progress);
    ASSERT_TRUE(trace);
    const TraceContext context = buildTraceContext(*trace);
    for (const Connection& connection : trace->connections) {
        const ConnectionDiagnosis diagnosis = diagnoseConnection(context, connection, analyzeConnection(connection));
        ASSERT_NE(diagnosis.primary(), nullptr);
        const std::string text = remarkOf(*diagnosis.primary());
        EXPECT_TRUE(text.starts_with("3 of 3 connections to this service that got stuck did so at bytes 1,494 to 2,941 "
                                     "of the stream, with the same content: a content filter"))
            << text;
    }
}

TEST(SameBytes, DamagedCopiesDoNotShowThatTheContentDiffered)
{
    Conversation talk;
    talk.checksums(ChecksumClass::Bad);
    for (const uint32_t stream : {1U, 2U, 3U})
        getSwallowed(talk.content(stream), 2000).newConnection();
    EXPECT_NE(textFor(talk, 0), "");
    EXPECT_EQ(textFor(talk, 0).find("other content"), std::string::npos);
}

} // namespace whyrst::test
