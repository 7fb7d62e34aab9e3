// Draws lines from packets to their twins between the charts of two captures, one above the other.
#pragma once

#include "model/document/difference_filter.h"
#include "model/document/open_comparison.h"
#include "views/charts/plot_area.h"
#include "views/charts/theme.h"

#include <QLineF>
#include <QRectF>

#include <array>
#include <optional>
#include <vector>

class QPainter;

namespace whyrst {

/// What is to be joined, and where. What it points at must outlive it.
struct TwinRequest
{
    const PairDetails* details = nullptr;
    Side direction = Side::Client;               ///< whose data the charts show
    std::array<const ChartData*, 2> charts{};    ///< by capture
    std::array<PlotArea, 2> areas;               ///< by capture, the client's above; in pixels of the painter
    const std::vector<uint32_t>* told = nullptr; ///< relations that findings are about, in order of time
    std::optional<uint32_t> selected;            ///< a relation; its whole packet is joined
    std::optional<DifferenceFilter> filter;      ///< nothing: all packets
    std::vector<QRectF> spared;                  ///< words that lines must not cross
    ChartTheme theme = ChartTheme::Light;
};

/// One line, from sender to receiver.
struct TwinLine
{
    LadderArrow arrow;
    QLineF line; ///< on the side of a capture that lacks the packet: to the border of that chart
    bool isSelected = false;
};

/// Lines in drawing order, the selected packet's last.
std::vector<TwinLine> layOutTwinLines(const TwinRequest& request);

/// Where lines may be drawn: both charts and what is between them.
QRectF twinBounds(const TwinRequest& request);

/// Draws them: ordinary packets faint, others with the signs of the ladder.
void paintTwinLines(QPainter& painter, const TwinRequest& request);

} // namespace whyrst
