#include "model/compare/terminated.h"

#include "model/number_text.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <unordered_set>

namespace whyrst {

namespace {

using std::chrono::milliseconds;

constexpr double leastSent = 0.6;              // comparison.md 2.5: of what arrives
constexpr size_t leastArrivals = 10;           // comparison.md 2.5
constexpr Duration leastEnd = milliseconds(2); // comparison.md 2.5
constexpr size_t leastStamped = 3;             // comparison.md 2.5: more than two packets
constexpr double unrelatedShare = 0.05;        // comparison.md 2.5: of the IP IDs
constexpr size_t leastIds = 10;                ///< heuristic: fewer packets may differ by a box's doing
constexpr size_t decidingGroup = 3;            // comparison.md 2.5
constexpr size_t leastEarlyAcks = 3;           ///< heuristic: one may be of a packet that a capture stamped late
constexpr uint32_t leastEqualIds = 3;          ///< heuristic: one or two of 65,536 are equal by chance
constexpr uint16_t comparedFlags = 0x17;       // SYN, FIN, RST, ACK

/// Arrivals in the common time and how many of them were sent on the other side.
struct Arrivals
{
    size_t all = 0;
    size_t sent = 0;

    void add(bool wasSent)
    {
        ++all;
        sent += wasSent ? 1 : 0;
    }
    bool areForeign() const
    {
        return all >= leastArrivals && static_cast<double>(sent) < leastSent * static_cast<double>(all);
    }
};

/// The time that both captures cover without the ends, where packets may have their twin outside.
struct CommonTime
{
    Timestamp begin;
    Timestamp end;

    CommonTime(const WayPackets& way, Duration bound)
    {
        if (way.sent.empty() || way.arrived.empty())
            return;
        const Duration ends = 2 * bound + leastEnd;
        begin = std::max(way.sent.front().time, way.arrived.front().time) + ends;
        end = std::min(way.sent.back().time, way.arrived.back().time) - ends;
    }
    bool has(Timestamp time) const { return time >= begin && time <= end; }
};

/// The common clock, as far as it can betray a box.
struct CheckedClock
{
    const CaptureClock& clock;
    bool isKnown;     ///< packets of both directions tell one clock
    Duration bound{}; ///< the largest of its pieces

    explicit CheckedClock(const CaptureClock& common)
        : clock(common)
        , isKnown(common.hasBound() && !common.noSingleClock)
        , bound(std::ranges::max_element(common.pieces, {}, &ClockPiece::bound)->bound)
    {
    }

    bool isChecked(Timestamp time) const { return isKnown && clock.isChecked(time); }
    /// Where packets do not check it, a clock that was never set is taken to go on.
    bool isBelieved(Timestamp time) const { return isKnown && (clock.sets.empty() || clock.isChecked(time)); }
};

/// "of 40 packets that arrive from the client's side, the other capture shows only 3 being sent"; empty when it shows
/// enough.
std::string foreignArrivals(const WayPackets& way, const PairedWay& paired, const CheckedClock& clock)
{
    if (way.sent.empty() || way.arrived.empty())
        return {};
    const CommonTime common(way, clock.bound);
    Arrivals packets;
    Arrivals acks;
    for (size_t index = 0; index < way.arrived.size(); ++index) {
        const Timestamp time = way.arrived[index].time;
        if (!common.has(time) || (clock.isKnown && !clock.isChecked(time)))
            continue;
        const bool wasSent = paired.arrived[index] != ArrivedState::Unlinked;
        packets.add(wasSent);
        if (way.arrived[index].isBareAck())
            acks.add(wasSent);
    }
    const auto words = [&](const Arrivals& count, const char* what) {
        return "of " + std::to_string(count.all) + ' ' + what + " that arrive from the " + sideName(way.from)
            + "'s side, the other capture shows only " + std::to_string(count.sent) + " being sent";
    };
    if (packets.areForeign())
        return words(packets, "packets");
    return acks.areForeign() ? words(acks, "acknowledgments without data") : std::string();
}

/// Both captures have timestamps in this direction, and not one value in common.
bool hasForeignStamps(const WayPackets& way)
{
    std::unordered_set<uint32_t> sent;
    size_t stamped = 0;
    for (const WayPacket& packet : way.sent) {
        if (packet.hasStamps) {
            sent.insert(packet.stamps.value);
            ++stamped;
        }
    }
    size_t arrived = 0;
    for (const WayPacket& packet : way.arrived) {
        if (!packet.hasStamps)
            continue;
        if (sent.contains(packet.stamps.value))
            return false;
        ++arrived;
    }
    return stamped >= leastStamped && arrived >= leastStamped;
}

/// Distinct IP IDs with size and flags of one direction in one capture.
std::unordered_set<uint64_t> idsOf(const std::vector<WayPacket>& packets)
{
    std::unordered_set<uint64_t> ids;
    for (const WayPacket& packet : packets) {
        if (packet.ipId != 0)
            ids.insert(mixBits(
                uint64_t{packet.length} << 32 | uint64_t{packet.ipId} << 16 | (packet.flags.bits & comparedFlags)));
    }
    return ids;
}

/// Hardly an IP ID of one capture is found in the other one.
bool hasUnrelatedIds(const std::array<WayPackets, 2>& ways)
{
    size_t all = 0;
    size_t common = 0;
    for (const WayPackets& way : ways) {
        const auto sent = idsOf(way.sent);
        const auto arrived = idsOf(way.arrived);
        all += std::min(sent.size(), arrived.size());
        common += static_cast<size_t>(std::ranges::count_if(sent, [&](uint64_t id) { return arrived.contains(id); }));
    }
    return all >= leastIds && static_cast<double>(common) < unrelatedShare * static_cast<double>(all);
}

/// The differences of the SYNs of a direction; none when one was not captured (completely).
struct SynDifferences
{
    bool scale = false;
    bool window = false;
    bool stamps = false;

