// The classic pcap format in all its variants.
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace whyrst::test {
namespace {

constexpr auto someTime = 1'714'330'875s + 628'541'670ns;
constexpr auto someTimeInMicroseconds = 1'714'330'875s + 628'541us;

const Bytes firstBytes = textBytes("first");
const Bytes secondBytes = textBytes("the second");

TEST(PcapReader, GivesBytesLengthsAndNumbersInFileOrder)
{
    const ReadCapture read = readCapture(PcapFile().packet(1s, firstBytes).packet(2s, secondBytes, 1500).bytes());

    ASSERT_EQ(read.packets.size(), 2u);
    EXPECT_EQ(read.packets[0].bytes, firstBytes);
    EXPECT_EQ(read.packets[0].packet.number, PacketNumber(1));
    EXPECT_EQ(read.packets[0].packet.originalLength, firstBytes.size());
    EXPECT_EQ(read.packets[1].bytes, secondBytes);
    EXPECT_EQ(read.packets[1].packet.number, PacketNumber(2));
    EXPECT_EQ(read.packets[1].packet.originalLength, 1500u);
    EXPECT_TRUE(read.notes.empty());
}

TEST(PcapReader, GivesTheFileOffsetOfEachRecord)
{
    const ReadCapture read = readCapture(PcapFile().packet(1s, firstBytes).packet(2s, secondBytes).bytes());

    ASSERT_EQ(read.packets.size(), 2u);
    EXPECT_EQ(read.packets[0].packet.fileOffset, 24u);
    EXPECT_EQ(read.packets[1].packet.fileOffset, 24u + 16u + firstBytes.size());
}

TEST(PcapReader, ReadsMicroseconds)
{
    const ReadCapture read = readCapture(PcapFile().packet(someTime, firstBytes).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(someTimeInMicroseconds));
    EXPECT_EQ(read.format, "pcap (us)");
}

TEST(PcapReader, ReadsNanoseconds)
{
    const ReadCapture read = readCapture(PcapFile({.magic = 0xa1b23c4d}).packet(someTime, firstBytes).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(someTime));
    EXPECT_EQ(read.format, "pcap (ns)");
}

TEST(PcapReader, ReadsBigEndianFiles)
{
    const PcapFile::Format format{.order = std::endian::big, .magic = 0xa1b23c4d, .linkType = 113};
    const ReadCapture read = readCapture(PcapFile(format).packet(someTime, firstBytes, 99).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, firstBytes);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(someTime));
    EXPECT_EQ(read.packets[0].packet.originalLength, 99u);
    EXPECT_EQ(read.packets[0].packet.linkType, 113);
}

TEST(PcapReader, ReadsTheModifiedFormatWithLongerRecords)
{
    const ReadCapture read
        = readCapture(PcapFile({.magic = 0xa1b2cd34}).packet(1s, firstBytes).packet(2s, secondBytes).bytes());

    ASSERT_EQ(read.packets.size(), 2u);
    EXPECT_EQ(read.packets[0].bytes, firstBytes);
    EXPECT_EQ(read.packets[1].bytes, secondBytes);
}

/// A file with `count` records whose headers end with `more` bytes that the usual ones do not have.
Bytes fileWithLongerHeaders(uint32_t magic, size_t more, uint32_t count)
{
    const auto number = [](uint64_t value) { return numberBytes(value, 4, std::endian::little); };
    PcapFile file({.magic = magic});
    for (uint32_t index = 0; index < count; ++index)
        file.raw(number(1'714'330'875 + index) + number(628'541) + number(firstBytes.size()) + number(firstBytes.size())
            + Bytes(more) + firstBytes);
    return file.bytes();
}

TEST(PcapReader, FindsOutHowLongTheHeadersOfOldWritersAre)
{
    for (const size_t more : {4, 8}) { // Nokia, Red Hat 6.1
        const ReadCapture read = readCapture(fileWithLongerHeaders(0xa1b2c3d4, more, 6));
        ASSERT_EQ(read.packets.size(), 6u) << more;
        EXPECT_EQ(read.packets[5].bytes, firstBytes);
        EXPECT_EQ(read.packets[5].packet.time, Timestamp(1'714'330'880s + 628'541us));
        EXPECT_TRUE(read.notes.empty());
    }
    const ReadCapture suse = readCapture(fileWithLongerHeaders(0xa1b2cd34, 12, 2));
    ASSERT_EQ(suse.packets.size(), 2u);
    EXPECT_EQ(suse.packets[1].bytes, firstBytes);
}

TEST(PcapReader, KeepsTheUsualHeaderWhenNoOtherFitsADamagedFile)
{
    Bytes damaged = PcapFile().packet(1s, firstBytes).packet(2s, secondBytes).packet(3s, firstBytes).bytes();
    damaged[24 + 16 + firstBytes.size() + 11] = std::byte{0x7f}; // the captured length of the second record
    const ReadCapture read = readCapture(damaged);

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, firstBytes);
    EXPECT_EQ(read.notes.size(), 1u);
}

TEST(PcapReader, TakesACutFileAsTheUsualOne)
{
    Bytes cut = PcapFile().packet(1s, firstBytes).packet(2s, secondBytes).bytes();
    cut.resize(cut.size() - 3);
    const ReadCapture read = readCapture(cut);

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, firstBytes);
}

