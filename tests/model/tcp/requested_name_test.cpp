#include "model/tcp/requested_name.h"

#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

std::string nameIn(std::string_view text)
{
    return requestedNameIn(textBytes(text));
}

Bytes shortField(const Bytes& content)
{
    return numberBytes(content.size(), 1) + content;
}

Bytes field(const Bytes& content)
{
    return big16(content.size()) + content;
}

/// A ClientHello with these extensions (RFC 8446 4.1.2).
Bytes clientHello(const Bytes& extensions)
{
    const Bytes body = bytesOf({3, 3}) + Bytes(32) + shortField(Bytes(32)) + field(bytesOf({0x13, 1, 0x13, 2}))
        + shortField(bytesOf({0})) + field(extensions);
    const Bytes message = bytesOf({1}) + numberBytes(body.size(), 3) + body;
    return bytesOf({0x16, 3, 1}) + field(message);
}

Bytes serverName(std::string_view name)
{
    return big16(0) + field(field(bytesOf({0}) + field(textBytes(name))));
}

const Bytes otherExtension = big16(43) + field(bytesOf({2, 3, 4}));

} // namespace

TEST(RequestedName, OfTlsIsTheServerName)
{
    EXPECT_EQ(requestedNameIn(clientHello(serverName("www.example.com"))), "www.example.com");
    EXPECT_EQ(requestedNameIn(clientHello(otherExtension + serverName("WWW.Example.com"))), "www.example.com");
    EXPECT_EQ(requestedNameIn(clientHello(otherExtension)), "");
    EXPECT_EQ(requestedNameIn(clientHello(serverName(""))), "");
    EXPECT_EQ(requestedNameIn(clientHello(serverName("no name"))), "");
    EXPECT_EQ(requestedNameIn(clientHello(serverName(std::string(254, 'x')))), "");
}

TEST(RequestedName, OfHttpIsTheHostWithoutItsPort)
{
    EXPECT_EQ(nameIn("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"), "www.example.com");
    EXPECT_EQ(nameIn("POST /a HTTP/1.1\r\nAccept: */*\r\nhost:Example.com:8080 \r\n"), "example.com");
    EXPECT_EQ(nameIn("CONNECT a:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n"), "[2001:db8::1]");
    EXPECT_EQ(nameIn("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "");
    EXPECT_EQ(nameIn("GET / HTTP/1.1\r\nX-Host: www.example.com\r\n"), "");
    EXPECT_EQ(nameIn("GET / HTTP/1.1\r\nHost: www.exam"), "") << "the line may go on";
    EXPECT_EQ(nameIn("GET / HTTP/1.0\r\n\r\nHost: www.example.com\r\n"), "") << "the body";
    EXPECT_EQ(nameIn("HTTP/1.1 200 OK\r\nHost: www.example.com\r\n"), "") << "no request";
}

TEST(RequestedName, NeedsWhatWasCaptured)
{
    const Bytes hello = clientHello(serverName("www.example.com"));
    for (size_t length = 0; length < hello.size(); ++length)
        EXPECT_EQ(requestedNameIn(cut(hello, length)), "") << length;
    const Bytes followed = clientHello(serverName("www.example.com") + otherExtension);
    EXPECT_EQ(requestedNameIn(cut(followed, followed.size() - 1)), "www.example.com");
}

} // namespace whyrst::test