    SynDifferences(const TracePair& traces, const ConnectionPair& pair, Side from)
    {
        const Flow& client = flowOf(traces, pair, from, Side::Client);
        const Flow& server = flowOf(traces, pair, from, Side::Server);
        if (!client.synSeen() || !server.synSeen() || client.synOptions->cut || server.synOptions->cut)
            return;
        scale = client.synOptions->windowScale != server.synOptions->windowScale;
        stamps = client.synOptions->timestamps != server.synOptions->timestamps;
        window = client.segments.at(0).rawWindow != server.segments.at(0).rawWindow;
    }
};

/// What an ISN shifter does not do to the packets that it shifts: three of these decide (comparison.md 2.5).
std::vector<std::string> otherHandshake(
    const TracePair& traces, const ConnectionPair& pair, const std::array<WayPackets, 2>& ways)
{
    const bool areShifted = std::ranges::all_of(std::array{Side::Client, Side::Server}, [&](Side from) {
        return flowOf(traces, pair, from, Side::Client).synSeen() && flowOf(traces, pair, from, Side::Server).synSeen()
            && pair.way(from).shift != SeqNum{0};
    });
    if (!areShifted)
        return {};
    const SynDifferences client(traces, pair, Side::Client);
    const SynDifferences server(traces, pair, Side::Server);
    std::vector<std::string> signs{"both initial sequence numbers differ"};
    if (client.scale || server.scale)
        signs.emplace_back("the window scale differs");
    if (client.window || server.window)
        signs.emplace_back("the window of a SYN differs");
    if (client.stamps || server.stamps)
        signs.emplace_back("only one side has TCP timestamps");
    if (hasUnrelatedIds(ways))
        signs.emplace_back("their IP IDs are unrelated");
    if (signs.size() < decidingGroup)
        signs.clear();
    return signs;
}

/// First times of acknowledgment numbers, rising.
class AckTimes
{
public:
    /// Without damaged ones, and those of data that was not yet among `sent`, give or take `leeway`: nobody who has the
    /// data sends them.
    AckTimes(const std::vector<WayPacket>& packets, const std::vector<WayPacket>& sent, Duration leeway)
    {
        int64_t sentEnd = INT64_MIN;
        auto next = sent.begin();
        for (const WayPacket& packet : packets) {
            for (; next != sent.end() && next->time <= packet.time + leeway; ++next)
                sentEnd = std::max(sentEnd, next->dataEnd() + (next->flags.fin() ? 1 : 0));
            const bool isGenuine = packet.flags.ack() && !packet.flags.rst() && !packet.hasBadChecksum;
            if (isGenuine && packet.ack <= sentEnd && (m_acks.empty() || packet.ack > m_acks.back().first))
                m_acks.emplace_back(packet.ack, packet.time);
        }
    }

