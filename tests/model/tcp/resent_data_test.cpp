#include "model/tcp/connection_table.h"
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace whyrst::test {

namespace {

using namespace std::chrono_literals;

/// A flow that says lines at chosen sequence numbers, and the ACKs of its peer.
class Sender
{
public:
    Sender& sends(uint32_t seq, std::string_view payload, uint32_t cutBytes = 0, Duration after = 10ms)
    {
        SegmentHeader header;
        header.source.port = 2000;
        header.destination.port = 80;
        header.flags.bits = 0x18;
        header.seq.value = 5000 + seq;
        header.ipId = 7;
        header.payload = std::as_bytes(std::span(payload)).first(payload.size() - cutBytes);
        header.payloadLength = static_cast<uint32_t>(payload.size());
        m_time += after;
        m_table.add(header, PacketNumber(++m_frame), Timestamp(m_time));
        return *this;
    }

    Sender& isAcknowledged(uint32_t ack)
    {
        SegmentHeader header;
        header.source.port = 80;
        header.destination.port = 2000;
        header.flags.bits = 0x10;
        header.ack.value = 5000 + ack;
        m_time += 10ms;
        m_table.add(header, PacketNumber(++m_frame), Timestamp(m_time));
        return *this;
    }

    size_t memory() const { return m_table.memory(); }

    std::vector<ResentData> resent()
    {
        const Trace trace = m_table.takeTrace();
        return trace.connections[0].flow(Side::Client).rare->resentData;
    }

private:
    ConnectionTable m_table{LoadOptions()};
    Duration m_time{};
    uint32_t m_frame = 0;
};

} // namespace

TEST(ResentData, WhatIsSentOnceIsNotKept)
{
    Sender sender;
    sender.sends(0, "first line").sends(10, "second one").isAcknowledged(20).sends(20, "third");
    EXPECT_TRUE(sender.resent().empty());
}

TEST(ResentData, WhatIsSentAgainIsKept)
{
    Sender sender;
    sender.sends(0, "first line").sends(10, "second one").sends(20, "third").sends(0, "first line").sends(10, "two");
    const std::vector<ResentData> resent = sender.resent();
    ASSERT_EQ(resent.size(), 2U);
    EXPECT_EQ(resent[0].row, 3U);
    EXPECT_EQ(resent[0].captured, 10U);
    EXPECT_EQ(resent[1].row, 4U);
}

TEST(ResentData, TheLastDataOfAllAreKept)
{
    Sender sender;
    sender.sends(0, "first line").sends(10, "second one").sends(10, "second one").sends(10, "second one");
    const std::vector<ResentData> resent = sender.resent();
    ASSERT_EQ(resent.size(), 2U);
    EXPECT_EQ(resent[0].row, 2U);
    EXPECT_EQ(resent[0].hash, resent[1].hash);
}

TEST(ResentData, OnlyCapturedBytesCount)
{
    Sender sender;
    sender.sends(0, "first line").sends(0, "first line", 4).sends(0, "first lamp", 4);
    const std::vector<ResentData> resent = sender.resent();
    ASSERT_EQ(resent.size(), 2U);
    EXPECT_EQ(resent[0].captured, 6U);
    EXPECT_EQ(resent[0].hash, resent[1].hash);
}

TEST(ResentData, ARepeatedPatternTellsNothing)
{
    Sender sender;
    const std::string zeros(1000, '\0');
    std::string digits;
    while (digits.size() < 1000)
        digits += "0123456789";
    sender.sends(0, zeros).sends(0, zeros).sends(0, digits).sends(0, "x");
    EXPECT_TRUE(sender.resent().empty());
}

TEST(ResentData, APacketThatWasRecordedTwiceIsNoReSend)
{
    Sender sender;
    sender.sends(0, "first line").sends(0, "first line", 0, 50us);
    EXPECT_TRUE(sender.resent().empty());
}

TEST(ResentData, AFloodKeepsTheLatest)
{
    Sender sender;
    sender.sends(0, "first line");
    for (int count = 0; count < 1000; ++count)
        sender.sends(0, "line" + std::to_string(count));
    const std::vector<ResentData> resent = sender.resent();
    EXPECT_LE(resent.size(), 64U);
    EXPECT_GE(resent.size(), 32U);
    EXPECT_EQ(resent.back().row, 1000U);
}

TEST(ResentData, ItsMemoryIsCounted)
{
    Sender once;
    Sender again;
    once.sends(0, "first line").sends(10, "first line");
    again.sends(0, "first line").sends(0, "first line");
    EXPECT_EQ(again.memory(), once.memory() + sizeof(RareFacts) + sizeof(ResentData));
}

namespace {

/// The hashes of all flows of a capture.
std::vector<uint64_t> hashesOf(unsigned threads, const std::vector<std::string>& files)
{
    LoadOptions options;
    options.threads = threads;
    NoProgress progress;
    const Result<Trace> trace = loadMergedTrace(files, options, progress);
    std::vector<uint64_t> hashes;
    for (const Connection& connection : trace->connections) {
        for (const Flow& flow : connection.flows) {
            for (const ResentData& data : flow.rare->resentData)
                hashes.push_back(data.hash);
        }
    }
    return hashes;
}

} // namespace

TEST(ResentData, ThreadsAndTheOrderOfFilesDoNotMatter)
{
    const std::string folder = WHYRST_SOURCE_DIR "/tests/traces/second-lab/";
    const std::string first = folder + "segment-black-hole.same-content--1/client.pcap";
    const std::string second = folder + "segment-black-hole.last-message--1/client.pcap";
    const std::vector<uint64_t> hashes = hashesOf(1, {first, second});
    EXPECT_GE(hashes.size(), 10U);
    EXPECT_EQ(hashesOf(4, {first, second}), hashes);
    EXPECT_EQ(hashesOf(4, {second, first}), hashes);
}

TEST(HashBytes, EveryBitCounts)
{
    Bytes bytes(77, std::byte{0x5a});
    std::set<uint64_t> seen{hashBytes(bytes, 1)};
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= std::byte{1} << (bit % 8);
        seen.insert(hashBytes(bytes, 1));
        bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    }
    EXPECT_EQ(seen.size(), bytes.size() * 8 + 1);
}

TEST(HashBytes, TheTopBitsOfTwoWordsDoNotCancelOut)
{
    Bytes bytes(96, std::byte{0x5a});
    const uint64_t before = hashBytes(bytes, 1);
    bytes[7] ^= std::byte{0x80};
    bytes[7 + 32] ^= std::byte{0x80}; // the next word of the same lane
    EXPECT_NE(hashBytes(bytes, 1), before);
}

TEST(HashBytes, LengthAndSeedCount)
{
    const Bytes zeros(64, std::byte{0});
    const std::span<const std::byte> bytes(zeros);
    EXPECT_NE(hashBytes(bytes.first(8), 1), hashBytes(bytes.first(9), 1));
    EXPECT_NE(hashBytes(bytes.first(32), 1), hashBytes(bytes.first(64), 1));
    EXPECT_NE(hashBytes(bytes, 1), hashBytes(bytes, 2));
    EXPECT_EQ(hashBytes(bytes, 1), hashBytes(Bytes(64, std::byte{0}), 1));
}

} // namespace whyrst::test
