#include "model/compare/terminated.h"
#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// The same content, over a path of its own.
void transfer(TwoCaptures& path, int packets)
{
    path.handshake();
    int64_t sent = 1;
    for (int i = 0; i < packets; ++i) {
        const uint32_t bytes = 500 + static_cast<uint32_t>(i);
        sent += bytes;
        path.data(Side::Client, bytes).wait(12ms).acknowledge(Side::Server, sent).wait(2ms);
    }
}

} // namespace

TEST(Terminated, BoxThatEndsTcpMakesACoupleAndNoPair)
{
    TwoCaptures::Path clientSide;
    clientSide.withTimestamps = true;
    TwoCaptures toTheBox(clientSide);
    transfer(toTheBox, 40);
    // The box sends the same bytes on, over a connection of its own with its own clock and numbers.
    TwoCaptures::Path serverSide = clientSide;
    serverSide.shift = {0x1111'1111, 0x2222'2222};
    serverSide.natPort = 900;
    TwoCaptures toTheServer(serverSide);
    toTheServer.wait(7777ms);
    transfer(toTheServer, 40);
    NoProgress progress;
    const Comparison comparison = compareTraces(toTheBox.client(), toTheServer.server(), {}, progress);
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_TRUE(comparison.terminated[0].why.starts_with("the same sizes and order of packets, two connections"));
}

TEST(Terminated, BoxThatOnlyShiftsNumbersDoesNot)
{
    TwoCaptures::Path settings;
    settings.withTimestamps = true;
    settings.shift = {0x1111'1111, 0x2222'2222};
    settings.natPort = 900;
    TwoCaptures path(settings);
    transfer(path, 40);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.size(), 1U);
    EXPECT_TRUE(comparison.terminated.empty());
}

/// What `change` made of the SYN, with other numbers behind the box.
Comparison behindAnotherHandshake(const std::function<void(SegmentHeader&)>& change)
{
    TwoCaptures toTheBox;
    transfer(toTheBox, 40);
    TwoCaptures::Path serverSide;
    serverSide.shift = {0x1111'1111, 0x2222'2222};
    serverSide.natPort = 900;
    TwoCaptures toTheServer(serverSide);
    toTheServer.altered(change);
    transfer(toTheServer, 40);
    NoProgress progress;
    return compareTraces(toTheBox.client(), toTheServer.server(), {}, progress);
}

TEST(Terminated, OtherNumbersWithAnotherWindowAndScaleAreAnotherHandshake)
{
    const Comparison comparison = behindAnotherHandshake([](SegmentHeader& syn) {
        syn.options.windowScale = 3;
        syn.rawWindow = 8192;
    });
    EXPECT_TRUE(comparison.pairs.empty());
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_EQ(comparison.terminated[0].signs,
        (std::vector<std::string>{
            "both initial sequence numbers differ", "the window scale differs", "the window of a SYN differs"}));
}

TEST(Terminated, OtherNumbersWithAnotherScaleAreOneConnection)
{
    const Comparison comparison = behindAnotherHandshake([](SegmentHeader& syn) { syn.options.windowScale = 3; });
    EXPECT_EQ(comparison.pairs.size(), 1U) << "three signs decide";
}

TEST(Terminated, AcknowledgmentsBeforeTheDataCameAreABoxes)
{
    TwoCaptures path;
    path.talk().newConnection().handshake();
    for (int i = 1; i <= 20; ++i) {
        const int64_t end = 1 + 500 * i;
        path.late(60ms).data(Side::Client, 500).wait(1ms).unseenBy(Side::Server).acknowledge(Side::Server, end);
        path.wait(80ms).unseenBy(Side::Client).acknowledge(Side::Server, end).wait(10ms);
    }
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_NE(std::ranges::find(comparison.terminated[0].signs,
                  "20 packets of the client had been acknowledged before they reached the other capture"),
        comparison.terminated[0].signs.end())
        << comparison.terminated[0].why;
}

TEST(Terminated, OneDamagedAcknowledgmentIsNoBox)
{
    for (const bool isForged : {false, true}) {
        TwoCaptures path;
        path.talk();
        const auto farAhead = [&](SegmentHeader& header) {
            header.ack.value += 1'000'000'000;
            if (!isForged)
                header.checksumClass = ChecksumClass::Bad;
        };
        path.altered(farAhead).acknowledge(Side::Server, 1001).wait(10ms);
        for (int i = 1; i <= 20; ++i)
            path.data(Side::Client, 500).wait(15ms).acknowledge(Side::Server, 1001 + 500 * i).wait(15ms);
        const Comparison comparison = path.compare();
        EXPECT_TRUE(comparison.terminated.empty()) << comparison.terminated.at(0).why;
    }
}

TEST(Terminated, RepairOnOneSideOnlySupportsIt)
{
    TwoCaptures::Path clientSide;
    clientSide.withTimestamps = true;
    TwoCaptures toTheBox(clientSide);
    transfer(toTheBox, 20);
    toTheBox.lost().data(Side::Client, 700).data(Side::Client, 800).wait(30ms);
    toTheBox.resend(Side::Client, 1 + 20 * 500 + 190, 700).wait(50ms);
    for (int i = 0; i < 5; ++i)
        toTheBox.data(Side::Client, 900).wait(20ms);
    TwoCaptures::Path serverSide = clientSide;
    serverSide.shift = {0x1111'1111, 0x2222'2222};
    TwoCaptures toTheServer(serverSide);
    toTheServer.wait(7777ms);
    transfer(toTheServer, 20);
    toTheServer.data(Side::Client, 700).data(Side::Client, 800).wait(80ms);
    for (int i = 0; i < 5; ++i)
        toTheServer.data(Side::Client, 900).wait(20ms);
    NoProgress progress;
    const Comparison comparison = compareTraces(toTheBox.client(), toTheServer.server(), {}, progress);
    ASSERT_EQ(comparison.terminated.size(), 1U);
    EXPECT_EQ(comparison.terminated[0].signs.back(),
        "the client repeats 1 packet, and at the other capture nothing is missing or repeated");
}

TEST(Terminated, ArrivalsThatNobodySentOnlySupportItWhereABoxChangesLengths)
{
    std::array<WayPackets, 2> ways;
    std::array<PairedWay, 2> paired;
    ways[0].sent.resize(2);
    ways[0].arrived.resize(40);
    for (size_t index = 0; index < ways[0].arrived.size(); ++index)
        ways[0].arrived[index].time = Timestamp(index * 10ms);
    ways[0].sent[1].time = ways[0].arrived.back().time;
    paired[0].arrived.resize(ways[0].arrived.size(), ArrivedState::Unlinked);
    TerminationSigns copied;
    addPacketSigns(copied, ways, paired, {}, false);
    EXPECT_EQ(copied.deciding.size(), 1U);
    TerminationSigns changed;
    addPacketSigns(changed, ways, paired, {}, true);
    EXPECT_FALSE(changed.areDeciding());
    EXPECT_EQ(changed.supporting.size(), 1U);
}

} // namespace whyrst::test
