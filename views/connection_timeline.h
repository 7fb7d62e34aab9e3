// All connections of a trace as bars on one time axis.
#pragma once

#include "model/document/open_trace.h"
#include "views/timeline_painter.h"
#include "views/timeline_scale.h"

#include <QAbstractScrollArea>

#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

/// One bar a connection; draws the visible rows only, so their number does not matter.
///
/// A click selects; a drag over the bars or the axis zooms to that time; the wheel over the bars zooms at the pointer,
/// over the labels it scrolls; a double click shows all. Up, Down, Page Up/Down, Home and End move the selection, + and
/// - zoom, Left and Right pan.
class ConnectionTimeline : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit ConnectionTimeline(QWidget* parent = nullptr);

    void setTrace(const OpenTrace& open);
    /// Shows a later state of the same trace. The range of time stays; all of it stays all of it.
    void grow(const OpenTrace& open);
    /// The connections to show, from top to bottom. The first one in sight stays the first one, unless it is the
    /// first of all.
    void setRows(std::vector<ConnectionId> rows);
    /// Highlights a connection and scrolls to it; no signal.
    void setSelected(std::optional<ConnectionId> id);
    /// Draws a bracket on the selected bar: the part that the charts show.
    void setChartWindow(std::optional<TimelineRange> window);

    TimelineRange range() const { return m_range; }
    void showRange(const TimelineRange& range);
    void showAll();
    /// Where the bar of a visible connection is, in viewport coordinates; empty when it is scrolled out of sight.
    QRect rowRect(ConnectionId id) const;
    /// Height at which `rows` bars are visible without scrolling.
    int heightForRows(int rows) const;

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

signals:
    void connectionSelected(whyrst::ConnectionId id);
    /// A stretch of time was dragged out.
    void rangeBrushed(const whyrst::TimelineRange& range);

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    int rowHeight() const;
    int axisHeight() const;
    int legendHeight() const;
    int labelWidth() const;
    TimelineLabels labels() const;
    void measureLabels();
    int visibleRows() const;
    std::optional<int> rowAt(int y) const;
    QRect rectOfRow(int row) const;
    std::optional<int> selectedRow() const;
    TimelineScale scale() const;
    TimelineRange wholeRange() const;
    QString rowText(ConnectionId id) const;
    std::optional<int> rowOf(ConnectionId id) const;
    void updateScrollBar();
    void select(int row);
    void moveSelection(int by);
    void zoom(double factor, Timestamp anchor);
    void pan(double share);
    void paintRows(QPainter& painter);
    void paintBrush(QPainter& painter);

    OpenTrace m_open;
    std::vector<ConnectionId> m_rows;
    std::vector<int32_t> m_rowOf; ///< by connection; -1: none
    std::optional<ConnectionId> m_selected;
    std::optional<TimelineRange> m_chartWindow;
    TimelineRange m_range;
    TimelineLabels m_wantedLabels; ///< with room for the longest texts
    std::optional<QPoint> m_pressed;
    std::optional<QPoint> m_brush; ///< the drag's other end
};

} // namespace whyrst
