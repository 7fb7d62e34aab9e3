#include "model/compare/comparison.h"

#include <algorithm>

namespace whyrst {

std::pair<const PacketLink*, const PacketLink*> Way::linksOf(uint32_t sentRow) const
{
    const auto range = std::ranges::equal_range(links, sentRow, {}, &PacketLink::sent);
    return {links.data() + (range.begin() - links.begin()), links.data() + (range.end() - links.begin())};
}

const Flow& flowOf(const TracePair& traces, const ConnectionPair& pair, Side from, Side capture)
{
    if (capture == Side::Client)
        return traces.client.connection(pair.client).flow(from);
    return traces.server.connection(pair.server).flow(pair.serverSide(from));
}

} // namespace whyrst
