// What stands beside the pointer: the packets there, one line each.
#pragma once

#include "views/charts/chart_scene.h"

#include <QString>

namespace whyrst {

/// Lines such as "#46  12.773102 s  sent again  81,201 to 82,649 (1,448 bytes)". Many packets are summed up by series:
/// "1,204 packets: 1,201 new data, 3 sent again". Empty without packets.
QString readoutText(const ChartData& chart, const std::vector<NearPacket>& packets);

} // namespace whyrst
