#include "model/diagnosis/fact_words.h"
#include "model/tcp/connection_table.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace whyrst::test {

namespace {

FieldVerdict verdictOf(const Diagnosis& diagnosis, std::string_view field)
{
    const auto found = std::ranges::find_if(
        diagnosis.comparisons, [&](const FieldComparison& row) { return std::string_view(row.id) == field; });
    EXPECT_NE(found, diagnosis.comparisons.end()) << field;
    return found == diagnosis.comparisons.end() ? FieldVerdict::CannotTell : found->verdict;
}

int pointsOf(const Diagnosis& diagnosis, std::string_view test)
{
    const auto found = std::ranges::find(diagnosis.facts, test, &Fact::name);
    return found == diagnosis.facts.end() ? 0 : static_cast<int>(found->number.value_or(0));
}

/// Handshake and so many exchanges of a request and an answer.
Conversation& exchanges(Conversation& talk, int count)
{
    talk.handshake();
    for (int exchange = 0; exchange < count; ++exchange)
        talk.sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 100).acks(Side::Client);
    return talk;
}

/// The Ethernet source addresses of one capture.
struct Macs
{
    uint64_t server = 2;
    uint64_t ofReset = 2;
    uint64_t other = 9; ///< of a third host
    uint8_t ttl = 64;
    uint16_t vlan = 0;        ///< of the server's packets
    uint16_t vlanOfReset = 0; ///< of the RST
};

SegmentHeader packetOf(uint8_t source, uint8_t destination, uint64_t mac)
{
    SegmentHeader header;
    header.source = {{{10, 0, 0, source}}, static_cast<uint16_t>(source == 1 ? 40'000 : 80)};
    header.destination = {{{10, 0, 0, destination}}, static_cast<uint16_t>(destination == 1 ? 40'000 : 80)};
    header.headerLength = 40;
    header.ttl = 64;
    header.rawWindow = 500;
    header.sourceMac = mac;
    header.flags.bits = 0x10;
    return header;
}

/// Ten packets of a server, its RST, and a packet of another host.
Diagnosis resetWith(const Macs& macs)
{
    ConnectionTable table{LoadOptions()};
    Timestamp time{1000s};
    uint32_t frame = 0;
    for (uint32_t count = 0; count < 10; ++count) {
        SegmentHeader data = packetOf(1, 2, 1);
        data.seq.value = 1000 + 10 * count;
        data.ack.value = 5000;
        data.payloadLength = 10;
        table.add(data, PacketNumber(++frame), time += 10ms);
        SegmentHeader answer = packetOf(2, 1, macs.server);
        answer.ttl = macs.ttl;
        answer.vlan = macs.vlan;
        answer.seq.value = 5000;
        answer.ack.value = 1010 + 10 * count;
        table.add(answer, PacketNumber(++frame), time += 10ms);
    }
    SegmentHeader reset = packetOf(2, 1, macs.ofReset);
    reset.ttl = macs.ttl;
    reset.vlan = macs.vlanOfReset;
    reset.seq.value = 5000;
    reset.ack.value = 1100;
    reset.flags.bits = 0x14;
    table.add(reset, PacketNumber(++frame), time += 10ms);
    table.add(packetOf(3, 1, macs.other), PacketNumber(++frame), time += 10ms);
    return primaryOf(table.takeTrace());
}

} // namespace

TEST(SenderComparison, TooFewPacketsLeaveTheSenderOpen)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).sends(Side::Server, 10);
    const Diagnosis diagnosis = talk.acks(Side::Client).wait(300ms).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.sender, ResetSender::Unknown);
    EXPECT_EQ(verdictOf(diagnosis, "ttl"), FieldVerdict::CannotTell);
    EXPECT_EQ(verdictOf(diagnosis, "window"), FieldVerdict::Fits);
}

TEST(SenderComparison, NumbersThatGoOnAreTheHosts)
{
    Conversation talk;
    const Diagnosis diagnosis = exchanges(talk, 6).wait(300ms).aborts(Side::Server).primary();
    EXPECT_EQ(diagnosis.sender, ResetSender::Endpoint);
    EXPECT_EQ(verdictOf(diagnosis, "ttl"), FieldVerdict::Fits);
    EXPECT_EQ(verdictOf(diagnosis, "ip-id"), FieldVerdict::Fits);
    EXPECT_EQ(verdictOf(diagnosis, "options"), FieldVerdict::Fits);
}

