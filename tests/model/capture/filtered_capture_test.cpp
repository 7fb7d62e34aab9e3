// BPF filters.
#include "tests/support/packet_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace whyrst::test {
namespace {

Result<std::unique_ptr<CaptureReader>> openFiltered(const TemporaryFile& file, const std::string& filter)
{
    return openCapture(file.path(), {.filter = filter, .keepWaiting = {}});
}

std::vector<uint32_t> numbersOf(CaptureReader& reader)
{
    std::vector<uint32_t> numbers;
    Packet packet;
    while (reader.next(packet) == ReadStep::Packet)
        numbers.push_back(packet.number.value);
    return numbers;
}

Bytes threePorts()
{
    PcapFile file;
    for (const uint16_t port : {uint16_t{80}, uint16_t{443}, uint16_t{80}})
        file.packet(1s, ethernetFrame({.destinationPort = port}));
    return file.bytes();
}

TEST(FilteredCapture, KeepsTheNumbersOfTheFile)
{
    const TemporaryFile file(threePorts());
    const auto first = openFiltered(file, "tcp port 443");
    const auto second = openFiltered(file, "dst port 80 and host 198.51.100.7");
    ASSERT_TRUE(first.ok() && second.ok());

    EXPECT_THAT(numbersOf(**first), ElementsAre(2u));
    EXPECT_THAT(numbersOf(**second), ElementsAre(1u, 3u));
    EXPECT_THAT((*first)->notes(), IsEmpty());
}

TEST(FilteredCapture, HasAProgramForEachLinkType)
{
    PcapngFile capture;
    capture.interface(1).interface(101).packet(1, ethernetFrame({.destinationPort = 443}), {}, 0);
    capture.packet(2, ipPacket({.destinationPort = 443}), {}, 1).packet(3, ipPacket({.destinationPort = 80}), {}, 1);
    const TemporaryFile file(capture.bytes());
    const auto reader = openFiltered(file, "tcp port 443");
    ASSERT_TRUE(reader.ok());

    EXPECT_THAT(numbersOf(**reader), ElementsAre(1u, 2u));
}

TEST(FilteredCapture, SaysForWhichLinkTypeTheExpressionDoesNotFit)
{
    PcapngFile capture;
    capture.interface(1).interface(101).packet(1, ethernetFrame({}), {}, 0).packet(2, ipPacket({}), {}, 1);
    const TemporaryFile file(capture.bytes());
    const auto reader = openFiltered(file, "not ether host 00:00:5e:00:53:fe");
    ASSERT_TRUE(reader.ok());

    EXPECT_THAT(numbersOf(**reader), ElementsAre(1u));
    const auto notes = (*reader)->notes();
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes[0].id, NoteId::FilterMismatch);
    EXPECT_EQ(notes[0].packet, PacketNumber(2));
    EXPECT_THAT(notes[0].text, HasSubstr("link type RAW"));
}

TEST(FilteredCapture, SaysNowAndThenThatNothingPassed)
{
    PcapFile capture;
    for (int i = 0; i < 100'000; ++i)
        capture.packet(1s, textBytes("x"));
    const TemporaryFile file(capture.bytes());
    const auto reader = openFiltered(file, "tcp");
    ASSERT_TRUE(reader.ok());
    Packet packet;

    EXPECT_EQ((*reader)->next(packet), ReadStep::NothingYet) << "so that a caller can stop";
    EXPECT_EQ((*reader)->next(packet), ReadStep::End);
}

struct Refused
{
    const char* filter;
    const char* reason;
};

class RefusedFilter : public testing::TestWithParam<Refused>
{
};

INSTANTIATE_TEST_SUITE_P(Each, RefusedFilter,
    testing::Values(Refused{"tcp port", "syntax error"}, Refused{"port 70000", "70000"},
        Refused{"host example.invalid", "\"example.invalid\" is a name"}, Refused{"server1", "\"server1\" is a name"},
        Refused{"tcp and src server1", "\"server1\" is a name"},
        Refused{"host 192.0.2.1 or server1", "\"server1\" is a name"}));

TEST_P(RefusedFilter, GivesTheReason)
{
    const TemporaryFile file(threePorts());
    const auto reader = openFiltered(file, GetParam().filter);

    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, ErrorCode::BadFilter);
    EXPECT_THAT(reader.error().detail, HasSubstr(GetParam().reason));
    EXPECT_THAT(sentenceFor(reader.error()), HasSubstr(GetParam().filter));
}

class AcceptedFilter : public testing::TestWithParam<const char*>
{
};

INSTANTIATE_TEST_SUITE_P(Each, AcceptedFilter,
    testing::Values("tcp port http", "tcp[tcpflags] & (tcp-syn|tcp-rst) != 0", "ip6 or ip proto \\tcp or not arp",
        "host 2001:db8::1 or net 192.0.2.0/24", "ether host 00:00:5e:00:53:01", "vlan and icmp6 or less 0x80",
        "ip[2:2] > 100 and len <= 1500", "ether host aa.bb.cc.dd.ee.ff", "host fe80::1 and portrange 1-ftp"));

TEST_P(AcceptedFilter, IsNotTakenForOneWithAName)
{
    const TemporaryFile file(threePorts());
    const auto reader = openFiltered(file, GetParam());

    EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : sentenceFor(reader.error()));
}

} // namespace
} // namespace whyrst::test
