// Pairing by content where addresses, ports and numbers are all rewritten, and what must not pair for all that.
#include "model/compare/content_marks.h"

#include "model/compare/compare.h"
#include "model/export/comparison_json.h"
#include "model/export/comparison_text.h"
#include "tests/support/packet_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Bytes randomBytes(size_t size, uint32_t seed)
{
    std::mt19937 random(seed);
    Bytes bytes(size);
    for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(random() & 0xff);
    return bytes;
}

/// An upload as one capture shows it.
struct Recording
{
    std::string client = "192.0.2.1";
    std::string server = "198.51.100.7";
    uint16_t clientPort = 40000;
    uint16_t serverPort = 443;
    uint32_t clientNumber = 1000; ///< of the first byte
    uint32_t serverNumber = 5000;
    uint16_t firstId = 100; ///< 0: none
    uint16_t window = 65000;
    size_t piece = 1400;      ///< bytes a packet
    size_t firstPacket = 0;   ///< of the data: the capture starts late
    bool hasHandshake = true; ///< the capture has it
    Duration start = 1'000'000'000s;
    Duration way = 0ms; ///< from the client to the capture
    Duration roundTrip = 20ms;
    uint32_t rhythm = 1;  ///< the program's pauses
    bool isReset = false; ///< by the server at the end
};

