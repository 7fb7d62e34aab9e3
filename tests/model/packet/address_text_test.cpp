// Addresses and flags as text.
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

struct AddressText
{
    const char* written; ///< any form
    const char* canonical;
};

void PrintTo(const AddressText& text, std::ostream* stream)
{
    *stream << text.written;
}

class AddressForm : public testing::TestWithParam<AddressText>
{
};

// The cases of RFC 5952 sections 4 and 5.
INSTANTIATE_TEST_SUITE_P(Rfc5952, AddressForm,
    testing::Values(AddressText{"192.0.2.1", "192.0.2.1"}, AddressText{"0.0.0.0", "0.0.0.0"},
        AddressText{"2001:0db8::0001", "2001:db8::1"},               // 4.1 leading zeros
        AddressText{"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},        // 4.2.1 as short as possible
        AddressText{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, // 4.2.2 never one group
        AddressText{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          // 4.2.3 the longest run
        AddressText{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    // 4.2.3 the first of equal runs
        AddressText{"2001:DB8::ABCD", "2001:db8::abcd"},             // 4.3 lower case
        AddressText{"::", "::"}, AddressText{"::1", "::1"}, AddressText{"fe80::", "fe80::"},
        AddressText{"::ffff:192.0.2.1", "::ffff:192.0.2.1"})); // 5 mapped IPv4

TEST_P(AddressForm, IsCanonical)
{
    EXPECT_EQ(toString(address(GetParam().written)), GetParam().canonical);
}

TEST(Endpoint, OfIpv4HasAColonBeforeThePort)
{
    EXPECT_EQ(toString(Endpoint{address("198.51.100.7"), 443}), "198.51.100.7:443");
}

TEST(Endpoint, OfIpv6HasBrackets)
{
    EXPECT_EQ(toString(Endpoint{address("2001:db8::1"), 443}), "[2001:db8::1]:443");
}

TEST(TcpFlags, AreNamedInTheOrderInWhichEngineersSayThem)
{
    EXPECT_EQ(toString(TcpFlags{0x12}), "SYN+ACK");
    EXPECT_EQ(toString(TcpFlags{0x14}), "RST+ACK");
    EXPECT_EQ(toString(TcpFlags{0x19}), "FIN+PSH+ACK");
    EXPECT_EQ(toString(TcpFlags{0x1ff}), "SYN+RST+FIN+PSH+ACK+URG+ECE+CWR+NS");
}

TEST(TcpFlags, OfNoneAreEmpty)
{
    EXPECT_EQ(toString(TcpFlags{}), "");
}

} // namespace
} // namespace whyrst::test
