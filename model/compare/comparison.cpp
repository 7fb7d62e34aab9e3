#include "model/compare/comparison.h"

#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

int64_t Way::shiftAt(StreamOffset atServer) const
{
    int64_t last = offsetShift;
    for (const ShiftStep& step : laterShifts)
        last = atServer >= step.from ? step.offset : last;
    return last;
}

std::pair<const PacketLink*, const PacketLink*> Way::linksOf(uint32_t sentRow) const
{
    const auto begin = std::ranges::lower_bound(links, sentRow, {}, &PacketLink::sent);
    const auto end = std::ranges::upper_bound(links, sentRow, {}, &PacketLink::sent);
    return {links.data() + (begin - links.begin()), links.data() + (end - links.begin())};
}

const ConnectionPair* Comparison::pairWithPart(Side capture, ConnectionId part) const
{
    const auto hasPart = [&](const ConnectionPair& pair) {
        const std::vector<ConnectionId>& parts = pair.parts[sideIndex(capture)];
        return std::ranges::find(parts, part) != parts.end();
    };
    const auto found = std::ranges::find_if(pairs, hasPart);
    return found == pairs.end() ? nullptr : &*found;
}

std::string verdictText(const ConnectionPair& pair)
{
    if (!pair.summary.empty())
        return pair.summary;
    if (!pair.findings.empty())
        return pair.findings.front().text;
    if (!pair.alterations.empty())
        return counted(static_cast<int64_t>(pair.alterations.size()), "packet")
            + (pair.alterations.size() == 1 ? " was" : " were")
            + " changed on the way, and nothing was lost or injected.";
    if (pair.rules.empty())
        return "Nothing was lost, injected or changed between the captures in this connection.";
    return "No difference but the rules: nothing was lost or injected between the captures in this connection, and "
           "what was changed was changed in nearly all packets.";
}

const Flow& flowOf(const TracePair& traces, const ConnectionPair& pair, Side from, Side capture)
{
    if (capture == Side::Client)
        return traces.client.connection(pair.client).flow(from);
    return traces.server.connection(pair.server).flow(pair.serverSide(from));
}

} // namespace whyrst
