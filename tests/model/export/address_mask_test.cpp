#include "model/export/address_mask.h"

#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

IpAddress ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    IpAddress address;
    address.bytes = {a, b, c, d};
    return address;
}

/// 2001:db8::`last`
IpAddress ipv6(uint8_t last)
{
    IpAddress address;
    address.isV6 = true;
    address.bytes = {0x20, 0x01, 0x0d, 0xb8};
    address.bytes[15] = last;
    return address;
}

/// A text and what becomes of it where 198.51.100.7 and 2001:db8::7 are A, 192.0.2.9 and 2001:db8::9 are B.
struct MaskCase
{
    const char* text;
    const char* masked;
};

class AddressMaskTexts : public testing::TestWithParam<MaskCase>
{
};

TEST_P(AddressMaskTexts, HaveNamesForAddresses)
{
    AddressMask mask;
    mask.add(ipv4(198, 51, 100, 7), "A");
    mask.add(ipv4(192, 0, 2, 9), "B");
    mask.add(ipv6(7), "A");
    mask.add(ipv6(9), "B");
    EXPECT_EQ(mask.masked(GetParam().text), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(Ipv4, AddressMaskTexts,
    testing::Values(MaskCase{"", ""}, MaskCase{"no address", "no address"}, MaskCase{"198.51.100.7", "A"},
        MaskCase{"198.51.100.7:40312 \u2192 192.0.2.9:443", "A:40312 \u2192 B:443"},
        MaskCase{"The server 192.0.2.9.", "The server B."}, MaskCase{"192.0.2.9, 192.0.2.9; (192.0.2.9)", "B, B; (B)"},
        MaskCase{"192.0.2.90 is another one, 192.0.2.9 is not", "C is another one, B is not"},
        MaskCase{"192.0.2.9.443 > 198.51.100.7.40312", "B.443 > A.40312"}, // as tcpdump writes ports
        MaskCase{"1.192.0.2.9", "1.B"}, MaskCase{"version 0.1.0 at 22:13:20", "version 0.1.0 at 22:13:20"},
        MaskCase{"256.1.1.1", "256.1.1.1"}, MaskCase{"+- 10.05 ms, 1.20 s", "+- 10.05 ms, 1.20 s"}));

INSTANTIATE_TEST_SUITE_P(Files, AddressMaskTexts,
    testing::Values(MaskCase{"client-198.51.100.7.pcap", "client-A.pcap"}, MaskCase{"198-51-100-7.pcap", "A.pcap"},
        MaskCase{"dump_198_51_100_7_443.pcap", "dump_A_443.pcap"},
        MaskCase{"198.051.100.007.40312-192.000.002.009.00443", "A.40312-B.00443"},
        MaskCase{"2023-11-14-10.pcap", "2023-11-14-10.pcap"}, MaskCase{"host198.51.100.7", "hostA"},
        MaskCase{"2001-db8--7.pcap", "A.pcap"}, MaskCase{"x-2001_DB8__9.pcap", "x-B.pcap"}));

INSTANTIATE_TEST_SUITE_P(Ipv6, AddressMaskTexts,
    testing::Values(MaskCase{"[2001:db8::7]:40312 > [2001:db8::9]:443", "A:40312 > B:443"},
        MaskCase{"2001:db8::9", "B"}, MaskCase{"2001:DB8:0:0:0:0:0:9.", "B."},
        MaskCase{"from 2001:db8::9: gone", "from B: gone"}, MaskCase{"note:2001:db8::9", "note:B"},
        MaskCase{"::ffff:192.0.2.9 and ::ffff:c000:209", "B and B"},
        MaskCase{"2001:db8::99 is another one", "C is another one"}, MaskCase{"fe80::1%eth0", "C%eth0"},
        MaskCase{"1:2:3:4:5:6:7:8", "C"}, MaskCase{"00:11:22:33:44:55", "00:11:22:33:44:55"},
        MaskCase{"Foo::bar and a :: b", "Foo::bar and a :: b"}, MaskCase{"2001:db8::", "C"}, MaskCase{"::1", "C"},
        MaskCase{"64:ff9b::192.0.2.33", "C"}));

TEST(AddressMask, AddressesWithoutANameGetLettersInTheOrderOfTheTexts)
{
    AddressMask mask;
    mask.add(ipv4(198, 51, 100, 7), "A");
    EXPECT_EQ(mask.masked("10.1.1.1 and 10.1.1.2"), "C and D");
    EXPECT_EQ(mask.masked("10.1.1.2, 10.1.1.3, 198.51.100.7"), "D, E, A");
}

TEST(AddressMask, ThereAreNamesForAnyNumberOfAddresses)
{
    AddressMask mask;
    std::string last;
    for (int host = 0; host < 50; ++host)
        last = mask.masked("10.1.1." + std::to_string(host));
    EXPECT_EQ(last, "D3");
}

TEST(AddressMask, AnAddressKeepsItsFirstName)
{
    AddressMask mask;
    mask.add(ipv4(10, 0, 0, 1), "A");
    mask.add(ipv4(10, 0, 0, 1), "B");
    EXPECT_EQ(mask.masked("10.0.0.1"), "A");
}

TEST(AddressMask, ManyColonsAreNoWork)
{
    AddressMask mask;
    const std::string text(20000, ':');
    EXPECT_EQ(mask.masked(text), text);
}

TEST(AddressMask, ConnectionWithoutTranslationHasClientAndServer)
{
    test::TwoCaptures path;
    path.handshake().data(Side::Client, 1460);
    const Comparison comparison = path.compare();
    AddressMask mask = addressMask(path.traces(), comparison.pairs.at(0));
    const Connection& connection = path.client().connections.front();
    EXPECT_EQ(mask.masked(toString(connection.client.address)), "A");
    EXPECT_EQ(mask.masked(toString(connection.server.address)), "B");
}

TEST(AddressMask, WhatABoxMadeOfTheClientIsNat)
{
    test::TwoCaptures::Path translating;
    translating.natPort = 1000;
    test::TwoCaptures path(translating);
    path.handshake().data(Side::Client, 1460);
    const Comparison comparison = path.compare();
    AddressMask mask = addressMask(path.traces(), comparison.pairs.at(0));
    EXPECT_EQ(mask.masked(toString(path.client().connections.front().client)), "A:40000");
    EXPECT_EQ(mask.masked(toString(path.server().connections.front().client)), "NAT:41000");
    EXPECT_EQ(mask.masked(toString(path.server().connections.front().server)), "B:443");
}

} // namespace
} // namespace whyrst
