#include "model/compare/rewrites.h"

#include "model/number_text.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace whyrst {

namespace {

constexpr double ruleShare = 0.9;         // comparison.md 5.4
constexpr uint16_t comparedFlags = 0x1f7; // all but PSH, which moves when segments are cut anew
constexpr uint16_t ecnFlags = 0x1c0;      // ECE, CWR, NS: in a SYN an offer (RFC 3168 6.1.1), told with its options

std::string numberOr(const std::optional<uint16_t>& number)
{
    return number ? std::to_string(*number) : "none";
}

/// The two recordings of one packet.
struct Twin
{
    uint32_t sent = 0;
    uint32_t arrived = 0;
    const WayPacket& before;
    const WayPacket& after;
};

/// A field of a packet, how to tell a change of it and how to say it.
struct Field
{
    const char* name;
    bool (*isComparable)(const Marks&, const WayPacket&, const WayPacket&);
    bool (*isChanged)(const WayPacket&, const WayPacket&);
    std::string (*text)(const WayPacket&, const WayPacket&);
    const char* rule; ///< what it is called when nearly all are changed
};

bool isBrokenOnTheWay(const WayPacket& sent, const WayPacket& arrived)
{
    return arrived.hasBadChecksum && !sent.hasBadChecksum;
}

uint16_t comparedFlagsOf(const WayPacket& packet)
{
    return packet.flags.bits & (packet.flags.syn() ? comparedFlags & ~ecnFlags : comparedFlags);
}

constexpr auto always = [](const Marks&, const WayPacket&, const WayPacket&) { return true; };

std::string change(const char* name, int64_t before, int64_t after)
{
    return std::string(name) + ' ' + std::to_string(before) + " -> " + std::to_string(after);
}

const std::array fields{
    Field{"ack",
        [](const Marks&, const WayPacket& sent, const WayPacket& arrived) {
            return sent.flags.ack() && arrived.flags.ack();
        },
        [](const WayPacket& sent, const WayPacket& arrived) { return sent.ack != arrived.ack; },
        [](const WayPacket& sent, const WayPacket& arrived) { return change("acknowledgment", sent.ack, arrived.ack); },
        "acknowledgment numbers do not follow the shift"},
    Field{"window", always,
        [](const WayPacket& sent, const WayPacket& arrived) { return sent.window != arrived.window; },
        [](const WayPacket& sent, const WayPacket& arrived) { return change("window", sent.window, arrived.window); },
        "window rewritten"},
    Field{"sack",
        [](const Marks&, const WayPacket& sent, const WayPacket& arrived) { return (sent.sack | arrived.sack) != 0; },
        [](const WayPacket& sent, const WayPacket& arrived) { return sent.sack != arrived.sack; },
        [](const WayPacket& sent, const WayPacket& arrived) -> std::string {
            if (sent.sack != 0 && arrived.sack == 0)
                return "SACK blocks removed";
            return sent.rawSack == arrived.rawSack ? "SACK blocks not shifted" : "SACK blocks changed";
        },
        "SACK blocks are not shifted with the sequence numbers"},
    Field{"ip-id",
        [](const Marks&, const WayPacket& sent, const WayPacket& arrived) {
            return sent.ipId != 0 || arrived.ipId != 0;
        },
        [](const WayPacket& sent, const WayPacket& arrived) { return sent.ipId != arrived.ipId; },
        [](const WayPacket& sent, const WayPacket& arrived) { return change("IP ID", sent.ipId, arrived.ipId); },
        "IP IDs rewritten"},
    Field{"timestamps", always,
        [](const WayPacket& sent, const WayPacket& arrived) {
            return sent.hasStamps != arrived.hasStamps || sent.stamps != arrived.stamps;
        },
        [](const WayPacket& sent, const WayPacket& arrived) -> std::string {
            if (sent.hasStamps != arrived.hasStamps)
                return sent.hasStamps ? "timestamps removed" : "timestamps added";
            return "timestamps rewritten";
        },
        "TCP timestamps removed, added or rewritten"},
    Field{"flags", always,
        [](const WayPacket& sent, const WayPacket& arrived) {
            return comparedFlagsOf(sent) != comparedFlagsOf(arrived);
        },
        [](const WayPacket& sent, const WayPacket& arrived) {
            return "flags " + toString(sent.flags) + " -> " + toString(arrived.flags);
        },
        "flags changed"},
    Field{"checksum", always,
        [](const WayPacket& sent, const WayPacket& arrived) { return isBrokenOnTheWay(sent, arrived); },
        [](const WayPacket&, const WayPacket&) -> std::string { return "arrived broken: checksum wrong"; },
        "checksums wrong in the capture of the receiver"},
};
constexpr size_t checksumField = fields.size() - 1;

/// The rules and deviations of one direction.
class WayRewrites
{
public:
    WayRewrites(const WayPackets& packets, ConnectionPair& pair)
        : m_packets(packets)
        , m_way(pair.way(packets.from))
        , m_pair(pair)
    {
    }

