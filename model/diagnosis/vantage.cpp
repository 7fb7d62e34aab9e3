#include "model/diagnosis/vantage.h"

#include "model/diagnosis/rule_limits.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>

namespace whyrst {

namespace {

constexpr StreamOffset afterSyn{1}; ///< what acknowledges a SYN alone

/// Counts over the packets of one side, RSTs and capture duplicates excluded.
struct SideFacts
{
    uint32_t packets = 0;
    uint32_t inbound = 0;
    uint32_t outbound = 0;
    uint32_t partial = 0;
    uint32_t valid = 0;
    uint32_t oversize = 0; ///< larger than a wire segment: seen before or after the network card cut or merged it
    std::bitset<256> ttls; ///< values that occur
};

SideFacts collect(const Connection& connection, const Analysis& analysis, Side side)
{
    SideFacts facts;
    const uint32_t mss = analysis.flow(side).effectiveMss;
    for (const Segment segment : connection.flow(side).segments) {
        facts.inbound += segment.direction == HostDirection::Inbound ? 1 : 0;
        facts.outbound += segment.direction == HostDirection::Outbound ? 1 : 0;
        if (segment.flags.rst() || segment.isCaptureDuplicate)
            continue;
        ++facts.packets;
        facts.ttls.set(segment.ttl);
        if (mss != 0 && segment.payloadLength > mss) {
            ++facts.oversize;
            continue; // merged segments carry a partial sum on both hosts
        }
        facts.partial += segment.checksumClass == ChecksumClass::Partial ? 1 : 0;
        facts.valid += segment.checksumClass == ChecksumClass::Valid ? 1 : 0;
    }
    return facts;
}

bool isMost(uint32_t part, uint32_t whole)
{
    return whole >= enoughChecksums && part >= mostOf * whole;
}

bool isInitialTtl(const std::bitset<256>& ttls)
{
    return ttls.count() == 1 && (ttls[64] || ttls[128] || ttls[255]);
}

VantagePlace placeOf(Side side)
{
    return side == Side::Client ? VantagePlace::Client : VantagePlace::Server;
}

/// One piece of evidence.
struct Verdict
{
    VantagePlace place = VantagePlace::Unknown;
    const char* reason = "";
};

Verdict byDirection(const std::array<SideFacts, 2>& facts)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const SideFacts& own = facts[sideIndex(side)];
        const SideFacts& other = facts[sideIndex(otherSide(side))];
        const bool sentHere = own.outbound > 0 && own.inbound == 0 && other.outbound == 0;
        const bool receivedHere = other.inbound > 0 && other.outbound == 0 && own.inbound == 0;
        if (sentHere || (receivedHere && own.packets == own.outbound))
            return {placeOf(side), "the capture marks which packets this host sent"};
    }
    return {};
}

Verdict byChecksum(const std::array<SideFacts, 2>& facts)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const SideFacts& own = facts[sideIndex(side)];
        const SideFacts& other = facts[sideIndex(otherSide(side))];
        if (isMost(own.partial, own.partial + own.valid) && isMost(other.valid, other.partial + other.valid))
            return {placeOf(side), "its checksums were not filled in yet"};
    }
    return {};
}

Verdict byTtl(const std::array<SideFacts, 2>& facts)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const auto& own = facts[sideIndex(side)].ttls;
        const auto& other = facts[sideIndex(otherSide(side))].ttls;
        if (isInitialTtl(own) && other.any() && !isInitialTtl(other))
            return {placeOf(side), "its packets have not crossed a router"};
    }
    return {};
}

/// How the handshake's round trip divides: all of it lies between the capture point and the far side.
Verdict byHandshake(const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    if (client.size() < 2 || server.empty())
        return {};
    const Segment syn = client.segments.at(0);
    const Segment synAck = server.segments.at(0);
    const Segment ack = client.segments.at(1);
    const bool clean = syn.flags.syn() && !syn.flags.ack() && synAck.flags.syn() && synAck.flags.ack()
        && !ack.flags.syn() && !ack.flags.rst() && syn.time <= synAck.time && synAck.time <= ack.time;
    if (!clean || ack.time - syn.time < shortestHandshake)
        return {};
    const double share = toSeconds(synAck.time - syn.time) / toSeconds(ack.time - syn.time);
    if (share >= nearShare)
        return {VantagePlace::Client, "the client answers at once, the server after the round trip"};
    if (share <= 1 - nearShare)
        return {VantagePlace::Server, "the server answers at once, the client after the round trip"};
    return {VantagePlace::Middle, "both sides answer with a delay"};
}

