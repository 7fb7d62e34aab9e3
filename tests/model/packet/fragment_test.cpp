// IP fragments: datagrams that become whole, those that never do, and those that were made to hurt.
#include "model/packet/packet_decoder.h"
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace whyrst::test {
namespace {

constexpr LinkType raw = 101;
constexpr size_t ipv4HeaderLength = 20;
constexpr uint16_t moreFragments = 0x2000;

/// A part of a datagram's payload, [begin, end).
struct Range
{
    size_t begin = 0;
    size_t end = 0;
};

Bytes part(const Bytes& bytes, const Range& range)
{
    return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(range.begin),
        bytes.begin() + static_cast<std::ptrdiff_t>(range.end));
}

/// The fragment of `payload` from `range.begin` to `range.end`.
Bytes ipv4Fragment(const Bytes& payload, const Range& range, IpFields fields = {})
{
    fields.fragment = static_cast<uint16_t>(range.begin / 8 | (range.end < payload.size() ? moreFragments : 0));
    return ipv4Packet(fields, part(payload, range));
}

Bytes ipv6Fragment(const Bytes& payload, const Range& range, uint8_t next = ipProtocolTcp)
{
    const IpFields fields{.source = "2001:db8::1", .destination = "2001:db8::2", .protocol = 44};
    const uint64_t field = range.begin | (range.end < payload.size() ? 1 : 0);
    return ipv6Packet(fields, bytesOf({next, 0}) + big16(field) + big32(77) + part(payload, range));
}

Bytes numbered(size_t length)
{
    Bytes bytes(length);
    for (size_t i = 0; i < length; ++i)
        bytes[i] = static_cast<std::byte>(i * 7 + i / 256);
    return bytes;
}

/// A TCP segment of 100 bytes behind the IP header.
Bytes segmentBytes()
{
    return tcpSegment({.payload = numbered(80)});
}

/// Feeds packets to a decoder, one a millisecond.
class Fragments : public testing::Test
{
protected:
    DecodedPacket decode(const Bytes& bytes, uint32_t originalLength = 0)
    {
        Packet packet = packetOf(bytes, raw, originalLength);
        packet.number = PacketNumber(++m_frames);
        packet.time = m_time += 1ms;
        packet.fileOffset = 100 * m_frames;
        return m_decoder.decode(packet);
    }
    void expectFragment(const Bytes& bytes, uint32_t originalLength = 0)
    {
        const DecodedPacket decoded = decode(bytes, originalLength);
        ASSERT_TRUE(std::holds_alternative<SkipReason>(decoded));
        EXPECT_EQ(std::get<SkipReason>(decoded), SkipReason::Fragment);
    }
    SegmentHeader expectSegment(const Bytes& bytes, uint32_t originalLength = 0)
    {
        const DecodedPacket decoded = decode(bytes, originalLength);
        EXPECT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
        const auto* segment = std::get_if<SegmentHeader>(&decoded);
        return segment ? *segment : SegmentHeader{};
    }
    uint64_t incomplete() const { return m_decoder.incompleteFragments().count; }
    void wait(Duration duration) { m_time += duration; }

    PacketDecoder m_decoder;
    Timestamp m_time{1'700'000'000s};
    uint32_t m_frames = 0;
};

TEST_F(Fragments, GiveTheSegmentAtTheOneThatCompletesIt)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload, {0, 40}, {.ttl = 61, .ipId = 9}));
    expectFragment(ipv4Fragment(payload, {40, 80}, {.ttl = 61, .ipId = 9}));

    const SegmentHeader segment = expectSegment(ipv4Fragment(payload, {80, 100}, {.ttl = 61, .ipId = 9}));

    EXPECT_EQ(segment.seq, SeqNum{1000});
    EXPECT_EQ(segment.payloadLength, 80u);
    EXPECT_EQ(Bytes(segment.payload.begin(), segment.payload.end()), numbered(80));
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
    EXPECT_EQ(segment.headerLength, 40);
    EXPECT_EQ(segment.ipId, 9);
    EXPECT_EQ(segment.ttl, 61);
    EXPECT_EQ(incomplete(), 0u);
}

TEST_F(Fragments, MayComeInAnyOrder)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload, {80, 100}));
    expectFragment(ipv4Fragment(payload, {0, 40}));

    EXPECT_EQ(expectSegment(ipv4Fragment(payload, {40, 80})).checksumClass, ChecksumClass::Valid);
}

