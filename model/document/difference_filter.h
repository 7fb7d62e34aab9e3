// Which packets of a pair are shown, in tables as on the ladder.
#pragma once

#include "model/compare/packet_relations.h"

#include <bitset>
#include <optional>

namespace whyrst {

/// Which relations are shown.
struct DifferenceFilter
{
    std::bitset<relationCount> shown{~1ULL}; ///< by Relation; at first all but what is in both captures unaltered
    std::optional<Side> flow;                ///< nothing: both directions

    bool shows(Side from, Relation kind) const
    {
        return (!flow || *flow == from) && shown.test(static_cast<size_t>(kind));
    }

    friend bool operator==(const DifferenceFilter&, const DifferenceFilter&) = default;
};

/// The packets of a place: what passes it, of a box what it changed or forged. A place that is not known has all.
inline DifferenceFilter packetsOf(std::optional<ComparePlace> place)
{
    DifferenceFilter filter;
    filter.shown.set();
    if (place == ComparePlace::PathToServer || place == ComparePlace::ClientHost)
        filter.flow = Side::Client;
    else if (place == ComparePlace::PathToClient || place == ComparePlace::ServerHost)
        filter.flow = Side::Server;
    if (place == ComparePlace::Box) {
        filter.shown.reset();
        filter.shown.set(static_cast<size_t>(Relation::Altered));
        filter.shown.set(static_cast<size_t>(Relation::Injected));
    }
    return filter;
}

} // namespace whyrst
