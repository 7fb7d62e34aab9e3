// What stands beside the pointer: the packets there, one line each.
#pragma once

#include "views/charts/chart_scene.h"

#include <QString>

namespace whyrst {

/// The notes there first, with all of their text; then lines such as "#46  12.773102 s  sent again  81,201 to 82,649
/// (1,448 bytes)". Many packets are summed up by series: "1,204 packets: 1,201 new data, 3 sent again". Times have nine
/// digits when the capture does. Empty without packets and notes.
QString readoutText(
    const ChartData& chart, const std::vector<NearPacket>& packets, const std::vector<const ChartNote*>& notes = {});

} // namespace whyrst
