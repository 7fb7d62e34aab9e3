// The panes around an open trace, in step with each other.
#pragma once

#include "model/document/session.h"
#include "views/charts/theme.h"

#include <QMainWindow>

#include <memory>
#include <optional>
#include <vector>

class QDockWidget;
class QSplitter;

namespace whyrst {

class ChartStack;
class ConnectionList;
class ConnectionTimeline;
class FindingsPanel;
class PacketTable;
class ResetList;
class WhyPanel;
struct ChartData;
struct Episode;
struct TimelineRange;

/// The panes that a workspace has, for menus, settings and tests.
struct WorkspacePanes
{
    ResetList* resets = nullptr;
    ConnectionList* connections = nullptr;
    ConnectionTimeline* timeline = nullptr;
    ChartStack* charts = nullptr;
    WhyPanel* why = nullptr;
    PacketTable* packets = nullptr;
    FindingsPanel* findings = nullptr;
};

/// Resets and connections on the left, timeline over charts in the middle, the answer on the right, packets and
/// findings below.
///
/// Every pane tells the session what was selected, and shows what the session says is selected.
class Workspace : public QMainWindow
{
    Q_OBJECT

public:
    explicit Workspace(Session* session, QWidget* parent = nullptr);

    const WorkspacePanes& panes() const { return m_panes; }
    /// Show and hide the panels.
    std::vector<QAction*> panelActions() const;
    void setTheme(ChartTheme theme);
    /// All panels, in sizes that fit the window; what a first start shows.
    void resetLayout();
    /// What a person arranged; empty when nothing was.
    QByteArray saveLayout() const;
    bool restoreLayout(const QByteArray& layout);

public slots:
    void toggleDirection();
    void goToFirstStep();
    void goToLastStep();
    void goToNextStep();
    void goToPreviousStep();
    /// Selects a step of the chain, from 1, in all panes.
    void goToStep(int number);
    /// Brings the findings to the front and the keyboard to them; the packets when they are there already.
    void toggleFindings();
    /// Says what the selected packet is, and why, beside its row in the packet table.
    void explainPacket();

signals:
    /// What is near the pointer on the charts; may be empty.
    void readoutChanged(const QString& text);
    void exportRequested();

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QDockWidget* addPanel(Qt::DockWidgetArea area, const QString& title, const QString& name, QWidget* content);
    void createPanels();
    void connectPanes();
    void connectSession();
    void showTrace();
    void growTrace();
    void showConnection();
    void growConnection();
    void showDiagnosis();
    void showDirection();
    void showPacket(PacketNumber frame);
    void showCharts();
    std::vector<ChartData> buildCharts() const;
    void selectInLists();
    void fitPanels();
    void fitTimelineHeight();
    void keepLayout() { m_hasOwnLayout = true; }
    void showChartWindow();
    void showBrushedRange(const TimelineRange& range);
    void showEpisode(const Episode& episode);
    void raisePanel(QWidget* content);
    std::optional<uint32_t> shownHeadline() const;
    int stepOf(PacketNumber frame) const;
    int stepCount() const;

    Session* m_session;
    WorkspacePanes m_panes;
    QSplitter* m_center;
    std::vector<QDockWidget*> m_docks;
    std::shared_ptr<const ConnectionDetails> m_details; ///< what the charts read
    int m_step = 0;                                     ///< selected step, 0: none
    bool m_hasOwnLayout = false;                        ///< restored or arranged by hand: nothing changes it any more
};

} // namespace whyrst