TEST_F(Fragments, OfIpv6GiveTheSegment)
{
    const Bytes payload = tcpSegment({.source = "2001:db8::1", .destination = "2001:db8::2", .payload = numbered(80)});
    expectFragment(ipv6Fragment(payload, {0, 48}));

    const SegmentHeader segment = expectSegment(ipv6Fragment(payload, {48, 100}));

    EXPECT_EQ(toString(segment.source), "[2001:db8::1]:40000");
    EXPECT_EQ(segment.payloadLength, 80u);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST_F(Fragments, OfIpv6MayBeginWithExtensionHeaders)
{
    const Bytes options = bytesOf({6, 0, 1, 4, 0, 0, 0, 0});
    const Bytes payload
        = options + tcpSegment({.source = "2001:db8::1", .destination = "2001:db8::2", .payload = numbered(80)});
    expectFragment(ipv6Fragment(payload, {0, 8}, 60));

    EXPECT_EQ(expectSegment(ipv6Fragment(payload, {8, 108}, 60)).checksumClass, ChecksumClass::Valid);
}

TEST_F(Fragments, OfTheLargestDatagramGiveIt)
{
    const Bytes payload = tcpSegment({.payload = numbered(65515 - 20)});
    for (size_t begin = 0; begin + 1480 < payload.size(); begin += 1480)
        expectFragment(ipv4Fragment(payload, {begin, begin + 1480}));

    const size_t begin = payload.size() / 1480 * 1480;
    EXPECT_EQ(expectSegment(ipv4Fragment(payload, {begin, payload.size()})).checksumClass, ChecksumClass::Valid);
}

TEST_F(Fragments, OfTwoDatagramsDoNotMix)
{
    const Bytes one = segmentBytes();
    const Bytes other = tcpSegment({.seq = 7000, .payload = numbered(80)});
    expectFragment(ipv4Fragment(one, {0, 40}, {.ipId = 1}));
    expectFragment(ipv4Fragment(other, {0, 40}, {.ipId = 2}));

    EXPECT_EQ(expectSegment(ipv4Fragment(one, {40, 100}, {.ipId = 1})).seq, SeqNum{1000});
    EXPECT_EQ(expectSegment(ipv4Fragment(other, {40, 100}, {.ipId = 2})).seq, SeqNum{7000});
}

TEST_F(Fragments, InsideATunnelGiveTheSegment)
{
    const Bytes payload = segmentBytes();
    const IpFields outer{.source = "10.0.0.1", .destination = "10.0.0.2", .protocol = 4};
    expectFragment(ipv4Packet(outer, ipv4Fragment(payload, {0, 40})));

    const SegmentHeader segment = expectSegment(ipv4Packet(outer, ipv4Fragment(payload, {40, 100})));

    EXPECT_EQ(segment.tunnel, Tunnel::IpInIp);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST_F(Fragments, OfATunnelGiveTheSegmentInside)
{
    const Bytes inner = ipPacket({.payload = numbered(80)});
    const IpFields outer{.source = "10.0.0.1", .destination = "10.0.0.2", .protocol = 4};
    expectFragment(ipv4Fragment(inner, {0, 80}, outer));

    const SegmentHeader segment = expectSegment(ipv4Fragment(inner, {80, 120}, outer));

    EXPECT_EQ(segment.tunnel, Tunnel::IpInIp);
    EXPECT_EQ(toString(segment.source.address), "192.0.2.1");
    EXPECT_EQ(segment.checksumClass, ChecksumClass::Valid);
}

TEST_F(Fragments, OfFragmentsInATunnelGiveTheSegment)
{
    const IpFields outer{.source = "10.0.0.1", .destination = "10.0.0.2", .protocol = 4};
    const Bytes payload = segmentBytes();
    const Bytes first = ipv4Fragment(payload, {0, 80});
    const Bytes second = ipv4Fragment(payload, {80, 100});
    expectFragment(ipv4Fragment(first, {0, 48}, outer));
    expectFragment(ipv4Fragment(first, {48, 100}, outer));
    expectFragment(ipv4Fragment(second, {0, 24}, outer));

    EXPECT_EQ(expectSegment(ipv4Fragment(second, {24, 40}, outer)).checksumClass, ChecksumClass::Valid);
    EXPECT_EQ(incomplete(), 0u);
}

TEST_F(Fragments, CutByTheSnapLengthGiveTheLengthOnTheWire)
{
    const Bytes payload = tcpSegment({.payload = numbered(980)});
    const Bytes first = ipv4Fragment(payload, {0, 600});
    const Bytes second = ipv4Fragment(payload, {600, 1000});
    expectFragment(cut(first, 96), static_cast<uint32_t>(first.size()));

    const SegmentHeader segment = expectSegment(cut(second, 96), static_cast<uint32_t>(second.size()));

    EXPECT_EQ(segment.payloadLength, 980u);
    EXPECT_EQ(segment.payload.size(), 96 - ipv4HeaderLength - 20);
    EXPECT_EQ(segment.checksumClass, ChecksumClass::NotChecked);
}

// --- Datagrams that stay incomplete

TEST_F(Fragments, WithoutTheRestGiveNothingThoughTheTcpHeaderIsThere)
{
    expectFragment(ipv4Fragment(segmentBytes(), {0, 80}));

    const IncompleteFragments lost = m_decoder.incompleteFragments();
    EXPECT_EQ(lost.count, 1u);
    EXPECT_EQ(lost.first, PacketNumber(1));
    EXPECT_EQ(lost.firstFileOffset, 100u);
}

TEST_F(Fragments, AreForgottenAfterAMinute)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload, {0, 40}));
    wait(61s);
    expectFragment(ipv4Fragment(payload, {40, 100}));

    EXPECT_EQ(incomplete(), 2u);
}

