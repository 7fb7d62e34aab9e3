#include "model/compare/open_pair.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace whyrst {

std::unique_ptr<OpenPair> openPair(const MatchedConnections& matched, bool isSwapped)
{
    auto open = std::make_unique<OpenPair>();
    ConnectionPair& pair = open->pair;
    pair.client = matched.a;
    pair.server = matched.b;
    pair.isFlipped = matched.isFlipped;
    pair.score = matched.evidence.score();
    pair.evidence = matched.evidence.text();
    pair.confidence = matched.evidence.isCertain() ? Confidence::Certain : Confidence::Likely;
    pair.isByHand = matched.isByHand;
    if (pair.isByHand)
        pair.evidence = "paired by hand" + (pair.evidence.empty() ? "" : ", " + pair.evidence);
    open->isWeak = !matched.isByHand && matched.evidence.isOfEqualTransfers();
    open->hasSteps = matched.evidence.hasSteps();
    open->hasEqualEndpoints = matched.evidence.sameEndpoints;
    for (const Side side : {Side::Client, Side::Server}) {
        const std::optional<SeqNum> shift = matched.contentShifts[sideIndex(side)];
        if (!shift)
            continue;
        const Side atClient = isSwapped && matched.isFlipped ? otherSide(side) : side;
        open->contentShifts[sideIndex(atClient)] = isSwapped ? SeqNum{0U - shift->value} : *shift;
    }
    return open;
}

void addParts(OpenPairs& pairs, const std::vector<ConnectionPart>& parts)
{
    std::array<std::unordered_map<ConnectionId, size_t>, 2> indexOf; // by capture
    for (size_t index = 0; index < pairs.size() && !parts.empty(); ++index) {
        indexOf[0].emplace(pairs[index]->pair.client, index);
        indexOf[1].emplace(pairs[index]->pair.server, index);
    }
    for (const ConnectionPart& part : parts) {
        const size_t capture = part.isInB ? 1 : 0;
        const auto whole = indexOf[1 - capture].find(part.whole);
        if (whole != indexOf[1 - capture].end())
            pairs[whole->second]->pair.parts[capture].push_back(part.part);
    }
}

Duration resolutionOf(const OpenPairs& pairs, Side capture)
{
    constexpr std::array ticks{Duration(std::chrono::milliseconds(1)), Duration(std::chrono::microseconds(1))};
    for (const Duration tick : ticks) {
        const auto fits
            = [&](const WayPacket& packet) { return packet.recorded.time_since_epoch() % tick == Duration(0); };
        const bool all = std::ranges::all_of(pairs, [&](const auto& open) {
            return std::ranges::all_of(open->ways, [&](const WayPackets& way) {
                return std::ranges::all_of(way.from == capture ? way.sent : way.arrived, fits);
            });
        });
        if (all)
            return tick;
    }
    return Duration(1);
}

void addSureSamples(ClockSamples& samples, const TracePair& traces, const OpenPair& open)
{
    for (size_t index = 0; index < 2; ++index)
        addSurePairs(samples, open.ways[index], {traces, open.pair, open.ways[index].from}, open.sure[index]);
}

TerminatedPair coupleOf(const OpenPair& open)
{
    TerminatedPair couple;
    couple.client = open.pair.client;
    couple.server = open.pair.server;
    couple.signs = open.signs.all();
    couple.why = coupleText(couple.signs, false);
    couple.isFlipped = open.pair.isFlipped;
    return couple;
}

} // namespace whyrst