/// Two captures of uploads.
class ContentPairs : public testing::Test
{
protected:
    void record(Side capture, const Recording& recording, const Bytes& content)
    {
        m_capture = sideIndex(capture);
        m_ids = {recording.firstId, static_cast<uint16_t>(recording.firstId + 20'000)};
        std::mt19937 rhythm(recording.rhythm);
        Duration time = recording.start;
        send(recording, Side::Client, time, {.seq = recording.clientNumber - 1, .ack = 0, .flags = flagSyn},
            recording.hasHandshake);
        send(recording, Side::Server, time,
            {.seq = recording.serverNumber - 1, .ack = recording.clientNumber, .flags = flagSyn | flagAck},
            recording.hasHandshake);
        size_t number = 0;
        for (size_t at = 0; at < content.size(); at += recording.piece, ++number) {
            time += 20ms + Duration(std::chrono::microseconds(rhythm() % 9000));
            const size_t end = std::min(content.size(), at + recording.piece);
            const auto clientNext = recording.clientNumber + static_cast<uint32_t>(end);
            const bool isSeen = number >= recording.firstPacket;
            send(recording, Side::Client, time,
                {.seq = recording.clientNumber + static_cast<uint32_t>(at),
                    .ack = recording.serverNumber,
                    .payload = Bytes(content.begin() + static_cast<std::ptrdiff_t>(at),
                        content.begin() + static_cast<std::ptrdiff_t>(end))},
                isSeen);
            send(recording, Side::Server, time, {.seq = recording.serverNumber, .ack = clientNext}, isSeen);
        }
        if (recording.isReset)
            send(recording, Side::Server, time + 5ms, {.seq = recording.serverNumber, .flags = flagRst});
    }

    /// Another connection that passes untouched: the clock.
    void recordUntouched()
    {
        const Bytes content = randomBytes(30'000, 9);
        Recording recording{.clientPort = 41000, .clientNumber = 7'000'000, .serverNumber = 8'000'000, .firstId = 50};
        record(Side::Client, recording, content);
        recording.way = 8ms;
        record(Side::Server, recording, content);
    }

    Comparison compare()
    {
        std::array<std::string, 2> names;
        for (size_t capture = 0; capture < 2; ++capture) {
            auto& packets = m_packets[capture];
            std::ranges::stable_sort(packets, {}, &Sent::time);
            PcapFile file;
            for (const Sent& packet : packets)
                file.packet(packet.time, packet.bytes);
            m_files.push_back(std::make_unique<TemporaryFile>(file.bytes()));
            m_traces[capture] = loadTrace(m_files.back()->path(), {}, m_progress).value();
        }
        CompareOptions options;
        options.nearClient = GivenCapture::First;
        return compareTraces(m_traces[0], m_traces[1], options, m_progress);
    }

    std::array<Trace, 2> m_traces;

private:
    struct Sent
    {
        Duration time{};
        Bytes bytes;
    };

    void send(const Recording& recording, Side from, Duration time, TcpPacket packet, bool isSeen = true)
    {
        packet.source = from == Side::Client ? recording.client : recording.server;
        packet.destination = from == Side::Client ? recording.server : recording.client;
        packet.sourcePort = from == Side::Client ? recording.clientPort : recording.serverPort;
        packet.destinationPort = from == Side::Client ? recording.serverPort : recording.clientPort;
        packet.window = recording.window;
        packet.ipId = recording.firstId == 0 ? uint16_t{0} : ++m_ids[sideIndex(from)];
        time += from == Side::Client ? recording.way : recording.roundTrip - recording.way;
        if (isSeen)
            m_packets[m_capture].push_back({time, ethernetFrame(packet)});
    }

    NoProgress m_progress;
    size_t m_capture = 0;
    std::array<uint16_t, 2> m_ids{};
    std::array<std::vector<Sent>, 2> m_packets;
    std::vector<std::unique_ptr<TemporaryFile>> m_files;
};

/// The same packets behind a box that rewrites addresses, ports and numbers, from the twelfth packet on.
Recording rewritten(Recording recording)
{
    recording.client = "203.0.113.9";
    recording.server = "10.1.1.1";
    recording.clientPort = 30001;
    recording.serverPort = 8443;
    recording.clientNumber += 0x1234567;
    recording.serverNumber += 0x55555555;
    recording.hasHandshake = false;
    recording.firstPacket = 12;
    recording.way = 8ms;
    return recording;
}

/// Another transfer, of another host at another time.
Recording another(Recording recording)
{
    recording = rewritten(recording);
    recording.firstId = static_cast<uint16_t>(recording.firstId == 0 ? 0 : recording.firstId + 9000);
    recording.rhythm = 77;
    recording.start += 3600s;
    return recording;
}

} // namespace

TEST(ContentMarks, AreTheSameHoweverTheBytesWereCut)
{
    const Bytes content = randomBytes(200'000, 1);
    std::vector<uint64_t> whole;
    for (const PayloadMark& mark : findMarks(content))
        whole.push_back(mark.hash);
    size_t found = 0;
    size_t pieces = 0;
    for (size_t at = 0; at < content.size(); at += 1448) {
        const auto piece = std::span(content).subspan(at, std::min<size_t>(1448, content.size() - at));
        for (const PayloadMark& mark : findMarks(piece)) {
            ++pieces;
            found += std::ranges::count(whole, mark.hash) == 1 ? 1 : 0;
        }
    }
    EXPECT_EQ(found, pieces);
    EXPECT_GT(pieces, whole.size() * 95 / 100) << "few marks lie across a cut";
}

TEST(ContentMarks, AreOneInAThousandBytes)
{
    EXPECT_NEAR(static_cast<double>(findMarks(randomBytes(1 << 20, 2)).size()), 1024, 150);
}

TEST(ContentMarks, AreNotInZerosOrPadding)
{
    EXPECT_TRUE(findMarks(Bytes(100'000)).empty());
    Bytes padding;
    for (int i = 0; i < 20'000; ++i)
        padding = padding.size() < 100'000 ? padding + textBytes("PADDING ") : padding;
    EXPECT_TRUE(findMarks(padding).empty()) << "eight different bytes are too few";
}

TEST_F(ContentPairs, WhatHasOnlyItsContentInCommonIsPairedByIt)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {}, content);
    record(Side::Server, rewritten({}), content);
    const Comparison comparison = compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    const ConnectionPair& pair = comparison.pairs[0];
    EXPECT_EQ(pair.way(Side::Client).shift, SeqNum{0x1234567});
    EXPECT_EQ(pair.way(Side::Server).shift, SeqNum{0x55555555}) << "by what the client's packets acknowledge";
    EXPECT_EQ(pair.way(Side::Client).links.size(), 43U - 12U);
    EXPECT_THAT(pair.evidence, HasSubstr("places of equal content"));
    EXPECT_EQ(pair.confidence, Confidence::Likely) << "one kind of evidence";
}

TEST_F(ContentPairs, WithoutAnyMarkTheTimesDecide)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {.firstId = 0}, content);
    record(Side::Server, rewritten({.firstId = 0}), content);
    const Comparison comparison = compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    EXPECT_EQ(comparison.pairs[0].way(Side::Client).links.size(), 43U - 12U);
}

TEST_F(ContentPairs, SidesThatWereTakenTheOtherWayRoundAreExchanged)
{
    const Bytes content = randomBytes(60'000, 3);
    Recording seen = rewritten({});
    std::swap(seen.clientPort, seen.serverPort); // without a handshake the lower port is taken for the server's
    record(Side::Client, {}, content);
    record(Side::Server, seen, content);
    const Comparison comparison = compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    EXPECT_TRUE(comparison.pairs[0].isFlipped);
    EXPECT_EQ(comparison.pairs[0].way(Side::Client).shift, SeqNum{0x1234567});
}

TEST_F(ContentPairs, TwoTransfersOfEqualContentAreACoupleAndNoPair)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {}, content);
    record(Side::Server, another({}), content);
    const Comparison comparison = compare();
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_THAT(comparison.terminated[0].why, HasSubstr("or these are two transfers of the same content"));
}

TEST_F(ContentPairs, TwoTransfersWithoutMarksAreToldByTheirTimes)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {.firstId = 0}, content);
    record(Side::Server, another({.firstId = 0}), content);
    const Comparison comparison = compare();
    EXPECT_TRUE(comparison.pairs.empty());
    EXPECT_EQ(comparison.terminated.size(), 1U);
}