    void find()
    {
        for (const PacketLink& link : m_way.links) {
            if (isWhole(link))
                count(twinOf(link));
        }
        for (size_t index = 0; index < fields.size(); ++index)
            decide(index);
        decideHops();
        for (const PacketLink& link : m_way.links) {
            if (isWhole(link))
                addDeviations(twinOf(link));
            else
                addBroken(twinOf(link), link.isAmbiguous);
        }
    }

private:
    bool isWhole(const PacketLink& link) const
    {
        const WayPacket& sent = m_packets.sent[link.sent];
        const WayPacket& arrived = m_packets.arrived[link.arrived];
        return sent.seq == arrived.seq && sent.length == arrived.length && !link.isAmbiguous;
    }

    Twin twinOf(const PacketLink& link) const
    {
        return {link.sent, link.arrived, m_packets.sent[link.sent], m_packets.arrived[link.arrived]};
    }

    void count(const Twin& twin)
    {
        for (size_t index = 0; index < fields.size(); ++index) {
            if (!fields[index].isComparable(m_packets.marks, twin.before, twin.after))
                continue;
            ++m_comparable[index];
            m_changed[index] += fields[index].isChanged(twin.before, twin.after) ? 1 : 0;
        }
        if (!twin.before.flags.rst())
            ++m_hops[twin.before.ttl - twin.after.ttl];
    }

    void decide(size_t index)
    {
        const Field& field = fields[index];
        const bool isRule = field.rule != nullptr && m_changed[index] > 0
            && static_cast<double>(m_changed[index]) > ruleShare * static_cast<double>(m_comparable[index]);
        if (!isRule)
            return;
        m_isRule[index] = true;
        m_pair.rules.push_back({field.name, std::string(field.rule) + ' ' + directionText(m_packets.from),
            m_packets.from, m_changed[index], m_comparable[index] - m_changed[index]});
    }

    void decideHops()
    {
        if (m_hops.empty())
            return;
        const auto most = std::ranges::max_element(m_hops, {}, [](const auto& hop) { return hop.second; });
        m_usualHops = most->first;
        if (*m_usualHops == 0)
            return;
        uint64_t others = 0;
        for (const auto& [hops, packets] : m_hops)
            others += hops == most->first ? 0 : packets;
        const std::string hops
            = std::to_string(std::abs(*m_usualHops)) + (std::abs(*m_usualHops) == 1 ? " hop " : " hops ");
        m_pair.rules.push_back(
            {"ttl", (*m_usualHops > 0 ? "TTL falls by " : "TTL rises by ") + hops + directionText(m_packets.from),
                m_packets.from, most->second, others});
    }

    void addDeviations(const Twin& twin)
    {
        Alteration alteration;
        const auto add = [&](const char* name, const std::string& text) {
            alteration.fields.emplace_back(name);
            alteration.text += (alteration.text.empty() ? "" : ", ") + text;
        };
        for (size_t index = 0; index < fields.size(); ++index) {
            const Field& field = fields[index];
            if (!m_isRule[index] && field.isComparable(m_packets.marks, twin.before, twin.after)
                && field.isChanged(twin.before, twin.after))
                add(field.name, field.text(twin.before, twin.after));
        }
        const int hops = twin.before.ttl - twin.after.ttl;
        if (m_usualHops && hops != *m_usualHops && !twin.before.flags.rst())
            add("ttl", "TTL falls by " + std::to_string(hops) + " instead of " + std::to_string(*m_usualHops));
        alteration.isBroken = !m_isRule[checksumField] && isBrokenOnTheWay(twin.before, twin.after);
        if (!alteration.fields.empty())
            push(std::move(alteration), twin);
    }

    /// Of packets that were cut differently only the checksum can be compared.
    void addBroken(const Twin& twin, bool isAmbiguous)
    {
        if (isAmbiguous || m_isRule[checksumField] || !isBrokenOnTheWay(twin.before, twin.after))
            return;
        Alteration alteration;
        alteration.fields.emplace_back(fields[checksumField].name);
        alteration.text = fields[checksumField].text(twin.before, twin.after);
        alteration.isBroken = true;
        push(std::move(alteration), twin);
    }

    void push(Alteration&& alteration, const Twin& twin)
    {
        alteration.flow = m_packets.from;
        alteration.sent = twin.before.row;
        alteration.arrived = twin.after.row;
        m_pair.alterations.push_back(std::move(alteration));
    }

    const WayPackets& m_packets;
    const Way& m_way;
    ConnectionPair& m_pair;
    std::array<uint64_t, fields.size()> m_comparable{};
    std::array<uint64_t, fields.size()> m_changed{};
    std::array<bool, fields.size()> m_isRule{};
    std::map<int, uint64_t> m_hops;
    std::optional<int> m_usualHops;
};

/// What the connection's beginning shows: addresses, shifts, options of the SYNs.
class PairRules
{
public:
    PairRules(const TracePair& traces, ConnectionPair& pair)
        : m_traces(traces)
        , m_pair(pair)
    {
    }

    void find()
    {
        for (const Side side : {Side::Client, Side::Server})
            addEndpoint(side);
        for (const Side from : {Side::Client, Side::Server}) {
            addShift(from);
            addLengthChanges(from);
            addCaptureOrder(from);
            addOptions(from);
        }
    }

private:
    void add(const char* id, std::string text, std::optional<Side> flow, uint64_t packets)
    {
        m_pair.rules.push_back({id, std::move(text), flow, packets, 0});
    }

