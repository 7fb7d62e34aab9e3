// Compressed captures give the packets of the plain file, as far as they can be unpacked.
#include "tests/support/compressed_bytes.h"
#include "tests/support/packet_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace std::chrono_literals;
using testing::HasSubstr;

namespace whyrst::test {
namespace {

struct Compression
{
    const char* name;
    Bytes (*pack)(const Bytes&);
};

class CompressedCapture : public testing::TestWithParam<Compression>
{
};

INSTANTIATE_TEST_SUITE_P(Each, CompressedCapture,
    testing::Values(Compression{"gzip", gzipped}, Compression{"zstd", zstdPacked}, Compression{"lz4", lz4Packed}),
    [](const auto& test) { return std::string(test.param.name); });

constexpr size_t magicLength = 4;

/// Bytes that do not compress: a linear congruential generator.
Bytes noise(size_t length)
{
    Bytes bytes;
    uint32_t state = 1;
    for (size_t i = 0; i < length; ++i) {
        state = state * 1664525 + 1013904223;
        bytes.push_back(static_cast<std::byte>(state >> 24));
    }
    return bytes;
}

/// Longer than the blocks of every compression.
Bytes longPcap()
{
    PcapFile file;
    for (int i = 0; i < 2000; ++i)
        file.packet(std::chrono::milliseconds(i), noise(1000));
    for (int i = 0; i < 50; ++i)
        file.packet(std::chrono::seconds(i), numberBytes(static_cast<uint64_t>(i), 8) + noise(20'000));
    return file.bytes();
}

void expectSamePackets(const ReadCapture& left, const ReadCapture& right)
{
    ASSERT_EQ(left.packets.size(), right.packets.size());
    for (size_t i = 0; i < left.packets.size(); ++i)
        ASSERT_TRUE(left.packets[i].bytes == right.packets[i].bytes
            && left.packets[i].packet.fileOffset == right.packets[i].packet.fileOffset)
            << "packet " << i + 1;
    EXPECT_EQ(left.format, right.format);
}

TEST_P(CompressedCapture, GivesThePacketsOfThePlainFile)
{
    const Bytes plain = longPcap();

    const ReadCapture read = readCapture(GetParam().pack(plain));

    expectSamePackets(read, readCapture(plain));
    EXPECT_TRUE(read.notes.empty());
}

TEST_P(CompressedCapture, MayHaveSeveralFramesAndZerosBehind)
{
    const Bytes plain = longPcap();
    const auto half = plain.begin() + 1'000'001;

    const ReadCapture read = readCapture(
        GetParam().pack(Bytes(plain.begin(), half)) + GetParam().pack(Bytes(half, plain.end())) + Bytes(10'000));

    expectSamePackets(read, readCapture(plain));
    EXPECT_TRUE(read.notes.empty());
}

TEST_P(CompressedCapture, MayHoldPcapng)
{
    PcapngFile plain;
    plain.interface().packet(1, textBytes("first")).packet(2, textBytes("second"));

    expectSamePackets(readCapture(GetParam().pack(plain.bytes())), readCapture(plain.bytes()));
}

TEST_P(CompressedCapture, TellsTheProgressInTheCompressedFile)
{
    const Bytes packed = GetParam().pack(PcapFile().packet(1s, Bytes(100'000)).bytes());
    const TemporaryFile file(packed);
    const auto reader = openCapture(file.path());
    ASSERT_TRUE(reader.ok());
    Packet packet;
    while ((*reader)->next(packet) == ReadStep::Packet) { }

    EXPECT_EQ((*reader)->size(), packed.size());
    EXPECT_EQ((*reader)->position(), packed.size());
}

TEST_P(CompressedCapture, CutInItsMiddleKeepsWhatCameBefore)
{
    const Bytes packed = GetParam().pack(longPcap());
    const size_t length = packed.size() * 3 / 4;

    const ReadCapture read = readCapture(cut(packed, length));

    EXPECT_GT(read.packets.size(), 1000u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::CutShort);
    EXPECT_EQ(read.notes[0].offset, length);
    EXPECT_THAT(read.notes[0].text, HasSubstr(GetParam().name));
    EXPECT_THAT(read.notes[0].text, HasSubstr("byte " + std::to_string(length)));
}

TEST_P(CompressedCapture, DamageKeepsWhatCameBefore)
{
    const Bytes packed = GetParam().pack(longPcap());
    const size_t at = packed.size() * 3 / 4;

    const ReadCapture read = readCapture(patched(packed, at, Bytes(300, std::byte{0xff})));

    EXPECT_GT(read.packets.size(), 1000u);
    ASSERT_EQ(read.notes.size(), 1u);
    EXPECT_EQ(read.notes[0].id, NoteId::DamagedRecord);
    EXPECT_NEAR(static_cast<double>(read.notes[0].offset), static_cast<double>(at), 200'000);
    EXPECT_THAT(read.notes[0].text, HasSubstr(GetParam().name));
}

TEST_P(CompressedCapture, CutAtEveryByteIsReadOrRefused)
{
    const Bytes packed = GetParam().pack(PcapFile().packet(1s, textBytes("first")).bytes());
    for (size_t length = magicLength; length < packed.size(); ++length) {
        SCOPED_TRACE(length);
        const TemporaryFile file(cut(packed, length));
        const auto reader = openCapture(file.path());
        if (!reader) {
            EXPECT_NE(reader.error().code, ErrorCode::NotACapture);
            continue;
        }
        Packet packet;
        while ((*reader)->next(packet) == ReadStep::Packet) { }
        EXPECT_EQ((*reader)->notes().size(), 1u);
    }
}

TEST_P(CompressedCapture, OfAnEmptyFileIsEmpty)
{
    EXPECT_EQ(openError(GetParam().pack({})).code, ErrorCode::Empty);
}

TEST_P(CompressedCapture, TwiceIsRefusedByName)
{
    const Error error = openError(gzipped(GetParam().pack(PcapFile().bytes())));

    EXPECT_EQ(error.code, ErrorCode::Compressed);
    EXPECT_EQ(error.detail, GetParam().name);
}

TEST(CompressedCapture, WithAWindowThatNoMachineShouldHoldIsRefused)
{
    constexpr int twoGibibytes = 0xa8; // window descriptor, RFC 8878 section 3.1.1.1.2
    const Error error = openError(bytesOf({0x28, 0xb5, 0x2f, 0xfd, 0x00, twoGibibytes}) + Bytes(100));

    EXPECT_EQ(error.code, ErrorCode::Damaged);
    EXPECT_THAT(error.detail, HasSubstr("memory"));
}

} // namespace
} // namespace whyrst::test
