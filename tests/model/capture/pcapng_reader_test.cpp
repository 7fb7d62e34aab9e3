// pcapng: sections, interfaces, the kinds of packet blocks, options and damage.
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace whyrst::test {
namespace {

constexpr uint16_t optionFlags = 2;
constexpr uint16_t optionDropCount = 4;
constexpr uint16_t optionInterfaceDrop = 5;
constexpr uint16_t optionSystemDrop = 7;
constexpr uint16_t optionResolution = 9;
constexpr uint16_t optionTimeOffset = 14;

const Bytes someBytes = textBytes("some bytes");

class PcapngByteOrder : public testing::TestWithParam<std::endian>
{
};

INSTANTIATE_TEST_SUITE_P(Both, PcapngByteOrder, testing::Values(std::endian::little, std::endian::big));

TEST_P(PcapngByteOrder, ReadsAnEnhancedPacket)
{
    const ReadCapture read
        = readCapture(PcapngFile(GetParam()).interface(101).packet(1'714'330'875'628'541, someBytes).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, someBytes);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(1'714'330'875'628'541us));
    EXPECT_EQ(read.packets[0].packet.linkType, 101);
    EXPECT_EQ(read.packets[0].packet.number, PacketNumber(1));
    EXPECT_EQ(read.format, "pcapng");
    EXPECT_TRUE(read.notes.empty());
}

TEST_P(PcapngByteOrder, ReadsTheDirectionOfAPacket)
{
    PcapngFile file(GetParam());
    file.interface();
    const auto flags = [&](uint32_t value) { return file.option(optionFlags, file.number(value, 4)); };
    file.packet(1, someBytes, flags(1)).packet(2, someBytes, flags(2)).packet(3, someBytes, flags(0x100));

    const ReadCapture read = readCapture(file.bytes());

    ASSERT_EQ(read.packets.size(), 3u);
    EXPECT_EQ(read.packets[0].packet.direction, HostDirection::Inbound);
    EXPECT_EQ(read.packets[1].packet.direction, HostDirection::Outbound);
    EXPECT_EQ(read.packets[2].packet.direction, HostDirection::Unknown);
}

TEST_P(PcapngByteOrder, AddsTheDropCountsOfPackets)
{
    PcapngFile file(GetParam());
    file.interface();
    file.packet(1, someBytes, file.option(optionDropCount, file.number(3, 8)));
    file.packet(2, someBytes, file.option(optionDropCount, file.number(4, 8)));

    const ReadCapture read = readCapture(file.bytes());

    EXPECT_EQ(read.dropped, 7u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::CaptureDrops);
    EXPECT_EQ(read.notes[0].count, 7u);
}

TEST(PcapngReader, CountsWhatTheLastStatisticsOfAnInterfaceSay)
{
    PcapngFile file;
    const auto drops = [&](uint64_t byInterface, uint64_t bySystem) {
        return file.option(optionInterfaceDrop, file.number(byInterface, 8))
            + file.option(optionSystemDrop, file.number(bySystem, 8));
    };
    file.interface().statistics(0, drops(1, 1)).statistics(0, drops(5, 2));

    EXPECT_EQ(readCapture(file.bytes()).dropped, 7u);
}

TEST(PcapngReader, DoesNotCountTheSameDropsTwice)
{
    PcapngFile file;
    file.interface();
    file.packet(1, someBytes, file.option(optionDropCount, file.number(3, 8)));
    file.statistics(0, file.option(optionInterfaceDrop, file.number(5, 8)));

    EXPECT_EQ(readCapture(file.bytes()).dropped, 5u);
}

TEST(PcapngReader, TakesAnUnknownDropCounterAsNone)
{
    PcapngFile file;
    file.interface().statistics(0, file.option(optionInterfaceDrop, file.number(~uint64_t{0}, 8)));

    EXPECT_EQ(readCapture(file.bytes()).dropped, 0u);
}

TEST(PcapngReader, ReadsInterfacesWithTheirOwnLinkTypeAndClock)
{
    PcapngFile file;
    file.interface(1).interface(113, file.option(optionResolution, bytesOf({9})));
    file.packet(1'000'001, someBytes, {}, 0).packet(1'000'000'002, someBytes, {}, 1);

    const ReadCapture read = readCapture(file.bytes());

    ASSERT_EQ(read.packets.size(), 2u);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(1s + 1us));
    EXPECT_EQ(read.packets[1].packet.time, Timestamp(1s + 2ns));
    EXPECT_EQ(read.packets[1].packet.linkType, 113);
    EXPECT_EQ(read.packets[1].packet.interfaceId, 1u);
    EXPECT_EQ(read.linkTypes, (std::vector<LinkType>{1, 113}));
}

TEST(PcapngReader, AddsTheTimeOffsetOfTheInterface)
{
    PcapngFile file;
    file.interface(1, file.option(optionTimeOffset, file.number(1'000'000, 8)));
    file.packet(5'000'000, someBytes);

    const ReadCapture read = readCapture(file.bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(1'000'005s));
}

TEST(PcapngReader, CountsInterfacesOverSections)
{
    PcapngFile file;
    file.interface(1).packet(1, someBytes);
    file.section(std::endian::big).interface(101).packet(2, someBytes);

    const ReadCapture read = readCapture(file.bytes());

    ASSERT_EQ(read.packets.size(), 2u);
    EXPECT_EQ(read.packets[0].packet.interfaceId, 0u);
    EXPECT_EQ(read.packets[1].packet.interfaceId, 1u);
    EXPECT_EQ(read.packets[1].packet.linkType, 101);
    EXPECT_EQ(read.packets[1].packet.time, Timestamp(2us));
    EXPECT_EQ(read.packets[1].packet.number, PacketNumber(2));
}

TEST(PcapngReader, CutsASimplePacketAtTheSnapLengthOfTheFirstInterface)
{
    const ReadCapture read
        = readCapture(PcapngFile().interface(1, {}, 4).simplePacket(cut(someBytes, 4), 1000).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, cut(someBytes, 4));
    EXPECT_EQ(read.packets[0].packet.originalLength, 1000u);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp());
}

TEST(PcapngReader, ReadsObsoletePacketBlocks)
{
    const ReadCapture read = readCapture(PcapngFile().interface().obsoletePacket(7, someBytes, 0, 2).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, someBytes);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(7us));
    EXPECT_EQ(read.dropped, 2u);
}

