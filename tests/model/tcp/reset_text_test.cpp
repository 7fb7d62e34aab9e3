#include "model/tcp/reset_text.h"

#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

std::string said(std::string_view payload)
{
    return resetTextIn(textBytes(payload));
}

} // namespace

TEST(ResetText, TextIsQuoted)
{
    EXPECT_EQ(said("idle timeout"), "idle timeout");
    EXPECT_EQ(said({}), "");
}

TEST(ResetText, TextOfSeveralLinesIsOneLine)
{
    EXPECT_EQ(said("idle timeout\r\n"), "idle timeout");
    EXPECT_EQ(said("rejected by policy:\r\n\trule 12\n"), "rejected by policy: rule 12");
    EXPECT_EQ(said("\r\n\r\n\r\n"), "bytes 0d 0a 0d 0a 0d 0a");
}

TEST(ResetText, LongTextIsSaidToBeCut)
{
    const std::string whole(64, 'a');
    EXPECT_EQ(said(whole), whole);
    EXPECT_EQ(said(whole + "b"), whole + " ...");
    EXPECT_EQ(said(whole + std::string(1, '\0') + "b"), whole);
    EXPECT_EQ(said(whole + "\r\n"), whole);
    EXPECT_EQ(said(std::string(63, 'a') + " b"), std::string(63, 'a') + " ...");
}

TEST(ResetText, TextThatTheCaptureCutsIsSaidToBeCutWhereItReachesTheEnd)
{
    using namespace std::string_view_literals;
    EXPECT_EQ(resetTextIn(textBytes("idle tim"), true), "idle tim ...");
    EXPECT_EQ(resetTextIn(textBytes("idle timeout\0\0"sv), true), "idle timeout");
    EXPECT_EQ(resetTextIn(textBytes("\x33\xaa\x00\x0e\0\0\0\0"sv), true),
        "connection timeout (diagnostic payload, reason 14)");
    EXPECT_EQ(resetTextIn(textBytes("\x7f\x7f"), true), "bytes 7f 7f ...");
}

TEST(ResetText, DiagnosticPayloadIsItsReason)
{
    using namespace std::string_view_literals;
    EXPECT_EQ(said("\x33\xaa\x00\x0e\0\0\0\0"sv), "connection timeout (diagnostic payload, reason 14)");
    EXPECT_EQ(said("\x33\xaa\x04\xd2\0\0\x7e\xd9"sv), "reason 1234 of enterprise 32473 (diagnostic payload)");
    EXPECT_EQ(said("\x33\xaa\x03\xe8\0\0\0\0"sv), "reason 1000 (diagnostic payload)");
}

TEST(ResetText, DiagnosticPayloadInCborIsItsReason)
{
    EXPECT_EQ(said("\x19\x30\x39\xa1\x01\x0b"), "connection timeout (diagnostic payload, reason 11)");
    EXPECT_EQ(said("\x19\x30\x39\xa2\x01\x19\x04\xd2\x02\x19\x7e\xd9"),
        "reason 1234 of enterprise 32473 (diagnostic payload)");
    EXPECT_EQ(said("\x19\x30\x39\xa1\x03\x6bout of time"), "out of time");
}

TEST(ResetText, BrokenCborIsShownAsBytes)
{
    EXPECT_EQ(said("\x19\x30\x39\xa2\x01"), "bytes 19 30 39 a2 01");
    EXPECT_EQ(said("\x19\x30\x39\xa1\x03\x7fout"), "bytes 19 30 39 a1 03 7f 6f 75 74");
    EXPECT_EQ(said("\x19\x30\x39\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), "bytes 19 30 39 bb ff ff ff ff ff ff ff ff");
}

TEST(ResetText, OtherBytesAreShownInHexadecimal)
{
    EXPECT_EQ(said("\x01\x02\xff"), "bytes 01 02 ff");
    EXPECT_EQ(said(std::string(20, '\x7f')), "bytes 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 7f ...");
}

} // namespace whyrst::test
