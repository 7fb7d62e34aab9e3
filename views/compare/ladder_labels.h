// The words beside a ladder's arrows, as many as there is room for.
#pragma once

#include "model/charts/ladder.h"

#include <vector>

namespace whyrst {

class LadderCanvas;

/// A label that wants a place.
struct LabelWish
{
    int priority = 0; ///< the least comes first
    uint32_t relation = 0;
    Side capture = Side::Client;
    double y = 0;
    uint32_t hidden = 0; ///< further packets that fall upon its arrow
};

/// Draws those that find a free place beside their line.
void placeLadderLabels(LadderCanvas& canvas, std::vector<LabelWish> wishes);

} // namespace whyrst
