#include "model/compare/way_packets.h"

#include "model/tcp/hash.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace whyrst {

namespace {

constexpr uint16_t comparedFlags = 0x17; // SYN, FIN, RST, ACK: PSH moves when segments are cut anew
constexpr size_t sampledPackets = 4096;  ///< about so many decide whether a mark can be trusted
constexpr size_t votedPackets = 1U << 16;
constexpr size_t copyShare = 5;  ///< a fifth of a direction's packets (comparison.md 1.3)
constexpr size_t leastVotes = 2; ///< one packet may be equal by accident

uint32_t shortHash(uint64_t hash)
{
    const auto low = static_cast<uint32_t>(hash);
    return low == 0 ? 1 : low; // 0 stands for no blocks
}

/// Reads one flow of one capture.
class FlowReader
{
public:
    /// How the numbers of a flow and of what it acknowledges become those of the client's capture.
    struct Correction
    {
        NumberShift own;
        NumberShift acked;
    };

    FlowReader(const Connection& connection, Side side, Correction correction)
        : m_flow(connection.flow(side))
        , m_other(connection.flow(otherSide(side)))
        , m_correction(std::move(correction))
    {
    }

    std::vector<WayPacket> read() const
    {
        std::vector<WayPacket> packets;
        std::vector<WayPacket> copies;
        packets.reserve(m_flow.size());
        for (auto row = m_flow.segments.begin(); row != m_flow.segments.end(); ++row) {
            const Segment segment = *row;
            (segment.isCaptureDuplicate ? copies : packets).push_back(packetOf(segment, row.row()));
        }
        // Few copies may have been made on the way: the other capture tells.
        if (copyShare * copies.size() < m_flow.size()) {
            packets.insert(packets.end(), copies.begin(), copies.end());
            std::ranges::inplace_merge(packets, packets.end() - std::ssize(copies), {}, &WayPacket::row);
        }
        return packets;
    }

private:
    WayPacket packetOf(const Segment& segment, uint32_t row) const
    {
        WayPacket packet;
        packet.recorded = packet.time = segment.time;
        packet.seq = m_correction.own.toClient(segment.seq);
        packet.ack = segment.flags.ack() ? m_correction.acked.toClient(segment.ack) : 0;
        packet.row = row;
        packet.length = lengthOf(segment);
        packet.stamps = segment.timestamps;
        packet.hasStamps = segment.hasTimestamps;
        packet.window = segment.rawWindow;
        packet.ipId = segment.hasIpId ? segment.ipId : uint16_t{0};
        packet.flags = segment.flags;
        packet.ttl = segment.ttl;
        packet.hasGoodChecksum = segment.checksumClass == ChecksumClass::Valid;
        packet.hasBadChecksum = segment.checksumClass == ChecksumClass::Bad;
        addSack(packet, segment);
        return packet;
    }

    /// What a box made longer or shorter is as long as at the client.
    uint32_t lengthOf(const Segment& segment) const
    {
        if (m_correction.own.steps.empty() || segment.payloadLength == 0)
            return segment.payloadLength;
        const StreamOffset begin = segment.dataBegin();
        const int64_t length
            = m_correction.own.toClient(begin + segment.payloadLength) - m_correction.own.toClient(begin);
        return length > 0 ? static_cast<uint32_t>(length) : segment.payloadLength;
    }

    void addSack(WayPacket& packet, const Segment& segment) const
    {
        if (segment.sackBlockCount == 0)
            return;
        uint64_t common = 0;
        uint64_t raw = 0;
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
            const SackBlock block = m_flow.sackBlock(segment, index, m_other);
            const uint32_t left = m_other.rawSeq(block.left).value;
            const uint32_t right = m_other.rawSeq(block.right).value;
            raw = mixBits(raw + (uint64_t{left} << 32 | right));
            const uint32_t commonLeft = left - m_correction.acked.rawAt(block.left);
            common = mixBits(common + (uint64_t{commonLeft} << 32 | (right - m_correction.acked.rawAt(block.right))));
        }
        packet.sack = shortHash(common);
        packet.rawSack = shortHash(raw);
    }

    const Flow& m_flow;
    const Flow& m_other;
    Correction m_correction;
};

