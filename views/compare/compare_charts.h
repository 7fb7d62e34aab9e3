// The sequence charts of both captures under each other on one time axis, and the ladder beside them.
#pragma once

#include "model/document/comparison_session.h"
#include "views/charts/theme.h"
#include "views/compare/shown_panes.h"
#include "views/compare/twin_painter.h"

#include <QSplitter>

#include <array>

namespace whyrst {

class ChartStack;
class LadderView;
class TimeWindow;
struct ComparisonImageRequest;

/// All show the same range of time, the same cursor and the same selected packet or its twin.
class CompareCharts : public QSplitter
{
    Q_OBJECT

public:
    using Shown = ShownPanes;

    explicit CompareCharts(ComparisonSession* session, QWidget* parent = nullptr);

    void setTheme(ChartTheme theme);
    void setShown(Shown shown);
    Shown shown() const { return m_shown; }
    /// Shows the packets of finding `number` (from 1) so that they fill most of the width, and selects the first.
    void showFinding(int number);
    void fit();
    /// Shows only the packets of a place on the ladder and between the charts; nothing: of all.
    void setPlace(std::optional<ComparePlace> place);
    /// Shows the delay of both directions between the charts.
    void showDelay(bool isShown);
    bool isDelayShown() const { return m_isDelayShown; }
    /// Shows one chart of both captures instead of two.
    void overlay(bool isOverlaid);
    bool isOverlaid() const { return m_isOverlaid; }

    /// The picture of what is seen: the same panes, direction and time; there must be a pair.
    ComparisonImageRequest imageRequest() const;

    ChartStack* delayChart() const { return m_delay; }
    ChartStack* chart(Side capture) const { return m_charts[sideIndex(capture)]; }
    LadderView* ladder() const { return m_ladder; }
    /// The lines between packets and their twins, in pixels of the client's chart; none while a chart is hidden.
    std::vector<TwinLine> twinLines();
    TimeWindow* timeWindow() const;

signals:
    /// The moment at the pointer by both clocks; empty without pointer.
    void readoutChanged(const QString& text);
    void findingSelected(int number);

private:
    void connectPanes();
    void showPair();
    void showDirection();
    void buildCharts();
    void rebuildCharts();
    std::array<ChartStack*, 3> stacks() const { return {m_charts[0], m_delay, m_charts[1]}; }
    void showSelection();
    void showCursor(std::optional<Duration> time);
    void bringIntoSight(uint32_t relation);
    std::optional<TwinRequest> twinRequest(const QWidget* on);
    void paintTwins(QPainter& painter, const QWidget* on);

    ComparisonSession* m_session;
    std::shared_ptr<const PairDetails> m_details; ///< behind the charts
    std::vector<uint32_t> m_told;                 ///< its relations that findings are about
    QSplitter* m_stack;
    std::array<ChartStack*, 2> m_charts{};
    ChartStack* m_delay;
    LadderView* m_ladder;
    std::optional<DifferenceFilter> m_filter; ///< of the chosen place
    bool m_isDelayShown = false;
    bool m_isOverlaid = false;
    Shown m_shown = Shown::Both;
};

/// Time from the first to the last packet of a finding in either capture, with room around it; nothing without packets.
std::optional<PairSpan> findingSpan(const PairDetails& details, const CompareFinding& finding);
/// The same within the connection's time; all of it for a finding without packets and for none.
PairSpan shownSpan(const PairDetails& details, const CompareFinding* finding);
/// What is shown at first: the headline's packets, and the RSTs of the end when they are not far off; else everything.
PairSpan storySpan(const PairDetails& details);

} // namespace whyrst
