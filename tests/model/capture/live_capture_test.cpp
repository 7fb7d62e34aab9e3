// Capturing from an interface: in a network of its own, where the user may make one.
#include "model/capture/live_capture.h"

#include <arpa/inet.h>
#include <chrono>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

namespace whyrst {
namespace {

constexpr uint16_t anyPort = 9;

/// Moves this thread into a network that has only a loopback interface, and brings it up.
bool enterPrivateNetwork()
{
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    const bool isUp = ioctl(control, SIOCSIFFLAGS, &request) == 0;
    close(control);
    return isUp;
}

void sendDatagram(const char* text, uint16_t port)
{
    const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sendto(descriptor, text, std::strlen(text), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    close(descriptor);
}

/// Calls `next` until it gives a packet, for at most ten seconds.
ReadStep nextPacket(CaptureReader& reader, Packet& packet)
{
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    ReadStep step{};
    while ((step = reader.next(packet)) == ReadStep::NothingYet && std::chrono::steady_clock::now() < deadline) { }
    return step;
}

/// Runs `test` in a thread with a network of its own; false where that is not permitted.
template <typename Test> bool inPrivateNetwork(const Test& test)
{
    bool isPermitted = false;
    std::thread([&] {
        isPermitted = enterPrivateNetwork();
        if (isPermitted)
            test();
    }).join();
    return isPermitted;
}

TEST(LiveCapture, GivesPacketsAsTheyCome)
{
    const bool isPermitted = inPrivateNetwork([] {
        const auto reader = openLive("lo");
        ASSERT_TRUE(reader.ok()) << sentenceFor(reader.error());
        Packet packet;
        EXPECT_EQ((*reader)->next(packet), ReadStep::NothingYet);
        const auto before = std::chrono::system_clock::now();
        sendDatagram("hello", anyPort);

        ASSERT_EQ(nextPacket(**reader, packet), ReadStep::Packet);
        EXPECT_EQ(packet.number, PacketNumber(1));
        const std::string text(reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size());
        EXPECT_THAT(text, HasSubstr("hello"));
        EXPECT_LT(std::chrono::abs(packet.time.time_since_epoch() - before.time_since_epoch()), 10s);
        EXPECT_EQ((*reader)->droppedByCapture(), 0u);
        EXPECT_THAT((*reader)->notes(), IsEmpty());
    });
    if (!isPermitted)
        GTEST_SKIP() << "This user may not make a network namespace.";
}

TEST(LiveCapture, TakesAFilter)
{
    const bool isPermitted = inPrivateNetwork([] {
        const auto reader = openLive("lo", {.filter = "udp port 1234", .keepWaiting = {}});
        ASSERT_TRUE(reader.ok()) << sentenceFor(reader.error());
        sendDatagram("other", anyPort);
        sendDatagram("wanted", 1234);
        Packet packet;

        ASSERT_EQ(nextPacket(**reader, packet), ReadStep::Packet);
        const std::string text(reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size());
        EXPECT_THAT(text, HasSubstr("wanted"));
        const auto refused = openLive("lo", {.filter = "tcp port", .keepWaiting = {}});
        ASSERT_FALSE(refused.ok());
        EXPECT_EQ(refused.error().code, ErrorCode::BadFilter);
    });
    if (!isPermitted)
        GTEST_SKIP() << "This user may not make a network namespace.";
}

TEST(LiveCapture, ListsInterfacesWithTheirAddresses)
{
    const bool isPermitted = inPrivateNetwork([] {
        const auto interfaces = captureInterfaces();
        ASSERT_TRUE(interfaces.ok());
        const auto loopback = std::ranges::find(*interfaces, "lo", &CaptureInterface::name);
        ASSERT_NE(loopback, interfaces->end());
        EXPECT_TRUE(loopback->isUp && loopback->isLoopback);
        EXPECT_THAT(loopback->addresses, testing::Contains("127.0.0.1"));
    });
    if (!isPermitted)
        GTEST_SKIP() << "This user may not make a network namespace.";
}

TEST(LiveCapture, OfAnAbsentInterfaceIsOneSentence)
{
    const auto reader = openLive("whyrst-none0");

    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, ErrorCode::CannotCapture);
    const std::string sentence = sentenceFor(reader.error());
    EXPECT_THAT(sentence, HasSubstr("whyrst-none0"));
    EXPECT_EQ(sentence.back(), '.');
    EXPECT_EQ(sentence.find('\n'), std::string::npos);
}

} // namespace
} // namespace whyrst
