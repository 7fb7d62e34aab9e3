#include "model/tcp/last_words.h"

#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace whyrst::test {

namespace {

std::string wordsOf(std::string_view text)
{
    return lastWordsIn(textBytes(text));
}

void addNumber(Bytes& bytes, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::byte>(value >> shift & 0xff));
}

void addText(Bytes& bytes, std::string_view text)
{
    addNumber(bytes, static_cast<uint32_t>(text.size()));
    for (const char character : text)
        bytes.push_back(static_cast<std::byte>(character));
}

/// A packet of SSH in the clear with this message (RFC 4253 6).
Bytes sshPacket(const Bytes& message)
{
    const size_t padding = 4 + (8 - (message.size() + 9) % 8) % 8;
    Bytes packet;
    addNumber(packet, static_cast<uint32_t>(1 + message.size() + padding));
    packet.push_back(static_cast<std::byte>(padding));
    packet.insert(packet.end(), message.begin(), message.end());
    packet.resize(packet.size() + padding);
    return packet;
}

Bytes sshDisconnect(uint32_t reason, std::string_view description)
{
    Bytes message{std::byte{1}};
    addNumber(message, reason);
    addText(message, description);
    addText(message, "en");
    return sshPacket(message);
}

Bytes joined(Bytes first, const Bytes& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
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

TEST(LastWords, RepliesOfFtpAreCovered)
{
    EXPECT_EQ(wordsOf("421 Timeout.\r\n"), "421 Timeout.");
    EXPECT_EQ(wordsOf("530-Too many users\r\n530 Goodbye\r\n"), "530-Too many users");
    EXPECT_EQ(wordsOf("500 OOPS: vsftpd: refusing to run with writable root inside chroot()\r\n"),
        "500 OOPS: vsftpd: refusing to run with writable root inside chroot()");
    EXPECT_EQ(wordsOf("226 Transfer complete.\r\n"), "");
}

TEST(LastWords, ALineOfSshdBeforeItClosesIsKnown)
{
    EXPECT_EQ(wordsOf("Exceeded MaxStartups\r\n"), "Exceeded MaxStartups");
    EXPECT_EQ(wordsOf("Not allowed at this time\r\n"), "Not allowed at this time");
    EXPECT_EQ(wordsOf("Invalid SSH identification string.\r\n"), "Invalid SSH identification string.");
    EXPECT_EQ(wordsOf("Protocol mismatch.\n"), "Protocol mismatch.");
    EXPECT_EQ(wordsOf("Invalid SSH identification string."), "Invalid SSH identification string.");
    EXPECT_EQ(wordsOf("Exceeded MaxStartups of all\r\n"), "");
    EXPECT_EQ(wordsOf("SSH-2.0-OpenSSH_9.6\r\n"), "");
    EXPECT_EQ(wordsOf("PUT / HTTP/1.1\r\n"), "");
}

TEST(LastWords, ADisconnectOfSshIsItsReasonAndDescription)
{
    EXPECT_EQ(lastWordsIn(sshDisconnect(12, "Try later")), "SSH disconnect, too many connections: Try later");
    EXPECT_EQ(lastWordsIn(sshDisconnect(3, "")), "SSH disconnect, key exchange failed");
    EXPECT_EQ(lastWordsIn(sshDisconnect(2, std::string(300, 'x'))).size(), 80U);
    EXPECT_EQ(lastWordsIn(sshDisconnect(2, "a\x1b[31m\xc3\xa9")), "SSH disconnect, protocol error: a?[31m??");
}

TEST(LastWords, ADisconnectIsFoundBehindOtherPacketsOfSsh)
{
    const Bytes greeting = textBytes("SSH-2.0-server\r\n");
    const Bytes keyExchange = sshPacket(Bytes(100, std::byte{20}));
    const Bytes packets = joined(keyExchange, sshDisconnect(3, "no match"));
    EXPECT_EQ(lastWordsIn(packets), "SSH disconnect, key exchange failed: no match");
    EXPECT_EQ(lastWordsIn(joined(greeting, packets)), "SSH disconnect, key exchange failed: no match");
    EXPECT_EQ(lastWordsIn(joined(greeting, keyExchange)), "");
}

TEST(LastWords, ACutOrWrongDisconnectSaysNothing)
{
    const Bytes whole = sshDisconnect(12, "Try later");
    for (size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(sshClosingIn(std::span(whole).first(size)), "") << size;
    EXPECT_EQ(sshClosingIn(sshDisconnect(0, "Try later")), "");
    EXPECT_EQ(sshClosingIn(sshDisconnect(16, "Try later")), "");
    EXPECT_EQ(sshClosingIn(sshPacket(Bytes(40, std::byte{1}))), "");
    Bytes tooLong = whole;
    tooLong[13] = std::byte{200}; // the length of the description
    EXPECT_EQ(sshClosingIn(tooLong), "");
}

TEST(LastWords, RandomBytesSayNothing)
{
    std::mt19937 random(1);
    size_t said = 0;
    for (int count = 0; count < 200'000; ++count) {
        Bytes bytes(random() % 64);
        std::ranges::generate(bytes, [&random] { return static_cast<std::byte>(random() & 0xff); });
        if (bytes.size() >= 4 && count % 2 == 0) // the length of a packet that fits
            std::fill_n(bytes.begin(), 3, std::byte{0});
        said += lastWordsIn(bytes).empty() ? 0 : 1;
        said += sshGreetingIn(bytes).isIdentified ? 1 : 0;
    }
    EXPECT_EQ(said, 0U);
}

TEST(LastWords, WhatAServerSaysBeforeItsIdentification)
{
    EXPECT_EQ(sshGreetingIn(textBytes("Go away\r\n")).line, "Go away");
    EXPECT_FALSE(sshGreetingIn(textBytes("Go away\r\n")).isIdentified);
    EXPECT_TRUE(sshGreetingIn(textBytes("Welcome\r\nSSH-2.0-x\r\n")).isIdentified);
    EXPECT_EQ(sshGreetingIn(textBytes("SSH-2.0-x\r\n")).line, "");
    EXPECT_TRUE(sshGreetingIn(textBytes("SSH-2.0-x\r\n")).isIdentified);
    EXPECT_EQ(sshGreetingIn({}).line, "");
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
