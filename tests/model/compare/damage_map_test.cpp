#include "model/compare/damage_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace whyrst::test {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::byte> zeros(size_t count)
{
    return std::vector<std::byte>(count);
}

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

/// A copy of 1,000 zero bytes from offset 1 on in which `mask` is flipped at `position`.
void addFlip(DamageMap& map, uint32_t position, uint8_t mask, StreamOffset begin = {1})
{
    std::vector<std::byte> after = zeros(1000);
    after[position] = std::byte{mask};
    map.add(begin, 0, zeros(1000), after);
}

} // namespace

TEST(DamageMap, EqualCopiesHaveNone)
{
    DamageMap map;
    map.add({1}, 0, zeros(100), zeros(80));
    EXPECT_EQ(map.copies(), 0U);
    EXPECT_EQ(map.words(Integrity::Broken), "");
}

TEST(DamageMap, ADamagedByteKnowsItsPlaceInTheStreamAndInThePacket)
{
    DamageMap map;
    std::vector<std::byte> after = zeros(10);
    after[3] = std::byte{0x49};
    map.add({5001}, 100, zeros(10), after);
    ASSERT_EQ(map.bytes().size(), 1U);
    EXPECT_EQ(map.bytes()[0].offset, StreamOffset{5004});
    EXPECT_EQ(map.bytes()[0].position, 103U);
    EXPECT_THAT(map.words(Integrity::Broken), HasSubstr("First: byte 5,004 of the stream, 0x00 -> 0x49"));
}

TEST(DamageMap, ABitHereAndThereIsNoise)
{
    DamageMap map;
    addFlip(map, 17, 0x08);
    addFlip(map, 900, 0x01);
    EXPECT_THAT(map.words(Integrity::Broken), StartsWith("one bit is flipped in each, at changing places: noise"));
}

TEST(DamageMap, AlwaysTheSameBitIsAFaultyDevice)
{
    DamageMap map;
    addFlip(map, 17, 0x08);
    addFlip(map, 902, 0x08);
    addFlip(map, 500, 0x08);
    EXPECT_THAT(map.words(Integrity::Broken),
        StartsWith("always the same bit (0x08) is flipped, at changing places: a faulty memory"));
}

TEST(DamageMap, StepsOfADeviceAreSeen)
{
    DamageMap map;
    for (const uint32_t place : {17U, 81U, 401U})
        addFlip(map, place, 0x08);
    EXPECT_THAT(map.words(Integrity::Broken),
        StartsWith("always the same bit (0x08) is flipped, at byte 17 of every 64 of the payload"));
}

TEST(DamageMap, TheSameChangeEachTimeDependsOnTheContent)
{
    DamageMap map;
    for (int copy = 0; copy < 3; ++copy)
        addFlip(map, 17, 0x08);
    EXPECT_THAT(map.words(Integrity::Broken),
        StartsWith("the same bit of the same byte is flipped each time: a fault that depends on the content"));
    EXPECT_THAT(map.words(Integrity::Rewritten),
        StartsWith("the same bit of the same byte is flipped each time: something on the way rewrites them"));
}

TEST(DamageMap, ARightChecksumIsNoNoise)
{
    DamageMap map;
    addFlip(map, 17, 0x20);
    addFlip(map, 902, 0x20);
    EXPECT_THAT(map.words(Integrity::Rewritten), HasSubstr("at changing places: something on the way rewrites them"));
    EXPECT_THAT(
        map.words(Integrity::Unknown), StartsWith("always the same bit (0x20) is flipped, at changing places. "));
}

TEST(DamageMap, ReplacedTextIsQuotedFromItsFirstToItsLastByte)
{
    DamageMap map;
    map.add({1}, 0, bytesOf("to: mail.example.org\r\n"), bytesOf("to: ZZZZ.ZZZZZZZ.ZZZ\r\n"));
    EXPECT_THAT(map.words(Integrity::Rewritten),
        StartsWith("bytes in a row are replaced: something on the way rewrites them (\"mail.example.org\" arrived as "
                   "\"ZZZZ.ZZZZZZZ.ZZZ\"). First: byte 5 of the stream"));
}

TEST(DamageMap, OfVeryMuchDamageTheBytesAreCounted)
{
    DamageMap map;
    map.add({1}, 0, zeros(50'000), std::vector<std::byte>(50'000, std::byte{1}));
    EXPECT_EQ(map.count(), 50'000U);
    EXPECT_EQ(map.bytes().size(), 10'000U);
}

TEST(DamageMap, ScatteredBytesHaveNoPattern)
{
    DamageMap map;
    std::vector<std::byte> after = zeros(1000);
    for (const size_t place : {3U, 70U, 501U, 998U})
        after[place] = static_cast<std::byte>(place);
    map.add({1}, 0, zeros(1000), after);
    EXPECT_THAT(map.words(Integrity::Broken), StartsWith("they differ without a pattern"));
}

} // namespace whyrst::test
