// Charts on one time axis, drawn into a picture: the same code for the screen, the PNG and the command line.
#pragma once

#include "model/charts/chart_data.h"
#include "views/charts/mark_painter.h"
#include "views/charts/plot_area.h"

#include <QImage>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace whyrst {

/// A range of a chart's value axis.
struct ValueRange
{
    double low = 0;
    double high = 1;
};

/// A packet found near a position of the picture.
struct NearPacket
{
    PacketNumber frame;
    Duration time{};
    double low = 0;
    double high = 0;
    size_t series = 0;
    double distance = 0; ///< in logical pixels
};

/// What stands under the lowest chart.
enum class TimeAxis : uint8_t
{
    Labelled,
    Bare ///< ticks only: another picture below has the numbers
};

/// Holds charts and draws them. Needs a QApplication, because QCustomPlot is a widget; never shows a window.
class ChartScene
{
public:
    ChartScene();
    ~ChartScene();

    void setCharts(std::vector<ChartData> charts);
    /// Replaces the charts by as many of the same kinds; value ranges and hidden series stay.
    void growCharts(std::vector<ChartData> charts);
    const std::vector<ChartData>& charts() const;
    void setTheme(ChartTheme theme);
    ChartTheme theme() const;
    void setTimeRange(Duration begin, Duration end);
    void setTimeAxis(TimeAxis axis);
    /// Fixes a chart's value axis; without range it follows what is visible.
    void setValueRange(size_t chart, std::optional<ValueRange> range);
    std::optional<ValueRange> valueRange(size_t chart) const;
    void select(PacketNumber frame, int step);
    void toggleSeries(size_t chart, size_t series);
    bool isSeriesHidden(size_t chart, size_t series) const;

    /// Draws all charts, `size` in logical pixels, each `scale` device pixels wide.
    QImage render(QSize size, double scale);

    // Of the last picture, in logical pixels:
    PlotArea area(size_t chart) const;
    std::optional<size_t> chartAt(QPointF position) const;
    /// Packets within `radius` pixels, nearest first, those of equal time too.
    std::vector<NearPacket> packetsNear(size_t chart, QPointF position, double radius) const;
    /// Notes whose flag is at `position`; valid until the charts change.
    std::vector<const ChartNote*> notesAt(size_t chart, QPointF position) const;
    /// Number of the step whose badge is at `position`.
    std::optional<int> stepAt(QPointF position) const;
    /// Chart and series of the legend entry at `position`.
    std::optional<std::pair<size_t, size_t>> legendAt(QPointF position) const;

    /// The title and the entries of the legend of `chart`: boxes of words.
    std::vector<QRectF> legendBoxes(size_t chart) const;

private:
    class Plot;
    std::unique_ptr<Plot> m_plot;
};

} // namespace whyrst
