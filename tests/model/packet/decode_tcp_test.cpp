// TCP headers, options and checksums.
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

constexpr LinkType raw = 101;
constexpr size_t ipHeaderLength = 20;
constexpr size_t dataOffsetAt = ipHeaderLength + 12;

SegmentHeader segmentOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SegmentHeader>(decoded));
    const auto* segment = std::get_if<SegmentHeader>(&decoded);
    return segment ? *segment : SegmentHeader{};
}

SegmentHeader segmentOf(const TcpPacket& packet)
{
    return segmentOf(packetOf(ipPacket(packet), raw));
}

TcpOptions optionsOf(const Bytes& options)
{
    return segmentOf({.options = options}).options;
}

SkipReason reasonOf(const Packet& packet)
{
    const DecodedPacket decoded = decodePacket(packet);
    EXPECT_TRUE(std::holds_alternative<SkipReason>(decoded));
    const auto* reason = std::get_if<SkipReason>(&decoded);
    return reason ? *reason : SkipReason{};
}

// --- Header

TEST(TcpHeader, GivesItsFields)
{
    const SegmentHeader segment
        = segmentOf(TcpPacket{.seq = 0xfffffff0, .ack = 77, .flags = flagPsh | flagAck, .window = 501});

    EXPECT_EQ(segment.source.port, 40000);
    EXPECT_EQ(segment.destination.port, 443);
    EXPECT_EQ(segment.seq, SeqNum{0xfffffff0});
    EXPECT_EQ(segment.ack, SeqNum{77});
    EXPECT_EQ(toString(segment.flags), "PSH+ACK");
    EXPECT_EQ(segment.rawWindow, 501);
}

TEST(TcpHeader, WithoutTheAckFlagHasNoAcknowledgment)
{
    EXPECT_EQ(segmentOf(TcpPacket{.ack = 77, .flags = flagSyn}).ack, SeqNum{0});
}

TEST(TcpHeader, GivesTheHistoricNonceBit)
{
    EXPECT_EQ(segmentOf(TcpPacket{.flags = 0x100 | flagAck}).flags.bits, 0x110);
}

TEST(TcpHeader, IsFollowedByThePayload)
{
    const Bytes bytes = ipPacket({.payload = textBytes("hello")});
    const SegmentHeader segment = segmentOf(packetOf(bytes, raw));

    EXPECT_EQ(segment.payloadLength, 5u);
    EXPECT_EQ(Bytes(segment.payload.begin(), segment.payload.end()), textBytes("hello"));
}

TEST(TcpHeader, CountsThePayloadThatTheSnapLengthCut)
{
    const Bytes captured = cut(ipPacket({.payload = Bytes(1000)}), 50);
    const SegmentHeader segment = segmentOf(packetOf(captured, raw, 1040));

    EXPECT_EQ(segment.payloadLength, 1000u);
    EXPECT_EQ(segment.payload.size(), 10u);
}

TEST(TcpHeader, CutInsideItsFixedPartIsTruncated)
{
    EXPECT_EQ(reasonOf(packetOf(cut(ipPacket({}), 39), raw, 40)), SkipReason::Truncated);
}

TEST(TcpHeader, CutInsideItsOptionsKeepsTheSegmentAndTheWholeOptions)
{
    const Bytes whole = ipPacket({.options = mssOption(1460) + timestampsOption(1, 2), .payload = Bytes(100)});
    const SegmentHeader segment = segmentOf(packetOf(cut(whole, 48), raw, static_cast<uint32_t>(whole.size())));

    EXPECT_EQ(segment.seq, SeqNum{1000});
    EXPECT_EQ(segment.options.maximumSegmentSize, 1460);
    EXPECT_EQ(segment.options.timestamps, std::nullopt);
    EXPECT_EQ(segment.payloadLength, 100u);
    EXPECT_EQ(segment.headerLength, 56);
    EXPECT_TRUE(segment.payload.empty());
}

TEST(TcpHeader, ShorterThanTheIpPayloadAllowsIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(ipv4Packet({}, Bytes(19)), raw)), SkipReason::Malformed);
}

TEST(TcpHeader, OfFewerThanFiveWordsIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(patched(ipPacket({}), dataOffsetAt, bytesOf({0x40})), raw)), SkipReason::Malformed);
}

TEST(TcpHeader, LongerThanThePacketIsMalformed)
{
    EXPECT_EQ(reasonOf(packetOf(patched(ipPacket({}), dataOffsetAt, bytesOf({0x60})), raw)), SkipReason::Malformed);
}