/// The shortest time in which `side` answered data; nothing when it did too seldom to know. The handshake does not
/// count: it is evidence of its own.
std::optional<Duration> turnaround(const Connection& connection, const Analysis& analysis, Side side)
{
    uint32_t samples = 0;
    auto shortest = RoundTripSample::Value::max();
    const SegmentRows& rows = connection.flow(side).segments;
    const bool synSeen = connection.flow(otherSide(side)).synSeen();
    for (const RoundTripSample& sample : analysis.flow(side).roundTripSamples) {
        if (synSeen && samples == 0 && rows.at(sample.ackRow).ack <= afterSyn)
            continue;
        ++samples;
        shortest = std::min(shortest, sample.value);
    }
    return samples < enoughAnswers ? std::nullopt : std::optional<Duration>(shortest);
}

/// The side that answers data at once while the other one takes a round trip.
Verdict byTurnaround(const Connection& connection, const Analysis& analysis)
{
    const std::optional<Duration> client = turnaround(connection, analysis, Side::Client);
    const std::optional<Duration> server = turnaround(connection, analysis, Side::Server);
    if (!client || !server)
        return {};
    const double limit = (1 - nearShare) * toSeconds(*client + *server);
    if (*client < nearAnswer && toSeconds(*client) <= limit)
        return {VantagePlace::Client, "the client acknowledges data at once, the server after the round trip"};
    if (*server < nearAnswer && toSeconds(*server) <= limit)
        return {VantagePlace::Server, "the server acknowledges data at once, the client after the round trip"};
    return {};
}

Vantage contradictory()
{
    Vantage vantage;
    vantage.contradiction = true;
    vantage.reason = "the evidence contradicts itself";
    return vantage;
}

Vantage weakly(const Verdict& verdict, Confidence confidence)
{
    Vantage vantage;
    vantage.place = verdict.place;
    vantage.reason = verdict.reason;
    if (verdict.place != VantagePlace::Unknown)
        vantage.confidence = confidence;
    return vantage;
}

/// One of V4 to V6 is possible, two that agree are likely. V6 takes a pass over the samples and is asked only while
/// that can change something.
Vantage combineWeak(
    const Verdict& ttl, const Verdict& handshake, const Connection& connection, const Analysis& analysis)
{
    const bool both = ttl.place != VantagePlace::Unknown && handshake.place != VantagePlace::Unknown;
    if (both && ttl.place == handshake.place)
        return weakly(handshake, Confidence::Likely);
    // A link to the near side may lie in between: the handshake measures, the TTL only counts routers.
    if (both && handshake.place == VantagePlace::Middle)
        return weakly(handshake, Confidence::Possible);
    if (both)
        return contradictory();
    const Verdict& known = handshake.place == VantagePlace::Unknown ? ttl : handshake;
    const Verdict answers = byTurnaround(connection, analysis);
    if (answers.place == VantagePlace::Unknown || known.place == answers.place)
        return weakly(known, answers.place == VantagePlace::Unknown ? Confidence::Possible : Confidence::Likely);
    return known.place == VantagePlace::Unknown ? weakly(answers, Confidence::Possible) : contradictory();
}

} // namespace

Vantage findVantage(const Connection& connection, const Analysis& analysis)
{
    const std::array facts{collect(connection, analysis, Side::Client), collect(connection, analysis, Side::Server)};
    const Verdict marks = byDirection(facts);
    const Verdict checksums = byChecksum(facts);
    const Verdict& strong = marks.place != VantagePlace::Unknown ? marks : checksums;
    if (strong.place != VantagePlace::Unknown) {
        Vantage vantage;
        vantage.place = strong.place;
        vantage.reason = strong.reason;
        vantage.confidence = Confidence::Certain;
        vantage.onHost = true;
        return vantage;
    }
    Vantage vantage = combineWeak(byTtl(facts), byHandshake(connection), connection, analysis);
    const bool onSomeHost = facts[0].oversize + facts[1].oversize > 0; // V3: no router sees segments that large
    if (onSomeHost && vantage.place == VantagePlace::Middle)
        vantage = Vantage();
    return vantage;
}

Vantage vantageOf(const TraceContext& context, const Connection& connection, const Analysis& analysis)
{
    const Vantage found = findVantage(connection, analysis);
    if (!context.settings.vantage)
        return found;
    Vantage vantage;
    vantage.place = *context.settings.vantage;
    vantage.confidence = Confidence::Certain;
    vantage.onHost = found.onHost && found.place == vantage.place;
    vantage.isForced = true;
    vantage.reason = "as you said";
    return vantage;
}

} // namespace whyrst