/// A file of format 2.`minorVersion` with one record, whose length fields are `first` and `second`.
Bytes fileOfOldVersion(uint16_t minorVersion, uint32_t first, uint32_t second)
{
    const auto number = [](uint32_t value) { return numberBytes(value, 4, std::endian::little); };
    return PcapFile({.minorVersion = minorVersion})
        .raw(number(1) + number(0) + number(first) + number(second) + firstBytes)
        .bytes();
}

TEST(PcapReader, TakesTheFirstLengthOfVersionsBeforeTwoThreeAsTheOriginalOne)
{
    const ReadCapture read = readCapture(fileOfOldVersion(2, 3, 5));

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, firstBytes);
}

TEST(PcapReader, TakesTheLargerLengthOfVersionTwoThreeAsTheOriginalOne)
{
    for (const Bytes& file : {fileOfOldVersion(3, 60, 5), fileOfOldVersion(3, 5, 60)}) {
        const ReadCapture read = readCapture(file);
        ASSERT_EQ(read.packets.size(), 1u);
        EXPECT_EQ(read.packets[0].bytes, firstBytes);
        EXPECT_EQ(read.packets[0].packet.originalLength, 60u);
    }
}

TEST(PcapReader, IgnoresTheCheckSequenceBitsOfTheLinkType)
{
    const ReadCapture read = readCapture(PcapFile({.linkType = 0x24000001}).packet(1s, firstBytes).bytes());

    EXPECT_EQ(read.linkTypes, std::vector<LinkType>{1});
}

TEST(PcapReader, OriginalLengthIsNeverBelowTheCapturedLength)
{
    const ReadCapture read = readCapture(PcapFile().packet(1s, secondBytes, 3).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].packet.originalLength, secondBytes.size());
}

TEST(PcapReader, GivesWhatIsThereWhenTheFileEndsInsideAPacket)
{
    const Bytes whole = PcapFile().packet(1s, firstBytes).packet(2s, secondBytes).bytes();
    const ReadCapture read = readCapture(cut(whole, whole.size() - 1));

    EXPECT_EQ(read.packets.size(), 1u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::CutShort);
    EXPECT_EQ(read.notes[0].packet, PacketNumber(2));
    EXPECT_EQ(read.notes[0].offset, 24u + 16u + firstBytes.size());
}

TEST(PcapReader, StopsAtAnImpossibleCapturedLength)
{
    Bytes file = PcapFile().packet(1s, firstBytes).packet(2s, secondBytes).bytes();
    const size_t secondRecord = 24 + 16 + firstBytes.size();
    file = patched(file, secondRecord + 8, big32(0xffffffff));

    const ReadCapture read = readCapture(file);

    EXPECT_EQ(read.packets.size(), 1u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::DamagedRecord);
    EXPECT_EQ(read.notes[0].packet, PacketNumber(2));
    EXPECT_EQ(read.notes[0].offset, secondRecord);
}

TEST(PcapReader, ReadsFramesLongerThanTheSnapLengthOfTheHeader)
{
    const ReadCapture read = readCapture(PcapFile({.snapLength = 4}).packet(1s, secondBytes).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, secondBytes);
}

TEST(PcapReader, ReadsHalfAMegabyteOfAnOffloadedFrame)
{
    const Bytes frame(524'280 + 14, std::byte{7});
    const ReadCapture read = readCapture(PcapFile().packet(1s, frame).bytes());

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].bytes, frame);
}

TEST(PcapReader, JoinsPacketsThatCrossTheBlocksInWhichTheFileIsRead)
{
    constexpr uint64_t count = 3000; // of 1000 bytes: the file has three blocks
    PcapFile file;
    for (uint64_t i = 0; i < count; ++i)
        file.packet(1s, numberBytes(i, 8) + Bytes(1000 - 8, std::byte{0x55}));

    const ReadCapture read = readCapture(file.bytes());

    ASSERT_EQ(read.packets.size(), count);
    for (uint64_t i = 0; i < count; ++i)
        ASSERT_EQ(cut(read.packets[i].bytes, 8), numberBytes(i, 8)) << "packet " << i + 1;
}

TEST(PcapReader, PositionEndsAtTheSizeOfTheFile)
{
    const TemporaryFile file(PcapFile().packet(1s, firstBytes).bytes());
    const auto reader = openCapture(file.path());
    ASSERT_TRUE(reader.ok());
    Packet packet;
    while ((*reader)->next(packet) == ReadStep::Packet) { }

    EXPECT_EQ((*reader)->position(), (*reader)->size());
    EXPECT_EQ((*reader)->size(), 24u + 16u + firstBytes.size());
}

TEST(PcapReader, StaysAtTheEnd)
{
    const TemporaryFile file(PcapFile().packet(1s, firstBytes).bytes());
    const auto reader = openCapture(file.path());
    ASSERT_TRUE(reader.ok());
    Packet packet;
    EXPECT_EQ((*reader)->next(packet), ReadStep::Packet);
    EXPECT_EQ((*reader)->next(packet), ReadStep::End);
    EXPECT_EQ((*reader)->next(packet), ReadStep::End);
    EXPECT_TRUE((*reader)->notes().empty());
}

} // namespace
} // namespace whyrst::test
