#include "model/tcp/last_words.h"

#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

std::string wordsOf(std::string_view text)
{
    return lastWordsIn(textBytes(text));
}

} // namespace

TEST(LastWords, AnHttpErrorIsItsStatusLine)
{
    EXPECT_EQ(wordsOf("HTTP/1.1 413 Payload Too Large\r\nServer: x\r\n"), "HTTP/1.1 413 Payload Too Large");
    EXPECT_EQ(wordsOf("HTTP/1.1 200 OK\r\n"), "");
    EXPECT_EQ(wordsOf("HTTP/1.1\r\n"), "");
    EXPECT_EQ(wordsOf("HELO there\r\n"), "");
}

TEST(LastWords, AReplyOfSmtpOrFtpIsItsLine)
{
    EXPECT_EQ(wordsOf("421 4.3.2 Too many connections\r\n"), "421 4.3.2 Too many connections");
    EXPECT_EQ(wordsOf("550-No such user here\r\n"), "550-No such user here");
    EXPECT_EQ(wordsOf("4711 numbers\r\n"), "");
    EXPECT_EQ(wordsOf("45\r\n"), "");
    EXPECT_EQ(wordsOf("421 is not ov"), "") << "the line may go on";
}

TEST(LastWords, ATlsAlertInTheClearIsNamed)
{
    EXPECT_EQ(lastWordsIn(bytesOf({0x15, 3, 3, 0, 2, 2, 40})), "TLS alert handshake_failure (fatal)");
    EXPECT_EQ(lastWordsIn(bytesOf({0x15, 3, 1, 0, 2, 1, 0})), "TLS alert close_notify (warning)");
    EXPECT_EQ(lastWordsIn(bytesOf({0x15, 3, 3, 0, 26, 2, 40})), "") << "encrypted";
    EXPECT_EQ(lastWordsIn(bytesOf({0x15, 3, 3, 0, 2, 2})), "");
    EXPECT_EQ(lastWordsIn(bytesOf({0x15, 3, 3, 0, 2, 9, 40})), "");
}

TEST(LastWords, AnAlertRecordIsToldByTypeOrLength)
{
    EXPECT_TRUE(isTlsAlertRecord(bytesOf({21, 3, 3, 0, 2, 1, 0}), 7));
    EXPECT_TRUE(isTlsAlertRecord(bytesOf({21, 3, 3, 0, 26}), 31)) << "encrypted, and cut by the snap length";
    EXPECT_TRUE(isTlsAlertRecord(bytesOf({23, 3, 3, 0, 19}), 24)) << "TLS 1.3";
    EXPECT_FALSE(isTlsAlertRecord(bytesOf({23, 3, 3, 0, 20}), 25)) << "data";
    EXPECT_FALSE(isTlsAlertRecord(bytesOf({21, 3, 3, 0, 2, 1, 0}), 100)) << "more follows";
    EXPECT_FALSE(isTlsAlertRecord(bytesOf({21, 3, 3, 0}), 4));
}

TEST(LastWords, BinaryDataSaysNothing)
{
    EXPECT_EQ(lastWordsIn({}), "");
    EXPECT_EQ(lastWordsIn(bytesOf({'5', '5', '0', ' ', 1, 2, '\n'})), "");
    EXPECT_EQ(wordsOf("HTTP/1.1 500 " + std::string(200, 'x')).size(), 80U);
}

} // namespace whyrst::test
