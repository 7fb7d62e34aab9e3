// All charts of a connection under each other on one time axis: the widget of the main window.
#pragma once

#include "model/charts/chart_table.h"
#include "views/charts/plot_area.h"
#include "views/charts/theme.h"

#include <QImage>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QTimer;

namespace whyrst {

class ChartScene;
class TimeWindow;
enum class TimeAxis : uint8_t;
struct NearPacket;
struct StackGesture;
struct ValueRange;

/// Draws charts, numbered marks of the chain, the selected packet and a crosshair.
///
/// Without modes: the wheel zooms time at the pointer, Ctrl+wheel the values; a drag pans; Shift-drag or a drag with
/// the right button zooms to the box; a double click fits the story, another one shows everything; Backspace or
/// Alt+Left goes back, Alt+Right forward; + and - zoom; Shift+Left and Shift+Right pan; Left and Right go to the
/// previous and next packet. A click of the right button, or the menu key, offers the actions of the widget.
class ChartStack : public QWidget
{
    Q_OBJECT

public:
    /// With `shared`, a window that another stack owns: both show the same range of time.
    explicit ChartStack(QWidget* parent = nullptr, TimeWindow* shared = nullptr);
    ~ChartStack() override;

    /// Replaces all charts. The trace behind their points must live until they are replaced or the widget dies.
    /// `story` is what fit() shows first.
    void setCharts(std::vector<ChartData> charts, TimeSpan story);
    /// Replaces all charts by those of the same connection when there is more of it. Range, history, value axes,
    /// hidden series and the selected packet stay; the trace behind the charts before may go now.
    void growCharts(std::vector<ChartData> charts, TimeSpan story);
    const std::vector<ChartData>& charts() const;
    void clear();

    /// The range of time, to share with the connection timeline. Never null.
    TimeWindow* timeWindow() const { return m_window; }
    ChartTheme theme() const;
    PacketNumber selectedPacket() const;
    /// The text twin for screen readers: descriptions of all charts and the visible range.
    QString accessibleText() const;
    /// What a chart shows and where, in pixels of the widget, as it is drawn next.
    PlotArea plotArea(size_t chart);
    /// Where words of the legend of `chart` stand, in pixels of the widget.
    std::vector<QRectF> legendBoxes(size_t chart);
    /// Draws upon the charts and under what follows the pointer, in pixels of the widget. Call update() when it would
    /// draw something else.
    using Overlay = std::function<void(QPainter&)>;
    void setOverlay(Overlay overlay) { m_overlay = std::move(overlay); }
    void setTimeAxis(TimeAxis axis);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public slots:
    void setTheme(whyrst::ChartTheme theme);
    /// Highlights the packet in all charts; no signal. 0 highlights nothing. Charts pan when it is out of sight.
    void selectPacket(whyrst::PacketNumber frame);
    /// Draws a line at a moment that the pointer is at elsewhere.
    void showCursor(std::optional<whyrst::Duration> time);
    /// Shows a range of time (remembered in the history).
    void showSpan(whyrst::Duration begin, whyrst::Duration end);
    /// Highlights step `number` (from 1) of the chain and brings it into sight; no signal. 0: none.
    void selectStep(int number);
    void fit(); ///< the story; when it is shown already, the whole connection
    void showAll();
    void back();
    void forward();

signals:
    void packetSelected(whyrst::PacketNumber frame);
    void stepSelected(int number);
    /// The readout at the pointer, plain text, empty when there is nothing near.
    void readoutChanged(const QString& text);
    /// The moment at the pointer; nothing when it has left.
    void cursorMoved(std::optional<whyrst::Duration> time);
    /// The charts are drawn anew: what plotArea() gives may be another.
    void redrawn();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void redraw();
    void onHistoryChanged();
    void updatePicture();
    void paintCrosshair(QPainter& painter) const;
    void paintCursor(QPainter& painter) const;
    void paintReadout(QPainter& painter) const;
    void paintBox(QPainter& painter) const;

    void pressAt(const QMouseEvent& event);
    void click(QPointF position);
    void offerMenu(const QPoint& position);
    void clickData(QPointF position);
    void panTo(QPointF position);
    void zoomToBox();
    void zoomTimeAt(double factor, QPointF position);
    void zoomValuesAt(double factor, QPointF position);
    void hoverAt(QPointF position);
    void stepPacket(PacketNumber frame);
    void goToNeighbour(int direction);
    void bringIntoSight(Duration time);
    void releaseValueAxes();
    std::vector<NearPacket> packetsAt(QPointF position) const;

    TimeWindow* m_window;
    std::unique_ptr<ChartScene> m_scene;
    std::unique_ptr<StackGesture> m_gesture;
    QTimer* m_wheelPause;
    QImage m_picture;
    Overlay m_overlay;
    bool m_isStale = true;
    TimeSpan m_story;
    PacketNumber m_selectedFrame;
    int m_selectedStep = 0;
    QPointF m_pointer;
    bool m_hasPointer = false;
    std::optional<Duration> m_cursor; ///< of another widget
    QString m_readout;
    std::vector<std::vector<std::optional<ValueRange>>> m_valueHistory; ///< value axes at each step of the history
};

} // namespace whyrst