TEST_F(Fragments, LiveForAMinute)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload, {0, 40}));
    wait(59s);
    expectSegment(ipv4Fragment(payload, {40, 100}));
}

TEST_F(Fragments, OfTimesFarApartDoNoHarm)
{
    const Bytes payload = segmentBytes();
    m_time = Timestamp(Duration(INT64_MIN));
    expectFragment(ipv4Fragment(payload, {0, 40}));
    m_time = Timestamp(Duration(INT64_MAX - 10'000'000));
    expectFragment(ipv4Fragment(payload, {0, 40}));
    m_time = Timestamp(Duration(INT64_MIN));
    expectSegment(ipv4Fragment(payload, {40, 100}));
}

TEST_F(Fragments, TakeBoundedMemoryAndTheOldestGoFirst)
{
    const Bytes payload = tcpSegment({.payload = numbered(60'000)});
    for (uint16_t id = 0; id < 200; ++id)
        expectFragment(ipv4Fragment(payload, {0, 59'200}, {.ipId = id}));

    expectFragment(ipv4Fragment(payload, {59'200, 60'020}, {.ipId = 0}));
    expectSegment(ipv4Fragment(payload, {59'200, 60'020}, {.ipId = 199}));
    EXPECT_GE(incomplete(), 200u - 1);
}

// --- Copies

TEST_F(Fragments, ThatWereRecordedTwiceInARowAreNoLoss)
{
    const Bytes payload = segmentBytes();
    const Bytes first = ipv4Fragment(payload, {0, 40});
    const Bytes second = ipv4Fragment(payload, {40, 100});
    expectFragment(first);
    expectFragment(first);
    expectSegment(second);
    expectFragment(second);

    EXPECT_EQ(incomplete(), 0u);
}

TEST_F(Fragments, OfADatagramThatWasRecordedTwiceGiveItTwice)
{
    const Bytes payload = segmentBytes();
    for (int i = 0; i < 2; ++i) {
        expectFragment(ipv4Fragment(payload, {0, 40}));
        expectSegment(ipv4Fragment(payload, {40, 100}));
    }
    EXPECT_EQ(incomplete(), 0u);
}

// --- Hostile ones

TEST_F(Fragments, ThatOverlapAbandonTheDatagram)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload, {0, 48}));
    expectFragment(ipv4Fragment(payload, {40, 100}));

    EXPECT_EQ(incomplete(), 2u);
}

TEST_F(Fragments, ThatCoverAnotherAbandonTheDatagram)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload, {40, 48}));
    expectFragment(ipv4Fragment(payload, {32, 56}));
    EXPECT_EQ(incomplete(), 2u);
}

TEST_F(Fragments, BehindTheEndAbandonTheDatagram)
{
    const Bytes payload = segmentBytes();
    const Bytes longer = payload + Bytes(60);
    expectFragment(ipv4Fragment(payload, {80, 100}));
    expectFragment(ipv4Fragment(longer, {104, 112}));
    EXPECT_EQ(incomplete(), 2u);
}

TEST_F(Fragments, WithAnEndBeforeOthersAbandonTheDatagram)
{
    const Bytes payload = segmentBytes();
    expectFragment(ipv4Fragment(payload + Bytes(60), {104, 112}));
    expectFragment(ipv4Fragment(payload, {80, 100}));
    EXPECT_EQ(incomplete(), 2u);
}

TEST_F(Fragments, BeyondTheLargestDatagramAreLeftOut)
{
    expectFragment(ipv4Packet({.fragment = 0x1fff}, Bytes(1000)));
    EXPECT_EQ(incomplete(), 1u);
}

TEST_F(Fragments, OfNothingOrOddLengthsAreLeftOut)
{
    expectFragment(ipv4Packet({.fragment = moreFragments}, Bytes()));
    expectFragment(ipv4Packet({.fragment = moreFragments}, Bytes(9)));
    EXPECT_EQ(incomplete(), 2u);
}

TEST_F(Fragments, OfEightBytesEachGiveTheDatagram)
{
    const Bytes payload = tcpSegment({.payload = numbered(60'000)});
    for (size_t begin = 0; begin + 16 <= payload.size(); begin += 16)
        expectFragment(ipv4Fragment(payload, {begin, begin + 8}));
    size_t begin = 8;
    for (; begin + 16 < payload.size(); begin += 16)
        expectFragment(ipv4Fragment(payload, {begin, begin + 8}));
    const Bytes last = ipv4Fragment(payload, {begin, payload.size()});
    EXPECT_EQ(expectSegment(last).checksumClass, ChecksumClass::Valid);
    EXPECT_EQ(incomplete(), 0u);
}

TEST_F(Fragments, DoNotKeepOrdinaryPacketsFromBeingDecoded)
{
    expectFragment(ipv4Fragment(segmentBytes(), {0, 40}));
    EXPECT_EQ(expectSegment(ipPacket({.seq = 5})).seq, SeqNum{5});
}

} // namespace
} // namespace whyrst::test
