// Two captures of the same connections side by side: where the trouble sits, pairs, charts, ladder, differences.
#pragma once

#include "model/document/comparison_session.h"
#include "model/document/pair_list_model.h"
#include "views/charts/theme.h"
#include "views/compare/compare_charts.h"
#include "views/compare/side_by_side_view.h"

#include <array>

class QListView;
class QMenu;
class QSplitter;
class QToolButton;

namespace whyrst {

class DifferencePane;
class FindingList;
class PlainLabel;
class WhereBar;

class CompareView : public SideBySideView
{
    Q_OBJECT

public:
    explicit CompareView(ComparisonSession* session, QWidget* parent = nullptr);

    void setTheme(ChartTheme theme);
    /// The next view of: charts, ladder, both.
    void toggleLadder();
    void setShown(CompareCharts::Shown shown);
    void goToDifference(int step);
    void showFinding(int number);
    /// What can be done with finding `number`, from 1; the caller deletes it.
    QMenu* makeFindingMenu(int number);

    WhereBar* whereBar() const { return m_where; }
    FindingList* findings() const { return m_findings; }
    QListView* pairs() const { return m_pairs; }
    CompareCharts* charts() const { return m_charts; }
    DifferencePane* differences() const { return m_differences; }
    QString headline() const;
    QString clockSentence() const;

signals:
    void readoutChanged(const QString& text);
    /// A person says that the refused pair `index` of the comparison is one connection.
    void pairingRequested(uint index);
    /// A person says that the pair `index` of the comparison is none.
    void partingRequested(uint index);
    /// A person says that the captures were still running when the last packets were sent.
    void stillRunningRequested();
    /// A person wants the picture of finding `number` of the shown pair.
    void findingPictureRequested(int number);

protected:
    void layOut() override;

private:
    void createPairActions();
    QWidget* createLeft();
    QWidget* createRight();
    QWidget* createBar();
    void connectPanes();
    void orderTabStops();
    void showComparison();
    void showPair();
    void showDirection();
    void showPlace(std::optional<ComparePlace> place);
    bool isInTable(uint32_t relation) const;
    void choosePair(const QModelIndex& row);
    void offerFinding(const QPoint& position);

    ComparisonSession* m_session;
    PairListModel* m_model;
    WhereBar* m_where;
    std::optional<ComparePlace> m_place; ///< whose packets are shown; nothing: all
    PlainLabel* m_headline;
    PlainLabel* m_clock;
    FindingList* m_findings;
    QListView* m_pairs;
    CompareCharts* m_charts;
    DifferencePane* m_differences;
    QAction* m_pairByHand = nullptr;
    QAction* m_part = nullptr;
    QWidget* m_bar = nullptr;
    QSplitter* m_left = nullptr;
    QSplitter* m_main = nullptr;
    QSplitter* m_right = nullptr;
    std::array<QToolButton*, 3> m_shownButtons{};
    std::array<QToolButton*, 2> m_directionButtons{};
    QToolButton* m_fold = nullptr;
};

} // namespace whyrst
