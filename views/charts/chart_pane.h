// One chart of a stack: its data, indexes, what is hidden, and the range of its value axis.
#pragma once

#include "model/charts/chart_data.h"
#include "views/charts/chart_scene.h"
#include "views/charts/legend.h"
#include "views/charts/series_index.h"

#include <memory>
#include <optional>
#include <vector>

namespace whyrst {

/// State of one chart between pictures. No pixels of its own.
struct ChartPane
{
    explicit ChartPane(ChartData chart);

    ChartData data;
    std::vector<std::unique_ptr<SeriesIndex>> indexes; ///< by series
    std::vector<bool> hidden;                          ///< by series
    std::optional<ValueRange> fixedRange;              ///< chosen by the user
    PlotArea area;                                     ///< of the last picture
    Legend legend;
    QPointF legendOrigin;
    std::vector<PaintedMark> marks;

    /// What a person chose for the same chart before it grew: value range and hidden series. Its place, too, until it
    /// is painted.
    void takeView(const ChartPane& before);

    bool isEmpty() const { return data.series.empty(); }
    /// Range of the value axis for a range of time: the fixed one, else what is visible with room for symbols at the
    /// borders of a plot that is `height` pixels high.
    ValueRange rangeFor(Duration begin, Duration end, int height) const;
    /// Packets within `radius` pixels of `position`, nearest first.
    std::vector<NearPacket> packetsNear(QPointF position, double radius) const;
    /// Points of the packet in visible series.
    std::vector<ChartPoint> pointsOf(PacketNumber frame) const;
};

} // namespace whyrst