    void addEndpoint(Side side)
    {
        const Endpoint& atClient = m_traces.client.connection(m_pair.client).endpoint(side);
        const Endpoint& atServer = m_traces.server.connection(m_pair.server).endpoint(m_pair.serverSide(side));
        if (atClient != atServer)
            add("address", toString(atClient) + " is " + toString(atServer) + " at the server", std::nullopt, 0);
    }

    void addShift(Side from)
    {
        const Way& way = m_pair.way(from);
        if (way.shift == SeqNum{0})
            return;
        std::array<char, 16> hex{};
        std::snprintf(hex.data(), hex.size(), "0x%x", way.shift.value);
        const std::string who = from == Side::Client ? "the client's" : "the server's";
        add("sequence", who + " sequence numbers are " + hex.data() + " higher at the server", from, way.links.size());
    }

    void addLengthChanges(Side from)
    {
        const Way& way = m_pair.way(from);
        int64_t before = way.offsetShift;
        for (const ShiftStep& step : way.laterShifts) {
            const int64_t longer = before - step.offset; // what is less at the client is more at the server
            before = step.offset;
            const auto grown = longer > 0 ? std::string("longer") : std::string("shorter");
            add("length",
                std::string("the ") + sideName(from) + "'s data becomes " + bytesText(std::abs(longer)) + ' ' + grown
                    + " at the server before byte " + groupedDigits((step.from + step.offset).value)
                    + ": a box changes it and the numbers behind it",
                from, 0);
        }
    }

    /// What a capture stored in another order than it went out: nothing of the path.
    void addCaptureOrder(Side from)
    {
        const auto swapped = std::ranges::count(m_pair.way(from).links, ArrivalOrder::WithinJitter, &PacketLink::order);
        if (swapped > 0)
            add("capture-order",
                counted(swapped, "packet") + " of the " + sideName(from) + (swapped == 1 ? " is" : " are")
                    + " swapped within capture jitter",
                from, static_cast<uint64_t>(swapped));
    }

    void addOptions(Side from)
    {
        const Flow& sender = flowOf(m_traces, m_pair, from, from);
        const Flow& receiver = flowOf(m_traces, m_pair, from, otherSide(from));
        if (!sender.synSeen() || !receiver.synSeen())
            return;
        const SynOptions& before = *sender.synOptions;
        const SynOptions& after = *receiver.synOptions;
        // What is missing in a SYN that the snap length cut may have been there.
        const auto isKnown
            = [&](bool wasSent, bool hasArrived) { return (wasSent || !before.cut) && (hasArrived || !after.cut); };
        const auto addNumber = [&](const char* id, const std::string& name, const auto& sent, const auto& arrived) {
            if (sent != arrived && isKnown(sent.has_value(), arrived.has_value()))
                add(id, name + ' ' + numberOr(sent) + " -> " + numberOr(arrived) + ' ' + directionText(from), from, 1);
        };
        const auto addFlag = [&](const char* id, const std::string& name, bool wasSent, bool hasArrived) {
            if (wasSent != hasArrived && isKnown(wasSent, hasArrived))
                add(id, name + (wasSent ? " removed " : " added ") + directionText(from), from, 1);
        };
        addNumber("mss", "MSS", before.maximumSegmentSize, after.maximumSegmentSize);
        addNumber("window-scale", "window scale", before.windowScale, after.windowScale);
        addFlag("sack-permitted", "SACK permitted", before.sackPermitted, after.sackPermitted);
        addFlag("timestamps-option", "timestamps option", before.timestamps, after.timestamps);
        addFlag("multipath", "Multipath TCP option", before.multipath, after.multipath);
        addFlag("fast-open", "Fast Open option", before.fastOpen, after.fastOpen);
        addFlag("ecn", "ECN negotiation", sender.segments.at(0).flags.ece(), receiver.segments.at(0).flags.ece());
    }

    const TracePair& m_traces;
    ConnectionPair& m_pair;
};

} // namespace

std::string directionText(Side from)
{
    return from == Side::Client ? "on the way to the server" : "on the way to the client";
}

std::string ruleCounts(const RewriteRule& rule)
{
    const auto number = [](uint64_t packets) { return groupedDigits(static_cast<int64_t>(packets)); };
    if (rule.exceptions > 0)
        return number(rule.packets) + " of " + number(rule.packets + rule.exceptions) + " packets";
    if (rule.packets < 2) // of the SYN, or of the connection
        return {};
    return number(rule.packets) + " packets";
}

std::string ruleText(const RewriteRule& rule)
{
    const std::string counts = ruleCounts(rule);
    const bool isSaid = counts.empty() || rule.text.find(counts) != std::string::npos;
    return isSaid ? rule.text : rule.text + " (" + counts + ")";
}

void findRewrites(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    PairRules(traces, pair).find();
    for (const WayPackets& way : ways)
        WayRewrites(way, pair).find();
}

} // namespace whyrst