/// A packet without what may be rewritten, for the vote on the shift.
uint64_t voteKey(const Segment& segment)
{
    const uint64_t stamps = uint64_t{segment.timestamps.value} << 32 | segment.timestamps.echo;
    return mixBits(stamps + mixBits(uint64_t{segment.payloadLength} << 16 | (segment.flags.bits & comparedFlags)));
}

struct VotePacket
{
    uint64_t key = 0;
    uint32_t number = 0; ///< raw
};

/// A packet's vote, or nothing when it has none.
template <typename Vote> std::vector<VotePacket> votePackets(const Flow& flow, const Vote& vote)
{
    std::vector<VotePacket> packets;
    for (const Segment& segment : flow.segments) {
        if (segment.isCaptureDuplicate)
            continue;
        if (const std::optional<VotePacket> packet = vote(segment))
            packets.push_back(*packet);
    }
    std::ranges::sort(packets, {}, &VotePacket::key);
    // What is there twice cannot vote.
    std::vector<VotePacket> unique;
    for (size_t i = 0; i < packets.size(); ++i) {
        const bool likeBefore = i > 0 && packets[i - 1].key == packets[i].key;
        const bool likeAfter = i + 1 < packets.size() && packets[i + 1].key == packets[i].key;
        if (!likeBefore && !likeAfter && unique.size() < votedPackets)
            unique.push_back(packets[i]);
    }
    return unique;
}

/// How often equal packets of both captures show which difference of their numbers.
using ShiftVotes = std::unordered_map<uint32_t, size_t>;

void countVotes(ShiftVotes& votes, const std::vector<VotePacket>& client, const std::vector<VotePacket>& server)
{
    auto at = server.begin();
    for (const VotePacket& packet : client) {
        while (at != server.end() && at->key < packet.key)
            ++at;
        if (at != server.end() && at->key == packet.key)
            ++votes[at->number - packet.number];
    }
}

std::optional<SeqNum> mostVoted(const ShiftVotes& votes)
{
    const auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    if (most == votes.end() || most->second < leastVotes)
        return std::nullopt;
    return SeqNum{most->first};
}

/// The shift that most packets with equal timestamps show.
std::optional<SeqNum> votedShift(const Flow& client, const Flow& server)
{
    const auto votesOf = [](const Flow& flow) {
        return votePackets(flow, [&](const Segment& segment) -> std::optional<VotePacket> {
            if (!segment.hasTimestamps)
                return std::nullopt;
            return VotePacket{voteKey(segment), flow.rawSeq(segment.seq).value};
        });
    };
    ShiftVotes votes;
    countVotes(votes, votesOf(client), votesOf(server));
    return mostVoted(votes);
}

uint64_t windowAndId(const Segment& segment)
{
    const uint64_t id = segment.hasIpId ? segment.ipId : 0;
    return id << 16 | segment.rawWindow;
}

/// The two flows of a pair in one capture: one whose shift is asked for, and the one that acknowledges it.
struct FlowCouple
{
    const Flow& asked;
    const Flow& other;
};

/// The shift of a direction that the acknowledgments of the other one show, in packets that are marked and equal but
/// for their numbers: the only voters where a capture lacks the direction.
std::optional<SeqNum> shiftByAcks(const FlowCouple& client, const FlowCouple& server)
{
    const auto votesOf = [](const FlowCouple& flows) {
        return votePackets(flows.other, [&](const Segment& segment) -> std::optional<VotePacket> {
            if (!segment.flags.ack() || (!segment.hasTimestamps && (!segment.hasIpId || segment.ipId == 0)))
                return std::nullopt;
            return VotePacket{
                mixBits(voteKey(segment) + mixBits(windowAndId(segment))), flows.asked.rawSeq(segment.ack).value};
        });
    };
    ShiftVotes votes;
    countVotes(votes, votesOf(client), votesOf(server));
    return mostVoted(votes);
}

