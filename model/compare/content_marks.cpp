#include "model/compare/content_marks.h"

#include "model/compare/reopen_capture.h"
#include "model/packet/decode.h"
#include "model/tcp/hash.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>

namespace whyrst {

namespace {

constexpr size_t sampleSize = 256;         // comparison.md 2.2
constexpr size_t mostKept = 4096;          ///< marks of a connection before the largest are dropped
constexpr uint64_t hitMask = 1023;         // comparison.md 2.3: one place in 1024
constexpr size_t leastDistinct = 9;        // comparison.md 2.3: fewer are zeros or padding
constexpr uint64_t markSeed = 0x6d61'726b; ///< ours: any, the same for both captures
constexpr uint64_t packetsPerReport = 4096;

/// Bit `hitShift` of a gear hash depends on the last `hitShift` + 1 bytes: the highest bit that is looked at reaches as
/// far back as a mark is long.
constexpr unsigned hitBits = 10;
constexpr unsigned hitShift = markLength - hitBits;
static_assert(hitMask == (1U << hitBits) - 1);

/// A number without a pattern for each byte.
constexpr std::array<uint64_t, 256> makeGear()
{
    std::array<uint64_t, 256> gear{};
    for (size_t byte = 0; byte < gear.size(); ++byte)
        gear[byte] = mixBits(0x9e3779b97f4a7c15ULL * (byte + 1));
    return gear;
}
constexpr std::array<uint64_t, 256> gear = makeGear();

bool hasEntropy(std::span<const std::byte> bytes)
{
    std::bitset<256> seen;
    for (const std::byte byte : bytes)
        seen.set(std::to_integer<size_t>(byte));
    return seen.count() >= leastDistinct;
}

auto byConnectionAndHash(const ContentMark& mark)
{
    return std::pair(mark.connection.value, mark.hash);
}

/// The first of each with what the others tell, and of each connection the smallest.
std::vector<ContentMark> smallestOfEach(std::vector<ContentMark> marks)
{
    std::ranges::stable_sort(marks, {}, byConnectionAndHash);
    std::vector<ContentMark> kept;
    size_t ofConnection = 0;
    for (const ContentMark& mark : marks) {
        const bool isSameConnection = !kept.empty() && kept.back().connection == mark.connection;
        if (isSameConnection && kept.back().hash == mark.hash) {
            kept.back().isRepeated = kept.back().isRepeated || mark.isRepeated || kept.back().seq != mark.seq;
            continue;
        }
        ofConnection = isSameConnection ? ofConnection + 1 : 1;
        if (ofConnection <= sampleSize || !isSameConnection)
            kept.push_back(mark);
    }
    return kept;
}

/// A packet with data that is to be read.
struct WantedPacket
{
    PacketNumber frame;
    ConnectionId connection;
    SeqNum seq; ///< raw: the file may be another one by now
    uint32_t payloadLength = 0;
    Side side = Side::Client;
};

std::vector<WantedPacket> wantedPackets(const Trace& trace, const std::vector<ConnectionId>& connections)
{
    std::vector<WantedPacket> wanted;
    for (const ConnectionId id : connections) {
        for (const Side side : {Side::Client, Side::Server}) {
            const Flow& flow = trace.connection(id).flow(side);
            if (flow.payloadBytes == 0)
                continue;
            for (const Segment& segment : flow.segments) {
                if (segment.payloadLength >= markLength && !segment.isCaptureDuplicate)
                    wanted.push_back(
                        {segment.frame, id, flow.rawSeq(segment.dataBegin()), segment.payloadLength, side});
            }
        }
    }
    std::ranges::sort(wanted, {}, &WantedPacket::frame);
    return wanted;
}

/// Keeps the marks of a connection few while they are read.
class MarkCollector
{
public:
    void add(const WantedPacket& packet, const SegmentHeader& header, Timestamp time)
    {
        std::vector<ContentMark>& marks = m_marks[packet.connection];
        for (const PayloadMark& mark : findMarks(header.payload))
            marks.push_back({(mark.hash & ~sampleSideBit) | sideIndex(packet.side), packet.connection,
                SeqNum{packet.seq.value + mark.offset}, packet.frame, time, false});
        if (marks.size() > mostKept)
            marks = smallestOfEach(std::move(marks));
    }

