#include "model/analysis/sack_shift.h"

#include "model/analysis/thresholds.h"
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace whyrst {

namespace {

constexpr size_t fewestBlocks = 3;  ///< diagnosis.md 3.8: blocks that must agree
constexpr size_t mostBlocks = 256;  ///< that differ; enough to leave one constant
constexpr uint32_t mostRows = 4096; ///< looked at before an acknowledgment: more than any window holds in practice

/// Starts and ends of the segments behind the hole that can have reached the other side when `ack` left it: sorted, as
/// raw numbers. A block never begins at the acknowledgment itself, for there is the hole.
std::vector<uint32_t> boundariesAt(const Flow& flow, const Segment& ack, uint32_t mss, Duration travel)
{
    std::vector<uint32_t> found;
    const uint32_t end = flow.segments.lowerBound(ack.frame);
    for (auto row = flow.segments.from(end - std::min(end, mostRows)); row.row() < end; ++row) {
        const Segment segment = *row;
        if (segment.time + travel > ack.time)
            break;
        if (segment.flags.rst() || segment.segLen() == 0 || segment.end() <= ack.ack)
            continue;
        const int64_t step = mss == 0 ? segment.segLen() : mss; // larger segments were several on the wire
        for (int64_t at = 0; at < segment.segLen(); at += step) {
            if (segment.seq + at > ack.ack)
                found.push_back(flow.rawSeq(segment.seq + at).value);
        }
        found.push_back(flow.rawSeq(segment.end()).value);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

/// All constants that put both edges of `block` on boundaries, sorted.
std::vector<uint32_t> shiftsOf(const RawSackBlock& block, const std::vector<uint32_t>& boundaries)
{
    std::vector<uint32_t> shifts;
    for (const uint32_t boundary : boundaries) {
        const uint32_t shift = boundary - block.left.value;
        if (std::binary_search(boundaries.begin(), boundaries.end(), block.right.value + shift))
            shifts.push_back(shift);
    }
    std::sort(shifts.begin(), shifts.end());
    return shifts;
}

} // namespace

std::optional<int64_t> findSackShift(
    const Connection& connection, const Analysis& analysis, Side sender, std::span<const uint32_t> acks)
{
    const uint32_t mss = analysis.flow(sender).effectiveMss;
    const auto travel
        = std::chrono::duration_cast<Duration>(analysis.flow(otherSide(sender)).roundTrip.minimum * nearlyRoundTrip);
    const Flow& flow = connection.flow(sender);
    const Flow& receiver = connection.flow(otherSide(sender));
    std::map<uint32_t, size_t> votes; // by shift: blocks that it fits to
    std::set<std::pair<uint32_t, uint32_t>> used;
    for (const uint32_t row : acks) {
        const Segment ack = receiver.segments.at(row);
        std::vector<uint32_t> boundaries;
        for (uint8_t index = 0; index < ack.sackBlockCount && used.size() < mostBlocks; ++index) {
            const RawSackBlock& block = receiver.rare->sackBlocks[ack.sackIndex + index];
            if (!used.insert({block.left.value, block.right.value}).second)
                continue;
            if (boundaries.empty())
                boundaries = boundariesAt(flow, ack, mss, travel);
            for (const uint32_t shift : shiftsOf(block, boundaries))
                ++votes[shift];
        }
    }
    uint32_t best = 0;
    size_t most = 0;
    size_t next = 0;
    for (const auto& [shift, count] : votes) {
        next = std::max(next, std::min(count, most));
        if (count > most) {
            best = shift;
            most = count;
        }
    }
    const bool isOne = most >= fewestBlocks && most > next && most * 4 >= used.size() * 3;
    return isOne && best != 0 ? std::optional<int64_t>(static_cast<int32_t>(best)) : std::nullopt;
}

} // namespace whyrst
