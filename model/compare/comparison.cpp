#include "model/compare/comparison.h"

#include <algorithm>

namespace whyrst {

std::pair<const PacketLink*, const PacketLink*> Way::linksOf(uint32_t sentRow) const
{
    const auto begin = std::ranges::lower_bound(links, sentRow, {}, &PacketLink::sent);
    const auto end = std::ranges::upper_bound(links, sentRow, {}, &PacketLink::sent);
    return {links.data() + (begin - links.begin()), links.data() + (end - links.begin())};
}

const Flow& flowOf(const TracePair& traces, const ConnectionPair& pair, Side from, Side capture)
{
    if (capture == Side::Client)
        return traces.client.connection(pair.client).flow(from);
    return traces.server.connection(pair.server).flow(pair.serverSide(from));
}

} // namespace whyrst