TEST(SenderComparison, TimestampIsComparedWithTheHostsClock)
{
    Conversation talk;
    exchanges(talk.timestamps(true), 6).wait(300ms).clockOff(Side::Server, 5s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(verdictOf(diagnosis, "timestamp"), FieldVerdict::Differs);
    const auto row = std::ranges::find_if(
        diagnosis.comparisons, [](const FieldComparison& each) { return std::string_view(each.id) == "timestamp"; });
    ASSERT_NE(row, diagnosis.comparisons.end());
    EXPECT_EQ(row->ofHost, "5.01 s off the host's clock");
}

TEST(SenderComparison, OtherTtlDiffers)
{
    Conversation talk;
    exchanges(talk, 6).wait(300ms).ttl(Side::Server, 250).aborts(Side::Server);
    EXPECT_EQ(verdictOf(talk.primary(), "ttl"), FieldVerdict::Differs);
}

TEST(SenderComparison, OfASynAckAloneNoTtlIsKnown)
{
    Conversation talk;
    talk.ttl(Side::Server, 250).handshake().sends(Side::Client, 100).wait(20ms).ttl(Side::Server, 60);
    const Diagnosis diagnosis = talk.replies(Side::Server, 1).primary();
    EXPECT_EQ(pointsOf(diagnosis, "auth-ttl"), 0);
    EXPECT_EQ(verdictOf(diagnosis, "ttl"), FieldVerdict::CannotTell);
}

TEST(SenderComparison, OtherTtlThanFewPacketsIsAWeakSign)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).wait(300ms).ttl(Side::Server, 250);
    EXPECT_EQ(pointsOf(talk.aborts(Side::Server).primary(), "auth-ttl"), 1);
}

TEST(SenderComparison, FourPacketsMakeNoLineOfIpIds)
{
    Conversation talk;
    const Diagnosis diagnosis = exchanges(talk, 1).wait(300ms).aborts(Side::Server).primary();
    EXPECT_EQ(pointsOf(diagnosis, "auth-ipid"), 0);
    EXPECT_EQ(pointsOf(diagnosis, "auth-genuine"), 0);
    EXPECT_EQ(verdictOf(diagnosis, "ip-id"), FieldVerdict::CannotTell);
}

TEST(SenderComparison, OtherEthernetAddressOfAHostOnTheLinkIsStrong)
{
    const Diagnosis diagnosis = resetWith({.ofReset = 7});
    EXPECT_EQ(pointsOf(diagnosis, "auth-mac"), 3);
    EXPECT_EQ(verdictOf(diagnosis, "mac"), FieldVerdict::Differs);
    EXPECT_NE(diagnosis.sender, ResetSender::Endpoint);
}

TEST(SenderComparison, OtherEthernetAddressBehindARouterIsWeak)
{
    EXPECT_EQ(pointsOf(resetWith({.ofReset = 7, .other = 2}), "auth-mac"), 1) << "two hosts have the address";
    EXPECT_EQ(pointsOf(resetWith({.ofReset = 7, .ttl = 60}), "auth-mac"), 1) << "routers lowered its TTL";
}

TEST(SenderComparison, OtherEthernetAddressCountsInTheSameVlanAlone)
{
    EXPECT_EQ(pointsOf(resetWith({.ofReset = 7, .vlan = 5, .vlanOfReset = 5}), "auth-mac"), 3);
    const Diagnosis other = resetWith({.ofReset = 7, .vlan = 5, .vlanOfReset = 6});
    EXPECT_EQ(pointsOf(other, "auth-mac"), 0) << "a host in both VLANs has an address in each";
    EXPECT_EQ(verdictOf(other, "mac"), FieldVerdict::CannotTell);
    EXPECT_EQ(pointsOf(resetWith({.vlan = 5, .vlanOfReset = 6}), "auth-mac"), 0) << "the same address";
}

TEST(SenderComparison, SameEthernetAddressFits)
{
    EXPECT_EQ(verdictOf(resetWith({}), "mac"), FieldVerdict::Fits);
}

TEST(SenderComparison, EqualTtlAloneIsNoSignOfTheHost)
{
    const Diagnosis diagnosis = resetWith({});
    EXPECT_EQ(verdictOf(diagnosis, "ttl"), FieldVerdict::Fits);
    EXPECT_EQ(diagnosis.sender, ResetSender::Unknown) << "a box can copy it";
    EXPECT_NE(authenticityText(diagnosis).find("not known"), std::string::npos) << authenticityText(diagnosis);
}

TEST(SenderComparison, ClockThatStandsStillTellsACopyWhateverTheIpId)
{
    Conversation talk;
    exchanges(talk.timestamps(true), 6).wait(300ms).clockOff(Side::Server, -300ms).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(verdictOf(diagnosis, "ip-id"), FieldVerdict::Fits);
    EXPECT_EQ(diagnosis.sender, ResetSender::Unknown);
}

TEST(SenderComparison, ClockThatGoesOnFarBehindAShortTalkIsTheHosts)
{
    Conversation talk;
    exchanges(talk.timestamps(true), 6).wait(10s).clockOff(Side::Server, 300ms).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_EQ(verdictOf(diagnosis, "timestamp"), FieldVerdict::Fits) << "the line of 120 ms is not better known";
    EXPECT_EQ(diagnosis.sender, ResetSender::Endpoint);
}

TEST(SenderComparison, AnswerAfterAWholeRoundTripAndAsManyHopsIsTheHosts)
{
    Conversation talk;
    exchanges(talk, 6).wait(20ms).sends(Side::Client, 100).wait(20ms).replies(Side::Server, 601);
    EXPECT_EQ(talk.primary().sender, ResetSender::Endpoint);
}

} // namespace whyrst::test
