// Draws rows and axis of the connection timeline.
#pragma once

#include "model/document/open_trace.h"
#include "views/charts/theme.h"
#include "views/timeline_legend.h"
#include "views/timeline_scale.h"

#include <QFont>
#include <QPalette>
#include <QRect>

#include <optional>

class QPainter;

namespace whyrst {

/// What is needed to draw one row.
struct TimelineRow
{
    ConnectionId id;
    QRect rect; ///< the whole width of the widget
    bool isSelected = false;
    bool hasFocus = false;
    std::optional<TimelineRange> window; ///< part of the connection that the charts show
};

/// Widths of the columns left of the bars; 0 hides a column.
struct TimelineLabels
{
    int endpoints = 0;
    int cause = 0;
};

/// Paints with one scale, theme and palette; made for each repaint.
class TimelinePainter
{
public:
    TimelinePainter(QPainter& painter, const OpenTrace& open, const TimelineScale& scale, const TimelineLabels& labels,
        const QPalette& palette);

    void drawRow(const TimelineRow& row);
    /// The axis with seconds since the capture's first packet, above the rows.
    void drawAxis(const QRect& rect);
    /// What the rows drawn so far show.
    const TimelineSigns& signs() const { return m_signs; }
    /// Vertical lines under the bars at the axis' ticks.
    void drawGrid(const QRect& rect);

private:
    void drawLabel(const TimelineRow& row, const Connection& connection, const Headline* headline);
    void drawBar(const TimelineRow& row, const Connection& connection);
    void drawEvents(const QRectF& bar, const std::vector<TimelineEvent>& events);
    void addSign(TimelineEvent::What what);
    void drawEvent(const QRectF& bar, const TimelineEvent& event);
    void drawWindow(const TimelineRow& row);
    void drawOutside(const TimelineRow& row, const Connection& connection);
    std::vector<TimelineTick> ticks() const;
    double pixelOfTick(const TimelineTick& tick) const;

    QPainter& m_painter;
    const OpenTrace& m_open;
    const TimelineScale& m_scale;
    const TimelineLabels& m_labels;
    const QPalette& m_palette;
    ChartTheme m_theme;
    TimelineSigns m_signs;
};

} // namespace whyrst
