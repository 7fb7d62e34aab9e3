// The ladder as a widget: arrows between the two captures, time downwards.
#pragma once

#include "model/document/open_comparison.h"
#include "views/charts/theme.h"
#include "views/compare/ladder_painter.h"

#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>

class QTimer;

namespace whyrst {

class TimeWindow;

/// Shares the range of time with the charts. The wheel zooms at the pointer, a drag pans, a click selects; Space
/// changes whose clock stands at the left, Up and Down go to the neighbours, + and - zoom, Backspace goes back.
class LadderView : public QWidget
{
    Q_OBJECT

public:
    explicit LadderView(TimeWindow* window, QWidget* parent = nullptr);

    void setDetails(std::shared_ptr<const PairDetails> details);
    void setTheme(ChartTheme theme);
    void select(std::optional<uint32_t> relation);
    /// Shows only these packets and the selected one; nothing: all.
    void setFilter(std::optional<DifferenceFilter> filter);
    void showCursor(std::optional<Duration> time);
    void setFoldsSilence(bool folds);
    bool foldsSilence() const { return m_foldsSilence; }
    void swapClock();
    std::optional<Side> clock() const { return m_clock; }
    /// What was drawn last.
    const LadderPicture& picture();
    /// What the pointer's box says of a relation.
    QString readout(uint32_t relation) const;

    QSize sizeHint() const override { return {560, 480}; }
    QSize minimumSizeHint() const override { return {300, 160}; }

signals:
    void relationSelected(uint32_t relation);
    void cursorMoved(std::optional<whyrst::Duration> time);
    void fitRequested();

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
    QString spokenText() const;
    void updatePicture();
    void panTo(QPointF position);
    void goToNeighbour(int step);

    TimeWindow* m_window;
    QTimer* m_wheelPause;
    std::shared_ptr<const PairDetails> m_details;
    ChartTheme m_theme = ChartTheme::Light;
    std::optional<uint32_t> m_selected;
    std::optional<Duration> m_cursor;
    std::optional<Side> m_clock;
    std::optional<DifferenceFilter> m_filter;
    bool m_foldsSilence = true;
    bool m_isStale = true;
    QImage m_image;
    LadderPicture m_picture;
    std::optional<QPointF> m_press; ///< where the left button went down
    bool m_isPanning = false;
    LadderScale m_pressScale;
    Duration m_pressBegin{};
    Duration m_pressEnd{};
};

/// Captions of a ladder: "Client's capture: upload.pcap".
std::array<QString, 2> ladderCaptions(const OpenComparison& open);
/// The findings' numbers at their first packets.
std::vector<LadderMark> ladderMarks(const PairDetails& details);

} // namespace whyrst