    ContentMarks take()
    {
        std::vector<ContentMark> all;
        for (auto& [connection, marks] : m_marks)
            all.insert(all.end(), marks.begin(), marks.end());
        return ContentMarks(std::move(all));
    }

private:
    std::unordered_map<ConnectionId, std::vector<ContentMark>> m_marks;
};

} // namespace

std::vector<PayloadMark> findMarks(std::span<const std::byte> payload)
{
    std::vector<PayloadMark> marks;
    uint64_t rolling = 0;
    for (size_t end = 1; end <= payload.size(); ++end) {
        rolling = (rolling << 1) + gear[std::to_integer<size_t>(payload[end - 1])];
        if (end < markLength || (rolling >> hitShift & hitMask) != 0)
            continue;
        const auto bytes = payload.subspan(end - markLength, markLength);
        if (hasEntropy(bytes))
            marks.push_back({static_cast<uint32_t>(end - markLength), hashBytes(bytes, markSeed)});
    }
    return marks;
}

ContentMarks::ContentMarks(std::vector<ContentMark> marks)
    : m_marks(smallestOfEach(std::move(marks)))
{
}

std::span<const ContentMark> ContentMarks::of(ConnectionId connection) const
{
    const auto first = std::ranges::lower_bound(m_marks, connection, {}, &ContentMark::connection);
    const auto last = std::ranges::upper_bound(m_marks, connection, {}, &ContentMark::connection);
    return {first, last};
}

std::vector<SampledValue> ContentMarks::values() const
{
    std::vector<SampledValue> values;
    values.reserve(m_marks.size());
    for (const ContentMark& mark : m_marks)
        values.push_back({mark.hash, mark.connection});
    std::ranges::sort(values, {}, &SampledValue::hash);
    return values;
}

ContentMarks readContentMarks(
    const Trace& trace, const std::vector<ConnectionId>& connections, double done, Progress& progress)
{
    const std::vector<WantedPacket> wanted = wantedPackets(trace, connections);
    const std::unique_ptr<CaptureReader> reader = wanted.empty() ? nullptr : openAgain(trace.capture);
    if (!reader)
        return {};
    MarkCollector collector;
    Packet packet;
    for (auto next = wanted.begin(); next != wanted.end() && reader->next(packet) == ReadStep::Packet;) {
        if (packet.number.value % packetsPerReport == 0 && !progress.report(done, packet.number.value))
            return {};
        while (next != wanted.end() && next->frame < packet.number)
            ++next;
        if (next == wanted.end() || next->frame != packet.number)
            continue;
        const DecodedPacket decoded = decodePacket(packet);
        const auto* header = std::get_if<SegmentHeader>(&decoded);
        for (; next != wanted.end() && next->frame == packet.number; ++next) {
            const SeqNum seq{next->seq.value - (header != nullptr && header->flags.syn() ? 1U : 0U)};
            if (header != nullptr && header->seq == seq && header->payloadLength == next->payloadLength)
                collector.add(*next, *header, packet.time);
        }
    }
    return collector.take();
}

std::vector<SharedMark> sharedMarks(
    std::span<const ContentMark> first, std::span<const ContentMark> second, bool isFlipped)
{
    const uint64_t flip = isFlipped ? sampleSideBit : 0;
    std::vector<SharedMark> shared;
    for (const ContentMark& mark : first) {
        const auto twin = std::ranges::lower_bound(second, mark.hash ^ flip, {}, &ContentMark::hash);
        if (twin != second.end() && twin->hash == (mark.hash ^ flip))
            shared.push_back({mark.side(), mark, *twin});
    }
    return shared;
}

} // namespace whyrst