TEST_F(ContentPairs, EqualContentOverTheSamePortsAnHourLaterIsNoPair)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {}, content);
    record(Side::Server,
        {.clientNumber = 77'000'000, .serverNumber = 99'000'000, .firstId = 9000, .start = 1'000'003'600s, .rhythm = 5},
        content);
    const Comparison comparison = compare();
    EXPECT_TRUE(comparison.pairs.empty());
    EXPECT_EQ(comparison.terminated.size(), 1U);
}

TEST_F(ContentPairs, SeveralTransfersOfEqualContentAreRefusedAsAmbiguous)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {.firstId = 0}, content);
    record(Side::Client, {.clientPort = 40001, .firstId = 0, .start = 1'000'000'100s}, content);
    record(Side::Server, rewritten({.firstId = 0}), content);
    const Comparison comparison = compare();
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.refused.size(), 1U);
    EXPECT_EQ(comparison.refused[0].why, "ambiguous: 2 candidates");
}

TEST_F(ContentPairs, AnEqualHeadOfOtherContentIsNotEnough)
{
    const Bytes head = randomBytes(3'000, 3);
    record(Side::Client, {}, head + randomBytes(60'000, 4));
    record(Side::Server, rewritten({.piece = 1000}), head + randomBytes(60'000, 5));
    const Comparison comparison = compare();
    EXPECT_TRUE(comparison.pairs.empty());
    EXPECT_TRUE(comparison.terminated.empty());
}

TEST_F(ContentPairs, ContentThatRepeatsItselfTellsNoNumber)
{
    const Bytes period = randomBytes(7'000, 3);
    Bytes content;
    while (content.size() < 60'000)
        content = content + period;
    record(Side::Client, {}, content);
    record(Side::Server, rewritten({}), content);
    const Comparison comparison = compare();
    for (const ConnectionPair& pair : comparison.pairs)
        EXPECT_EQ(pair.way(Side::Client).shift, SeqNum{0x1234567});
}

TEST_F(ContentPairs, ABoxThatEndsTcpJoinsTwoConnections)
{
    const Bytes content = randomBytes(60'000, 3);
    Recording behind = another({.firstId = 4000, .window = 29200, .piece = 1000, .isReset = true});
    behind.start = 1'000'000'000s + 30ms;
    behind.rhythm = 1;
    behind.firstPacket = 0;
    record(Side::Client, {}, content);
    record(Side::Server, behind, content);
    recordUntouched();
    const Comparison comparison = compare();
    EXPECT_EQ(comparison.pairs.size(), 1U);
    ASSERT_EQ(comparison.terminated.size(), 1U);
    const TerminatedPair& couple = comparison.terminated[0];
    EXPECT_FALSE(couple.signs.empty());
    EXPECT_GT(couple.marks.size(), 30U);
    EXPECT_TRUE(couple.hasClock);
    ASSERT_TRUE(couple.delays[0].has_value());
    EXPECT_GT(couple.delays[0]->median, 30ms);
    EXPECT_FALSE(couple.delays[1].has_value()) << "the server sent nothing";
    ASSERT_EQ(couple.resets.size(), 1U);
    EXPECT_EQ(couple.resets[0].capture, Side::Server);
    EXPECT_EQ(couple.resets[0].from, Side::Server);
    const std::vector<std::string> facts = coupleFacts(couple);
    ASSERT_EQ(facts.size(), 2U);
    EXPECT_THAT(facts[0], HasSubstr("Bytes of the client reach the other connection after "));
    EXPECT_THAT(facts[1], HasSubstr("The connection at the server has 1 RST: the first is #"));
    std::ostringstream text;
    JsonWriter json(text);
    writeComparisonJson(json, {m_traces[0], m_traces[1]}, comparison);
    EXPECT_THAT(text.str(), HasSubstr("\"forwarded\": ["));
    EXPECT_THAT(text.str(), HasSubstr("\"median_ns\": "));
}

TEST_F(ContentPairs, BytesThatArriveBeforeTheyAreSentPassNoBox)
{
    const Bytes content = randomBytes(60'000, 3);
    Recording earlier = another({.firstId = 4000, .window = 29200, .piece = 1000});
    earlier.start = 1'000'000'000s - 5s;
    earlier.firstPacket = 0;
    record(Side::Client, {}, content);
    record(Side::Server, earlier, content);
    recordUntouched();
    const Comparison comparison = compare();
    ASSERT_EQ(comparison.terminated.size(), 1U);
    const TerminatedPair& couple = comparison.terminated[0];
    EXPECT_TRUE(couple.hasClock);
    EXPECT_FALSE(couple.delays[0].has_value());
    EXPECT_THAT(couple.why, HasSubstr("the bytes were at the server's capture before the client sent them"));
}

TEST_F(ContentPairs, ABoxThatWritesNumbersAndIdsOfItsOwnLeavesOneConnection)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {}, content);
    record(Side::Server,
        {.clientNumber = 77'000'000, .serverNumber = 99'000'000, .firstId = 9000, .start = 1'000'000'000s, .way = 8ms},
        content);
    const Comparison comparison = compare();
    ASSERT_EQ(comparison.pairs.size(), 1U) << comparison.terminated.at(0).why;
    EXPECT_EQ(comparison.pairs[0].confidence, Confidence::Likely) << "two transfers with one rhythm would look so too";
}

TEST_F(ContentPairs, ATransferOfAnotherTimeOnTheClockOfTheOthersIsNoPair)
{
    const Bytes content = randomBytes(60'000, 3);
    record(Side::Client, {.firstId = 0}, content);
    record(Side::Server,
        {.clientNumber = 77'000'000, .serverNumber = 99'000'000, .firstId = 0, .start = 1'000'000'060s, .way = 8ms},
        content);
    recordUntouched();
    const Comparison comparison = compare();
    EXPECT_EQ(comparison.pairs.size(), 1U);
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_THAT(comparison.terminated[0].why, HasSubstr("on the clock of the other connections"));
}

} // namespace whyrst::test