    /// When all bytes before `end` were acknowledged; the end of time if never.
    Timestamp of(int64_t end) const
    {
        const auto ack = std::ranges::lower_bound(m_acks, end, {}, &std::pair<int64_t, Timestamp>::first);
        return ack == m_acks.end() ? Timestamp::max() : ack->second;
    }

private:
    std::vector<std::pair<int64_t, Timestamp>> m_acks;
};

/// How many packets with new data reach the other capture after their sender got the acknowledgment, although the
/// receiver there had not acknowledged them before (then its capture missed the data).
size_t countEarlyAcks(const WayPackets& way, const WayPackets& back, const PairedWay& paired, const CheckedClock& clock)
{
    const Duration leeway = clock.bound + leastEnd;
    const AckTimes atSender(back.arrived, way.sent, leeway);
    const AckTimes atReceiver(back.sent, way.sent, leeway);
    std::vector<bool> isLinked(way.arrived.size());
    for (const PacketLink& link : paired.links)
        isLinked[link.arrived] = link.length > 0;
    int64_t highest = INT64_MIN;
    size_t early = 0;
    for (size_t index = 0; index < way.arrived.size(); ++index) {
        const WayPacket& packet = way.arrived[index];
        const int64_t end = packet.dataEnd();
        const bool isNew = packet.length > 0 && packet.dataBegin() >= highest;
        highest = std::max(highest, end);
        if (!isNew || !isLinked[index] || atReceiver.of(end) < packet.time)
            continue;
        const Timestamp acknowledged = atSender.of(end);
        const bool isComparable
            = acknowledged != Timestamp::max() && clock.isBelieved(acknowledged) && clock.isBelieved(packet.time);
        early += isComparable && acknowledged + leeway < packet.time ? 1 : 0;
    }
    return early;
}

/// Packets that a sender repeats after later ones; where the clock is known, in the time that both captures cover.
size_t countRepairs(const WayPackets& way, Duration bound, bool isClockKnown)
{
    const CommonTime common(way, bound);
    int64_t highest = INT64_MIN;
    size_t repairs = 0;
    for (const WayPacket& packet : way.sent) {
        if (packet.length == 0)
            continue;
        repairs += packet.dataEnd() < highest && (!isClockKnown || common.has(packet.time)) ? 1 : 0;
        highest = std::max(highest, packet.dataEnd());
    }
    return repairs;
}

/// Whether data arrives in order and once.
bool arrivesSmoothly(const WayPackets& way)
{
    std::optional<int64_t> next;
    for (const WayPacket& packet : way.arrived) {
        if (packet.length == 0)
            continue;
        if (next && packet.dataBegin() != *next)
            return false;
        next = packet.dataEnd();
    }
    return next.has_value();
}

} // namespace

std::vector<std::string> TerminationSigns::all() const
{
    std::vector<std::string> signs = deciding;
    signs.insert(signs.end(), supporting.begin(), supporting.end());
    return signs;
}

TerminationSigns headerSigns(const TracePair& traces, const ConnectionPair& pair, const std::array<WayPackets, 2>& ways)
{
    TerminationSigns signs;
    if (hasForeignStamps(ways[0]) && hasForeignStamps(ways[1]))
        signs.deciding.emplace_back("their TCP timestamps have no value in common");
    for (std::string& sign : otherHandshake(traces, pair, ways))
        signs.deciding.push_back(std::move(sign));
    return signs;
}

void addPacketSigns(TerminationSigns& signs, const std::array<WayPackets, 2>& ways,
    const std::array<PairedWay, 2>& paired, const CaptureClock& clock, bool changesLength)
{
    const CheckedClock checked(clock);
    std::vector<std::string> strongest;
    for (const Side from : {Side::Client, Side::Server}) {
        const size_t index = sideIndex(from);
        std::string foreign = foreignArrivals(ways[index], paired[index], checked);
        if (!foreign.empty() && strongest.empty())
            strongest.push_back(std::move(foreign));
        const size_t early = checked.isKnown ? countEarlyAcks(ways[index], ways[1 - index], paired[index], checked) : 0;
        if (early >= leastEarlyAcks)
            signs.deciding.push_back(counted(static_cast<int64_t>(early), "packet") + " of the " + sideName(from)
                + " had been acknowledged before they reached the other capture");
        const size_t repairs = countRepairs(ways[index], checked.bound, checked.isKnown);
        if (repairs > 0 && arrivesSmoothly(ways[index]))
            signs.supporting.push_back(std::string("the ") + sideName(from) + " repeats "
                + counted(static_cast<int64_t>(repairs), "packet")
                + ", and at the other capture nothing is missing or repeated");
    }
    std::vector<std::string>& group = changesLength ? signs.supporting : signs.deciding;
    group.insert(group.begin(), strongest.begin(), strongest.end());
}

MarksOfPair marksOfPair(const std::array<WayPackets, 2>& ways)
{
    const uint32_t equal = ways[0].marks.equalIds + ways[1].marks.equalIds;
    const uint32_t different = ways[0].marks.differentIds + ways[1].marks.differentIds;
    if (equal >= leastEqualIds && equal > different)
        return MarksOfPair::Agree;
    if (equal + different < leastEqualIds || equal >= different)
        return MarksOfPair::None;
    return std::ranges::any_of(ways, hasForeignStamps) ? MarksOfPair::Disagree : MarksOfPair::OtherIds;
}

std::string coupleText(const std::vector<std::string>& signs, bool hasSameContent)
{
    std::string text = hasSameContent ? "same content" : "the same sizes and order of packets";
    text += ", two connections: a box between the captures ends TCP, or these are two transfers of the same content (";
    bool isFirst = true;
    for (const std::string& sign : signs) {
        text += (isFirst ? "" : "; ") + sign;
        isFirst = false;
    }
    return text + ")";
}

} // namespace whyrst