/// The shift of a direction when that of the other one, `known`, is known: packets at one place of the other one's
/// stream, or that acknowledge one, are the same where size, flags and window agree as well.
std::optional<SeqNum> shiftByOther(const FlowCouple& client, const FlowCouple& server, SeqNum known)
{
    const auto keyOf = [](const Segment& segment, uint32_t place) {
        const uint64_t shape = uint64_t{segment.payloadLength} << 16 | (segment.flags.bits & comparedFlags);
        return mixBits(mixBits(shape) + (uint64_t{place} << 16 | segment.rawWindow));
    };
    const auto byPlace = [&](const FlowCouple& flows, uint32_t shift) {
        return votePackets(flows.other, [&](const Segment& segment) -> std::optional<VotePacket> {
            if (segment.payloadLength == 0 || !segment.flags.ack())
                return std::nullopt;
            return VotePacket{
                keyOf(segment, flows.other.rawSeq(segment.seq).value - shift), flows.asked.rawSeq(segment.ack).value};
        });
    };
    const auto byAck = [&](const FlowCouple& flows, uint32_t shift) {
        return votePackets(flows.asked, [&](const Segment& segment) -> std::optional<VotePacket> {
            if (!segment.flags.ack())
                return std::nullopt;
            return VotePacket{
                keyOf(segment, flows.other.rawSeq(segment.ack).value - shift), flows.asked.rawSeq(segment.seq).value};
        });
    };
    ShiftVotes votes;
    countVotes(votes, byPlace(client, 0), byPlace(server, known.value));
    countVotes(votes, byAck(client, 0), byAck(server, known.value));
    return mostVoted(votes);
}

/// Whether some packets of both captures bear the same raw numbers.
bool numbersCoincide(const Flow& client, const Flow& server)
{
    if (client.empty() || server.empty())
        return true; // nothing contradicts
    std::unordered_map<uint64_t, bool> seen;
    const auto key = [](const Flow& flow, const Segment& segment) {
        return uint64_t{flow.rawSeq(segment.seq).value} << 32 | segment.payloadLength;
    };
    for (const Segment& segment : client.segments) {
        seen.emplace(key(client, segment), true);
        if (seen.size() >= votedPackets)
            break;
    }
    for (const Segment& segment : server.segments) {
        if (seen.contains(key(server, segment)))
            return true;
    }
    // Super-segments have other sizes: the ranges of numbers must overlap at least.
    const int32_t apart = distance(client.rawSeq(client.segments.at(0).seq), server.rawSeq(server.segments.at(0).seq));
    return std::abs(static_cast<int64_t>(apart)) <= static_cast<int64_t>(client.payloadBytes + server.payloadBytes);
}

/// Whether offset 0 of a flow's space is its initial sequence number: the first acknowledgment tells it as well.
bool knowsIsn(const Flow& flow, const Flow& other)
{
    return flow.synSeen() || (flow.empty() && other.synSeen());
}

/// The flows of a capture, that which `from` sends first.
FlowCouple coupleOf(const TracePair& traces, const ConnectionPair& pair, Side from, Side capture)
{
    return {flowOf(traces, pair, from, capture), flowOf(traces, pair, otherSide(from), capture)};
}

std::optional<SeqNum> rawShift(const TracePair& traces, const ConnectionPair& pair, Side from,
    const std::optional<SeqNum>& byContent, bool& isEstimated)
{
    const FlowCouple client = coupleOf(traces, pair, from, Side::Client);
    const FlowCouple server = coupleOf(traces, pair, from, Side::Server);
    isEstimated = false;
    if (knowsIsn(client.asked, client.other) && knowsIsn(server.asked, server.other))
        return SeqNum{server.asked.rawSeq({}).value - client.asked.rawSeq({}).value};
    isEstimated = true;
    if (const auto voted = votedShift(client.asked, server.asked))
        return voted;
    if (byContent)
        return byContent;
    if (const auto acknowledged = shiftByAcks(client, server))
        return acknowledged;
    return numbersCoincide(client.asked, server.asked) ? std::optional(SeqNum{0}) : std::nullopt;
}

/// The raw shifts of both directions.
std::optional<std::array<SeqNum, 2>> rawShifts(const TracePair& traces, const ConnectionPair& pair,
    const ContentShifts& contents, std::array<NumberShift, 2>& shifts)
{
    std::array<std::optional<SeqNum>, 2> raw;
    for (const Side from : {Side::Client, Side::Server}) {
        const size_t index = sideIndex(from);
        raw[index] = rawShift(traces, pair, from, contents[index], shifts[index].isEstimated);
    }
    for (const Side from : {Side::Client, Side::Server}) {
        const size_t index = sideIndex(from);
        if (!raw[index] && raw[1 - index])
            raw[index] = shiftByOther(coupleOf(traces, pair, from, Side::Client),
                coupleOf(traces, pair, from, Side::Server), *raw[1 - index]);
    }
    if (!raw[0] || !raw[1])
        return std::nullopt;
    return std::array{*raw[0], *raw[1]};
}