TEST(PcapngReader, TakesAnUnknownDropCountOfAnObsoletePacketAsNone)
{
    EXPECT_EQ(readCapture(PcapngFile().interface().obsoletePacket(7, someBytes, 0, 0xffff).bytes()).dropped, 0u);
}

TEST(PcapngReader, SkipsBlocksThatItDoesNotKnow)
{
    const Bytes large(3'000'000, std::byte{1}); // longer than what is read at once
    const ReadCapture read
        = readCapture(PcapngFile().block(0x0bad, large).interface().block(4, someBytes).packet(1, someBytes).bytes());

    EXPECT_EQ(read.packets.size(), 1u);
    EXPECT_TRUE(read.notes.empty());
}

TEST(PcapngReader, IgnoresOptionsThatDoNotFitTheirBlock)
{
    PcapngFile file;
    file.interface().packet(1, someBytes, file.number(optionFlags, 2) + file.number(60000, 2));

    const ReadCapture read = readCapture(file.bytes());

    EXPECT_EQ(read.packets.size(), 1u);
    EXPECT_TRUE(read.notes.empty());
}

// --- Damage

struct Damage
{
    const char* name;
    Bytes bytes; ///< behind one good packet
};

void PrintTo(const Damage& damage, std::ostream* stream)
{
    *stream << damage.name;
}

class PcapngDamage : public testing::TestWithParam<Damage>
{
};

Bytes packetBlock(uint32_t interface, uint32_t capturedLength)
{
    const auto number = [](uint64_t value) { return numberBytes(value, 4, std::endian::little); };
    return number(6) + number(44) + number(interface) + number(0) + number(0) + number(capturedLength) + number(10)
        + cut(someBytes, 12) + number(44);
}

INSTANTIATE_TEST_SUITE_P(All, PcapngDamage,
    testing::Values(Damage{"ZeroBlockLength", bytesOf({6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})},
        Damage{"UnalignedBlockLength", bytesOf({6, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0})},
        Damage{"HugeBlockLength", bytesOf({6, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff, 0, 0, 0, 0})},
        Damage{"LengthsDiffer", bytesOf({9, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0})},
        Damage{"TooShortPacketBlock", bytesOf({6, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0})},
        Damage{"TooShortInterface", bytesOf({1, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0})},
        Damage{"TooShortStatistics", bytesOf({5, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0})},
        Damage{"UnknownInterface", packetBlock(1, 10)}, Damage{"HugeInterface", packetBlock(0xffffffff, 10)},
        Damage{"CapturedLengthBeyondBlock", packetBlock(0, 13)},
        Damage{"HugeCapturedLength", packetBlock(0, 0xffffffff)}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_P(PcapngDamage, EndsTheFileWithANote)
{
    const Bytes good = PcapngFile().interface().packet(1, someBytes).bytes();
    const ReadCapture read = readCapture(good + GetParam().bytes);

    EXPECT_EQ(read.packets.size(), 1u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::DamagedRecord);
    EXPECT_EQ(read.notes[0].packet, PacketNumber(2));
    EXPECT_EQ(read.notes[0].offset, good.size());
}

TEST(PcapngReader, GivesWhatIsThereWhenTheFileEndsInsideABlock)
{
    const Bytes good = PcapngFile().interface().packet(1, someBytes).bytes();
    const Bytes whole = PcapngFile().interface().packet(1, someBytes).packet(2, someBytes).bytes();
    const ReadCapture read = readCapture(cut(whole, whole.size() - 1));

    EXPECT_EQ(read.packets.size(), 1u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::CutShort);
    EXPECT_EQ(read.notes[0].offset, good.size());
}

TEST(PcapngReader, GivesWhatIsThereWhenTheFileEndsInsideASkippedBlock)
{
    const Bytes whole = PcapngFile().interface().packet(1, someBytes).block(0x0bad, Bytes(5000)).bytes();
    const ReadCapture read = readCapture(cut(whole, whole.size() - 100));

    EXPECT_EQ(read.packets.size(), 1u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::CutShort);
}

TEST(PcapngReader, RefusesAnUnknownVersion)
{
    constexpr size_t majorVersionAt = 12;
    const Bytes file = patched(PcapngFile().bytes(), majorVersionAt, bytesOf({9}));

    EXPECT_EQ(openError(file).code, ErrorCode::UnsupportedVersion);
    EXPECT_EQ(openError(file).detail, "pcapng 9.0");
}

TEST(PcapngReader, RefusesASectionHeaderWithoutByteOrder)
{
    constexpr size_t byteOrderMagicAt = 8;
    EXPECT_EQ(openError(patched(PcapngFile().bytes(), byteOrderMagicAt, big32(0))).code, ErrorCode::Damaged);
}

} // namespace
} // namespace whyrst::test
