// What pcapng says besides packets, and the variants of pcap that few programs write.
#include "model/capture/clean_text.h"
#include "tests/support/packet_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

namespace whyrst::test {
namespace {

constexpr uint16_t commentOption = 1;

CaptureDetails detailsOf(const Bytes& bytes)
{
    const TemporaryFile file(bytes);
    const auto reader = openCapture(file.path());
    EXPECT_TRUE(reader.ok());
    Packet packet;
    while (reader.ok() && (*reader)->next(packet) == ReadStep::Packet) { }
    EXPECT_THAT((*reader)->notes(), IsEmpty());
    return (*reader)->details();
}

TEST(CaptureDetails, HasTheCommentsOfPackets)
{
    PcapngFile file(std::endian::big);
    file.interface().packet(1, textBytes("a"));
    file.packet(
        2, textBytes("b"), file.option(commentOption, textBytes("one")) + file.option(commentOption, textBytes("two")));

    EXPECT_THAT(detailsOf(file.bytes()).comments,
        ElementsAre(PacketComment{PacketNumber(2), "one"}, PacketComment{PacketNumber(2), "two"}));
}

TEST(CaptureDetails, HasTheCommentsOfInterfacesAndStatistics)
{
    PcapngFile file;
    file.interface(1, file.option(commentOption, textBytes("uplink")));
    file.statistics(0, file.option(commentOption, textBytes("at the end")));

    EXPECT_THAT(detailsOf(file.bytes()).captureComments, ElementsAre("uplink", "at the end"));
}

TEST(CaptureDetails, HasTheNamesOfAddressesAndLooksNoneUp)
{
    PcapngFile file;
    const Bytes v4 = bytesOf({192, 0, 2, 1}) + textBytes("web") + Bytes(1) + textBytes("www.example.org") + Bytes(1);
    const Bytes v6 = addressBytes("2001:db8::1") + textBytes("six") + Bytes(1);
    file.block(4, file.option(1, v4) + file.option(2, v6) + file.option(1, v4) + file.option(7, v4) + Bytes(4));

    EXPECT_THAT(detailsOf(file.bytes()).hostNames,
        ElementsAre(HostName{address("2001:db8::1"), "six"}, HostName{address("192.0.2.1"), "web"},
            HostName{address("192.0.2.1"), "www.example.org"}));
}

TEST(CaptureDetails, HasTheTimesOfCapturing)
{
    PcapngFile file;
    file.interface(1, file.option(9, bytesOf({9}))); // nanoseconds
    const auto time = [&](uint64_t ns) { return file.number(ns >> 32, 4) + file.number(ns & 0xffffffff, 4); };
    file.statistics(0, file.option(2, time(5'000'000'007)) + file.option(3, time(9'000'000'008)));
    const CaptureDetails details = detailsOf(file.bytes());

    EXPECT_EQ(details.started, Timestamp(5'000'000'007ns));
    EXPECT_EQ(details.ended, Timestamp(9'000'000'008ns));
}

TEST(CaptureDetails, SecretsAndCustomBlocksPassWithoutANote)
{
    PcapngFile file;
    file.interface().block(0x0000000a, Bytes(60)).block(0x00000bad, Bytes(8)).block(0x40000bad, Bytes(8));
    file.block(0x00000009, Bytes(20)).packet(1, textBytes("a"));

    EXPECT_THAT(detailsOf(file.bytes()).comments, IsEmpty());
}

TEST(CleanText, IsUtf8WithoutControlCharacters)
{
    EXPECT_EQ(cleanText(textBytes("plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\ttext\r\nnext")),
        "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\ttext\nnext");
    EXPECT_EQ(cleanText(textBytes("\x1b[31m")), "\xef\xbf\xbd[31m");
    EXPECT_EQ(cleanText(textBytes("a\xff\xc0\x80"
                                  "b")),
        "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
        "b");
    EXPECT_EQ(cleanText(textBytes("\xed\xa0\x80")), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") << "a surrogate";
    EXPECT_EQ(cleanText(textBytes("cut \xe2\x82")), "cut \xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(cleanText(textBytes("ends") + Bytes(3)), "ends");
}

class PcapVariant : public testing::TestWithParam<std::endian>
{
};

INSTANTIATE_TEST_SUITE_P(ByteOrders, PcapVariant, testing::Values(std::endian::little, std::endian::big));

TEST_P(PcapVariant, OfNavtelHasNanoseconds)
{
    constexpr uint32_t navtel = 0xa12b3c4d;
    const auto number = [](uint64_t value) { return numberBytes(value, 4, GetParam()); };
    const Bytes header = PcapFile({.order = GetParam(), .magic = navtel}).bytes();
    const ReadCapture read = readCapture(header + number(1) + number(7) + number(3) + number(9) + textBytes("abc"));

    ASSERT_EQ(read.packets.size(), 1u);
    EXPECT_EQ(read.packets[0].packet.time, Timestamp(1s + 7ns));
    EXPECT_EQ(read.packets[0].packet.originalLength, 9u);
}

TEST_P(PcapVariant, OfIxiaHasALongerFileHeader)
{
    for (const uint32_t magic : {0x1c0001acU, 0x1c0001abU}) {
        const auto number = [](uint64_t value) { return numberBytes(value, 4, GetParam()); };
        const Bytes header = PcapFile({.order = GetParam(), .magic = magic}).bytes() + number(19);
        const ReadCapture read = readCapture(header + number(5) + number(6) + number(3) + number(3) + textBytes("abc"));

        ASSERT_EQ(read.packets.size(), 1u);
        EXPECT_EQ(read.packets[0].packet.time, Timestamp(5s + 6us));
        EXPECT_EQ(read.packets[0].bytes, textBytes("abc"));
    }
}

} // namespace
} // namespace whyrst::test