/// Counts whether a field of packets that are the same otherwise is equal.
struct Agreement
{
    size_t equal = 0;
    size_t different = 0;

    void add(bool isEqual) { ++(isEqual ? equal : different); }
    bool isRewritten() const { return different > equal; }
};

uint64_t placeKey(const WayPacket& packet)
{
    const uint64_t shape = uint64_t{packet.length} << 16 | (packet.flags.bits & comparedFlags);
    return mixBits(mixBits(static_cast<uint64_t>(packet.seq)) + mixBits(static_cast<uint64_t>(packet.ack)) * 3 + shape);
}

uint64_t stampKey(const WayPacket& packet)
{
    return uint64_t{packet.stamps.value} << 32 | packet.stamps.echo;
}

struct KeyedPacket
{
    uint64_t key = 0;
    const WayPacket* packet = nullptr;
};

/// A sample that is the same in both captures: chosen by place in the stream.
template <typename Key>
std::vector<KeyedPacket> sampleBy(const std::vector<WayPacket>& packets, size_t total, const Key& key)
{
    const uint64_t every = std::max<uint64_t>(1, total / sampledPackets);
    std::vector<KeyedPacket> sample;
    for (const WayPacket& packet : packets) {
        if (placeKey(packet) % every == 0)
            sample.push_back({key(packet), &packet});
    }
    std::ranges::sort(sample, {}, &KeyedPacket::key);
    return sample;
}

/// Calls `visit` with the packets whose key is unique in both captures.
template <typename Key, typename Visit> void visitUnique(const WayPackets& way, const Key& key, const Visit& visit)
{
    const size_t total = std::max(way.sent.size(), way.arrived.size());
    const std::vector<KeyedPacket> sent = sampleBy(way.sent, total, key);
    const std::vector<KeyedPacket> arrived = sampleBy(way.arrived, total, key);
    const auto isUnique = [](const std::vector<KeyedPacket>& list, size_t index) {
        return (index == 0 || list[index - 1].key != list[index].key)
            && (index + 1 == list.size() || list[index + 1].key != list[index].key);
    };
    size_t at = 0;
    for (size_t index = 0; index < sent.size(); ++index) {
        while (at < arrived.size() && arrived[at].key < sent[index].key)
            ++at;
        const bool same = at < arrived.size() && arrived[at].key == sent[index].key;
        if (same && isUnique(sent, index) && isUnique(arrived, at))
            visit(*sent[index].packet, *arrived[at].packet);
    }
}

Marks findMarks(const WayPackets& way)
{
    Agreement ids;
    Agreement stamps;
    const auto withStamps = [](const WayPacket& packet) { return placeKey(packet) + mixBits(stampKey(packet)); };
    const auto withId = [](const WayPacket& packet) { return placeKey(packet) + mixBits(packet.ipId); };
    visitUnique(way, withStamps, [&](const WayPacket& sent, const WayPacket& arrived) {
        if (sent.ipId != 0 && arrived.ipId != 0)
            ids.add(sent.ipId == arrived.ipId);
    });
    visitUnique(way, withId, [&](const WayPacket& sent, const WayPacket& arrived) {
        if (sent.hasStamps && arrived.hasStamps)
            stamps.add(sent.stamps.value == arrived.stamps.value);
    });
    Marks marks{!ids.isRewritten(), !stamps.isRewritten(), false, static_cast<uint32_t>(ids.equal),
        static_cast<uint32_t>(ids.different)};
    Agreement shiftedSack;
    Agreement rawSack;
    const auto withMarks = [&](const WayPacket& packet) {
        const uint64_t id = marks.ids ? packet.ipId : 0;
        return placeKey(packet) + mixBits(marks.timestamps ? stampKey(packet) : 0) + mixBits(id) * 3;
    };
    visitUnique(way, withMarks, [&](const WayPacket& sent, const WayPacket& arrived) {
        if (sent.sack != 0 && arrived.sack != 0) {
            shiftedSack.add(sent.sack == arrived.sack);
            rawSack.add(sent.rawSack == arrived.rawSack);
        }
    });
    marks.rawSack = rawSack.equal > shiftedSack.equal;
    return marks;
}