// --- Options

TEST(TcpOptions, OfASynAreRead)
{
    const TcpOptions options
        = optionsOf(mssOption(1460) + bytesOf({4, 2}) + bytesOf({8, 10}) + big32(5) + big32(6) + bytesOf({1, 3, 3, 7}));

    EXPECT_EQ(options.maximumSegmentSize, 1460);
    EXPECT_TRUE(options.sackPermitted);
    EXPECT_EQ(options.timestamps, (Timestamps{5, 6}));
    EXPECT_EQ(options.windowScale, 7);
    EXPECT_EQ(options.orderLength, 5);
    EXPECT_EQ(options.order, (std::array<uint8_t, 8>{2, 4, 8, 1, 3, 0, 0, 0}));
}

TEST(TcpOptions, AreAbsentWithoutOptions)
{
    const TcpOptions options = optionsOf({});

    EXPECT_EQ(options.maximumSegmentSize, std::nullopt);
    EXPECT_EQ(options.windowScale, std::nullopt);
    EXPECT_EQ(options.timestamps, std::nullopt);
    EXPECT_EQ(options.orderLength, 0);
}

TEST(TcpOptions, WindowScaleIsNotCapped)
{
    EXPECT_EQ(optionsOf(bytesOf({3, 3, 15})).windowScale, 15);
}

TEST(TcpOptions, GiveSackBlocksInTheirOrder)
{
    const TcpOptions options = optionsOf(sackOption({{30, 40}, {10, 20}}));

    ASSERT_EQ(options.sackBlockCount, 2);
    EXPECT_EQ(options.sackBlocks[0].left, SeqNum{30});
    EXPECT_EQ(options.sackBlocks[0].right, SeqNum{40});
    EXPECT_EQ(options.sackBlocks[1].left, SeqNum{10});
}

TEST(TcpOptions, GiveFourSackBlocks)
{
    EXPECT_EQ(optionsOf(sackOption({{1, 2}, {3, 4}, {5, 6}, {7, 8}})).sackBlockCount, 4);
}

TEST(TcpOptions, TellTheRareKinds)
{
    EXPECT_TRUE(optionsOf(bytesOf({19, 18}) + Bytes(16)).md5);
    EXPECT_TRUE(optionsOf(bytesOf({29, 4, 0, 0})).authentication);
    EXPECT_TRUE(optionsOf(bytesOf({30, 4, 0, 0})).multipath);
    EXPECT_EQ(optionsOf(bytesOf({28, 4, 0x80, 5})).userTimeout, 0x8005);
}

TEST(TcpOptions, TellTheSubtypesOfMultipath)
{
    const TcpOptions options = optionsOf(bytesOf({30, 4, 0x10, 0}) + bytesOf({30, 4, 0x80, 3}));

    EXPECT_EQ(options.multipathSubtypes, (1u << 1) | (1u << 8));
    EXPECT_EQ(options.multipathResetReason, 3);
}

TEST(TcpOptions, TellNoReasonWithoutAMultipathReset)
{
    EXPECT_EQ(optionsOf(bytesOf({30, 4, 0x70, 3})).multipathResetReason, std::nullopt);
    EXPECT_EQ(optionsOf(bytesOf({30, 3, 0x80, 0})).multipathResetReason, std::nullopt);
}

TEST(TcpOptions, TellTheLengthOfTheFastOpenCookie)
{
    EXPECT_EQ(optionsOf(bytesOf({34, 2})).fastOpenCookieLength, 0);
    EXPECT_EQ(optionsOf(bytesOf({34, 10}) + Bytes(8)).fastOpenCookieLength, 8);
    EXPECT_EQ(optionsOf(bytesOf({254, 8, 0xf9, 0x89}) + Bytes(4)).fastOpenCookieLength, 4);
}

TEST(TcpOptions, OfTimestampsOnlyHaveTheirOrder)
{
    const TcpOptions options = optionsOf(timestampsOption(0xfffffffe, 7));

    EXPECT_EQ(options.timestamps, (Timestamps{0xfffffffe, 7}));
    EXPECT_EQ(options.orderLength, 3);
    EXPECT_EQ(options.order, (std::array<uint8_t, 8>{1, 1, 8}));
}

