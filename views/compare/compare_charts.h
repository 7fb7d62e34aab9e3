// The sequence charts of both captures under each other on one time axis, and the ladder beside them.
#pragma once

#include "model/document/comparison_session.h"
#include "views/charts/theme.h"

#include <QSplitter>

#include <array>

namespace whyrst {

class ChartStack;
class LadderView;
class TimeWindow;

/// All show the same range of time, the same cursor and the same selected packet or its twin.
class CompareCharts : public QSplitter
{
    Q_OBJECT

public:
    /// What is seen.
    enum class Shown : uint8_t
    {
        Charts,
        LadderOnly,
        Both
    };

    explicit CompareCharts(ComparisonSession* session, QWidget* parent = nullptr);

    void setTheme(ChartTheme theme);
    void setShown(Shown shown);
    Shown shown() const { return m_shown; }
    /// Shows the packets of finding `number` (from 1) so that they fill most of the width, and selects the first.
    void showFinding(int number);
    void fit();

    ChartStack* chart(Side capture) const { return m_charts[sideIndex(capture)]; }
    LadderView* ladder() const { return m_ladder; }
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
    void showSelection();
    void showCursor(std::optional<Duration> time);
    void bringIntoSight(uint32_t relation);

    ComparisonSession* m_session;
    std::shared_ptr<const PairDetails> m_details; ///< behind the charts
    QSplitter* m_stack;
    std::array<ChartStack*, 2> m_charts{};
    LadderView* m_ladder;
    Shown m_shown = Shown::Both;
};

/// Time from the first to the last packet of a finding in either capture, with room around it; nothing without packets.
std::optional<PairSpan> findingSpan(const PairDetails& details, const CompareFinding& finding);
/// What is shown at first: the headline's packets, else everything.
PairSpan storySpan(const PairDetails& details);

} // namespace whyrst