/// Keys of the packets from `from` in the further connections of a capture, in the client's offsets.
std::vector<uint64_t> partKeys(const TracePair& traces, const ConnectionPair& pair, Side from, Side capture,
    const std::array<NumberShift, 2>& shifts)
{
    std::vector<uint64_t> keys;
    const auto offsetOf = [&](Side side, const Flow& part) {
        const uint32_t shift = capture == Side::Client ? 0 : shifts[sideIndex(side)].raw.value;
        const Flow& whole = flowOf(traces, pair, side, Side::Client);
        return int64_t{distance(whole.rawSeq({}), SeqNum{part.rawSeq({}).value - shift})};
    };
    const Side side = capture == Side::Client ? from : pair.serverSide(from);
    for (const ConnectionId id : pair.parts[sideIndex(capture)]) {
        const Connection& part = traces.near(capture).connection(id);
        FlowReader::Correction correction;
        correction.own.offset = offsetOf(from, part.flow(side));
        correction.acked.offset = offsetOf(otherSide(from), part.flow(otherSide(side)));
        for (const WayPacket& packet : FlowReader(part, side, correction).read())
            keys.push_back(partKey(packet));
    }
    std::ranges::sort(keys);
    return keys;
}

} // namespace

std::optional<std::array<NumberShift, 2>> findShifts(
    const TracePair& traces, const ConnectionPair& pair, const ContentShifts& contents)
{
    std::array<NumberShift, 2> shifts;
    const auto raw = rawShifts(traces, pair, contents, shifts);
    if (!raw)
        return std::nullopt;
    for (const Side from : {Side::Client, Side::Server}) {
        const Flow& client = flowOf(traces, pair, from, Side::Client);
        const Flow& server = flowOf(traces, pair, from, Side::Server);
        NumberShift& shift = shifts[sideIndex(from)];
        shift.raw = (*raw)[sideIndex(from)];
        // The server's offset 0 in the client's offsets: nearest, streams begin within 2 GiB of each other.
        shift.offset = distance(client.rawSeq({}), SeqNum{server.rawSeq({}).value - shift.raw.value});
    }
    return shifts;
}

int64_t NumberShift::toClient(StreamOffset atServer) const
{
    int64_t shift = offset;
    for (const ShiftStep& step : steps)
        shift = atServer >= step.from ? step.offset : shift;
    return atServer.value + shift;
}

uint32_t NumberShift::rawAt(StreamOffset atServer) const
{
    // What an offset is less at the client is more at the server.
    return raw.value + static_cast<uint32_t>(offset - (toClient(atServer) - atServer.value));
}

uint64_t partKey(const WayPacket& packet)
{
    const uint64_t numbers = uint64_t{static_cast<uint32_t>(packet.seq)} << 32 | static_cast<uint32_t>(packet.ack);
    return mixBits(mixBits(numbers) + (uint64_t{packet.length} << 16 | (packet.flags.bits & comparedFlags)));
}

WayPackets readWay(
    const TracePair& traces, const ConnectionPair& pair, Side from, const std::array<NumberShift, 2>& shifts)
{
    const NumberShift& own = shifts[sideIndex(from)];
    const NumberShift& acked = shifts[sideIndex(otherSide(from))];
    auto client = FlowReader(traces.client.connection(pair.client), from, {}).read();
    auto server = FlowReader(traces.server.connection(pair.server), pair.serverSide(from), {own, acked}).read();
    WayPackets way;
    way.from = from;
    if (from == Side::Server)
        client.swap(server);
    way.sent = std::move(client);
    way.arrived = std::move(server);
    way.marks = findMarks(way);
    for (const Side capture : {Side::Client, Side::Server})
        (capture == from ? way.sentElsewhere : way.arrivedElsewhere) = partKeys(traces, pair, from, capture, shifts);
    return way;
}

} // namespace whyrst