TEST(TcpOptions, TellFastOpenByItsKindAndByTheExperiment)
{
    EXPECT_TRUE(optionsOf(bytesOf({34, 2})).fastOpen);
    EXPECT_TRUE(optionsOf(bytesOf({254, 4, 0xf9, 0x89})).fastOpen);
    EXPECT_FALSE(optionsOf(bytesOf({254, 4, 0xe2, 0xd4})).fastOpen);
}

TEST(TcpOptions, EndAtTheEndOfTheList)
{
    const TcpOptions options = optionsOf(bytesOf({0, 2, 4, 5}));

    EXPECT_EQ(options.maximumSegmentSize, std::nullopt);
    EXPECT_EQ(options.orderLength, 1);
}

TEST(TcpOptions, EndAtALengthOfZero)
{
    const TcpOptions options = optionsOf(mssOption(1460) + bytesOf({8, 0}) + bytesOf({4, 2}));

    EXPECT_EQ(options.maximumSegmentSize, 1460);
    EXPECT_FALSE(options.sackPermitted);
}

TEST(TcpOptions, EndAtALengthBeyondTheHeader)
{
    const TcpOptions options = optionsOf(mssOption(1460) + bytesOf({8, 10, 0, 0}));

    EXPECT_EQ(options.maximumSegmentSize, 1460);
    EXPECT_EQ(options.timestamps, std::nullopt);
}

TEST(TcpOptions, OfAWrongLengthArePassedOver)
{
    const TcpOptions options = optionsOf(bytesOf({2, 3, 9}) + bytesOf({3, 3, 7}));

    EXPECT_EQ(options.maximumSegmentSize, std::nullopt);
    EXPECT_EQ(options.windowScale, 7);
}

TEST(TcpOptions, KeepTheFirstEightKinds)
{
    EXPECT_EQ(optionsOf(Bytes(12, std::byte{1})).orderLength, 8);
}

// --- Checksum

struct Checksum
{
    const char* name;
    ChecksumFill fill;
    ChecksumClass expected;
};

void PrintTo(const Checksum& checksum, std::ostream* stream)
{
    *stream << checksum.name;
}

class TcpChecksum : public testing::TestWithParam<Checksum>
{
};

INSTANTIATE_TEST_SUITE_P(All, TcpChecksum,
    testing::Values(Checksum{"Valid", ChecksumFill::Valid, ChecksumClass::Valid},
        Checksum{"Zero", ChecksumFill::Zero, ChecksumClass::Zero},
        Checksum{"Partial", ChecksumFill::Partial, ChecksumClass::Partial},
        Checksum{"PartialOfWindows", ChecksumFill::PartialWithoutLength, ChecksumClass::Partial},
        Checksum{"Bad", ChecksumFill::Bad, ChecksumClass::Bad}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(TcpChecksum, IsClassified)
{
    const TcpPacket packet{.payload = textBytes("an odd number"), .checksum = GetParam().fill};

    EXPECT_EQ(segmentOf(packet).checksumClass, GetParam().expected);
}

TEST_P(TcpChecksum, IsClassifiedOverIpv6)
{
    const TcpPacket packet{
        .source = "2001:db8::1",
        .destination = "2001:db8::2",
        .payload = Bytes(1440, std::byte{0xa5}),
        .checksum = GetParam().fill,
    };

    EXPECT_EQ(segmentOf(packet).checksumClass, GetParam().expected);
}

TEST(TcpChecksum, IsValidForEveryLengthOfPayload)
{
    for (size_t length = 0; length < 100; ++length) {
        SCOPED_TRACE(length);
        EXPECT_EQ(segmentOf(TcpPacket{.payload = Bytes(length, std::byte{0xff})}).checksumClass, ChecksumClass::Valid);
    }
}

TEST(TcpChecksum, IsNotCheckedWhenAByteIsMissing)
{
    const Bytes captured = cut(ipPacket({.payload = Bytes(100), .checksum = ChecksumFill::Bad}), 139);
    EXPECT_EQ(segmentOf(packetOf(captured, raw, 140)).checksumClass, ChecksumClass::NotChecked);
}

TEST(TcpChecksum, FieldIsGivenAsInThePacket)
{
    const Bytes bytes = ipPacket({});
    const size_t checksumAt = ipHeaderLength + 16;
    const auto field = (static_cast<unsigned>(bytes[checksumAt]) << 8) | static_cast<unsigned>(bytes[checksumAt + 1]);

    EXPECT_EQ(segmentOf(packetOf(bytes, raw)).checksum, field);
}

} // namespace
} // namespace whyrst::test
