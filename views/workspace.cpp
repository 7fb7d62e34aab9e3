#include "views/workspace.h"

#include "model/charts/chart_table.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/connection_list.h"
#include "views/connection_timeline.h"
#include "views/findings_panel.h"
#include "views/packet_table.h"
#include "views/reset_list.h"
#include "views/tab_order.h"
#include "views/why_panel.h"

#include <QAction>
#include <QDataStream>
#include <QDockWidget>
#include <QEvent>
#include <QIODevice>
#include <QLineEdit>
#include <QSplitter>
#include <QTableView>

#include <algorithm>
#include <utility>

namespace whyrst {
namespace {

constexpr int layoutVersion = 2; // 2: with findings

int share(int of, double part, int least, int most)
{
    return std::clamp(static_cast<int>(of * part), least, most);
}

/// The time that an episode's packets take: of a run or a series that nothing ended not what comes after them.
Duration shownLength(const Connection& connection, const Episode& episode)
{
    const bool isSeries = episode.kind == EpisodeKind::DupAckRun || episode.kind == EpisodeKind::LossRepair
        || episode.kind == EpisodeKind::KeepAlives;
    const bool isUnended = episode.ended == EpisodeEnd::Never || episode.ended == EpisodeEnd::Reset;
    LocatedSegment last;
    if (isSeries && isUnended && findSegment(connection, episode.last, last))
        return last.segment.time - episode.begin;
    return episode.duration();
}

} // namespace

Workspace::Workspace(Session* session, QWidget* parent)
    : QMainWindow(parent)
    , m_session(session)
    , m_center(new QSplitter(Qt::Vertical, this))
{
    setWindowFlags(Qt::Widget); // a pane of the window that has the menus
    setDockNestingEnabled(true);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    createPanels();
    connectPanes();
    connectSession();
}

QDockWidget* Workspace::addPanel(Qt::DockWidgetArea area, const QString& title, const QString& name, QWidget* content)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name); // saved layouts refer to it
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks.push_back(dock);
    connect(dock->toggleViewAction(), &QAction::triggered, this, &Workspace::keepLayout);
    connect(dock, &QDockWidget::topLevelChanged, this, &Workspace::keepLayout);
    return dock;
}

void Workspace::createPanels()
{
    m_panes.resets = new ResetList;
    m_panes.connections = new ConnectionList;
    m_panes.timeline = new ConnectionTimeline;
    m_panes.charts = new ChartStack;
    m_panes.why = new WhyPanel(m_session);
    m_panes.packets = new PacketTable;
    m_panes.findings = new FindingsPanel;
    m_panes.charts->setFocusPolicy(Qt::StrongFocus);
    addPanel(Qt::LeftDockWidgetArea, tr("Resets"), QStringLiteral("resets"), m_panes.resets);
    addPanel(Qt::LeftDockWidgetArea, tr("Connections"), QStringLiteral("connections"), m_panes.connections);
    addPanel(Qt::RightDockWidgetArea, tr("Why?"), QStringLiteral("why"), m_panes.why);
    addPanel(Qt::BottomDockWidgetArea, tr("Packets of the connection"), QStringLiteral("packets"), m_panes.packets);
    QDockWidget* findings
        = addPanel(Qt::BottomDockWidgetArea, tr("Findings"), QStringLiteral("findings"), m_panes.findings);
    connect(findings, &QDockWidget::visibilityChanged, m_panes.findings, &FindingsPanel::setSeen);
    tabifyDockWidget(m_docks[3], m_docks[4]);
    m_docks[3]->raise();
    m_center->addWidget(m_panes.timeline);
    m_center->addWidget(m_panes.charts);
    m_center->setStretchFactor(1, 1);
    m_center->setChildrenCollapsible(false);
    setCentralWidget(m_center);
    orderTabs({m_panes.resets, m_panes.connections->filterBox(), m_panes.connections->table(), m_panes.timeline,
        m_panes.charts, m_panes.why});
    connect(m_center, &QSplitter::splitterMoved, this, &Workspace::keepLayout);
}

void Workspace::connectPanes()
{
    connect(m_panes.resets, &ResetList::headlineSelected, m_session, &Session::selectHeadline);
    connect(m_panes.connections, &ConnectionList::connectionSelected, m_session, &Session::selectConnection);
    connect(m_panes.connections, &ConnectionList::rowsChanged, m_panes.timeline,
        [this] { m_panes.timeline->setRows(m_panes.connections->shownConnections()); });
    connect(m_panes.timeline, &ConnectionTimeline::connectionSelected, m_session, &Session::selectConnection);
    connect(m_panes.timeline, &ConnectionTimeline::rangeBrushed, this, &Workspace::showBrushedRange);
    connect(m_panes.packets, &PacketTable::packetSelected, m_session, &Session::selectPacket);
    connect(m_panes.findings, &FindingsPanel::episodeSelected, this, &Workspace::showEpisode);
    connect(m_panes.findings, &FindingsPanel::episodeActivated, this, [this] { raisePanel(m_panes.packets); });
    connect(m_panes.findings, &FindingsPanel::readoutChanged, this, &Workspace::readoutChanged);
    connect(m_panes.charts, &ChartStack::packetSelected, m_session, &Session::selectPacket);
    connect(m_panes.charts, &ChartStack::stepSelected, this, &Workspace::goToStep);
    connect(m_panes.charts, &ChartStack::readoutChanged, this, &Workspace::readoutChanged);
    connect(m_panes.charts->timeWindow(), &TimeWindow::rangeChanged, this, &Workspace::showChartWindow);
    connect(m_panes.why, &WhyPanel::stepActivated, this, &Workspace::goToStep);
    connect(m_panes.why, &WhyPanel::packetActivated, m_session, &Session::selectPacket);
    connect(m_panes.why, &WhyPanel::resetChosen, m_session, &Session::selectReset);
    connect(m_panes.why, &WhyPanel::exportRequested, this, &Workspace::exportRequested);
}

void Workspace::connectSession()
{
    connect(m_session, &Session::traceChanged, this, &Workspace::showTrace);
    connect(m_session, &Session::traceGrown, this, &Workspace::growTrace);
    connect(m_session, &Session::connectionGrown, this, &Workspace::growConnection);
    connect(m_session, &Session::connectionChanged, this, &Workspace::showConnection);
    connect(m_session, &Session::diagnosisChanged, this, &Workspace::showDiagnosis);
    connect(m_session, &Session::directionChanged, this, &Workspace::showDirection);
    connect(m_session, &Session::packetChanged, this, &Workspace::showPacket);
}

std::vector<QAction*> Workspace::panelActions() const
{
    std::vector<QAction*> actions;
    for (const QDockWidget* dock : m_docks)
        actions.push_back(dock->toggleViewAction());
    return actions;
}

void Workspace::setTheme(ChartTheme theme)
{
    m_panes.charts->setTheme(theme);
    m_panes.why->rebuild(); // its signs have colours of the theme
    m_panes.why->setSelectedStep(m_step);
}

void Workspace::resetLayout()
{
    for (QDockWidget* dock : m_docks) {
        dock->setFloating(false);
        dock->show();
    }
    tabifyDockWidget(m_docks[3], m_docks[4]);
    m_docks[3]->raise();
    m_hasOwnLayout = false; // docking a floating panel is an arrangement too
    fitPanels();
}

void Workspace::fitPanels()
{
    const int left = share(width(), 0.20, 250, 400);
    const int right = share(width(), 0.31, 330, 520);
    const int bottom = share(height(), 0.24, 145, 275);
    const int column = height() - bottom;
    resizeDocks({m_docks[0], m_docks[2]}, {left, right}, Qt::Horizontal);
    resizeDocks({m_docks[0], m_docks[1]}, {column * 2 / 5, column * 3 / 5}, Qt::Vertical);
    resizeDocks({m_docks[3]}, {bottom}, Qt::Vertical);
    fitTimelineHeight();
}

/// As much for the timeline as its rows need, up to a third: the charts are what is read.
void Workspace::fitTimelineHeight()
{
    const int all = m_center->height();
    const auto rows = static_cast<int>(std::min<size_t>(m_panes.connections->shownConnections().size(), 12));
    const int wanted = m_panes.timeline->heightForRows(rows);
    const int timeline = std::clamp(wanted, m_panes.timeline->minimumSizeHint().height(), std::max(all / 3, 100));
    m_center->setSizes({timeline, all - timeline});
}

void Workspace::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (!m_hasOwnLayout)
        fitPanels();
}

/// The only mouse presses that come here, not to a pane, are those on the handles between the panels.
bool Workspace::event(QEvent* event)
{
    if (event->type() == QEvent::MouseButtonPress)
        keepLayout();
    return QMainWindow::event(event);
}

QByteArray Workspace::saveLayout() const
{
    QByteArray layout;
    if (!m_hasOwnLayout)
        return layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << size() << saveState(layoutVersion) << m_center->saveState();
    return layout;
}

bool Workspace::restoreLayout(const QByteArray& layout)
{
    QSize saved;
    QByteArray docks;
    QByteArray center;
    QDataStream stream(layout);
    stream >> saved >> docks >> center;
    if (stream.status() != QDataStream::Ok || !restoreState(docks, layoutVersion))
        return false;
    m_center->restoreState(center);
    m_hasOwnLayout = true;
    return true;
}

void Workspace::showTrace()
{
    m_panes.resets->setTrace(m_session->openTrace());
    m_panes.timeline->setTrace(m_session->openTrace());
    m_panes.connections->setTrace(m_session->openTrace());
    if (!m_hasOwnLayout)
        fitTimelineHeight();
}

void Workspace::growTrace()
{
    m_panes.resets->grow(m_session->openTrace());
    m_panes.timeline->grow(m_session->openTrace());
    m_panes.connections->grow(m_session->openTrace());
}

void Workspace::growConnection()
{
    const auto detailsBefore = std::exchange(m_details, m_session->details()); // charts read these until they grow
    m_panes.packets->grow(m_details);
    m_panes.findings->grow(m_details);
    m_panes.packets->setChain(m_session->diagnosis());
    m_panes.charts->growCharts(buildCharts(), storySpan(m_details->connection(), m_session->diagnosis()));
    m_panes.resets->setSelected(shownHeadline());
    m_step = stepOf(m_session->packet());
    m_panes.why->setSelectedStep(m_step);
    showChartWindow();
}

void Workspace::showConnection()
{
    m_step = 0;
    m_panes.packets->setConnection(m_session->details());
    m_panes.findings->setConnection(m_session->details());
    m_panes.packets->setChain(m_session->diagnosis());
    showCharts();
    selectInLists();
}

void Workspace::showDiagnosis()
{
    m_step = 0;
    m_panes.packets->setChain(m_session->diagnosis());
    showCharts();
    selectInLists();
}

void Workspace::showDirection()
{
    const TimeWindow* window = m_panes.charts->timeWindow();
    const Duration begin = window->begin();
    const Duration end = window->end();
    showCharts();
    m_panes.charts->showSpan(begin, end);
    m_panes.charts->selectPacket(m_session->packet());
}

void Workspace::showCharts()
{
    const Connection* connection = m_session->connection();
    if (!connection) {
        m_panes.charts->clear();
        m_panes.timeline->setChartWindow({});
        m_details.reset();
        return;
    }
    const auto detailsBefore = std::exchange(m_details, m_session->details()); // charts read these until replaced
    m_panes.charts->setCharts(buildCharts(), storySpan(*connection, m_session->diagnosis()));
    showChartWindow();
}

std::vector<ChartData> Workspace::buildCharts() const
{
    std::vector<ChartData> charts;
    for (const ChartKind& kind : chartTable())
        charts.push_back(kind.build({*m_details->open.trace, m_details->connection(), m_details->analysis,
            m_session->direction(), m_session->diagnosis()}));
    return charts;
}

void Workspace::selectInLists()
{
    const Connection* connection = m_session->connection();
    const auto id = connection ? std::optional(connection->id) : std::nullopt;
    m_panes.connections->setSelected(id);
    m_panes.timeline->setSelected(id);
    m_panes.resets->setSelected(shownHeadline());
}

std::optional<uint32_t> Workspace::shownHeadline() const
{
    const Diagnosis* diagnosis = m_session->diagnosis();
    if (!diagnosis)
        return std::nullopt;
    const ConnectionId id = m_session->connection()->id;
    const auto& headlines = m_session->openTrace().diagnosis->headlines;
    const auto isShown = [&](const Headline& h) { return h.connection == id && h.frame == diagnosis->frame; };
    const auto found = std::ranges::find_if(headlines, isShown);
    if (found != headlines.end())
        return static_cast<uint32_t>(found - headlines.begin());
    const ConnectionSummary* summary = m_session->openTrace().summary(id);
    return summary ? summary->primary : std::nullopt;
}

void Workspace::showPacket(PacketNumber frame)
{
    m_panes.packets->setSelected(frame);
    m_panes.charts->selectPacket(frame);
    m_step = stepOf(frame);
    m_panes.why->setSelectedStep(m_step);
}

int Workspace::stepOf(PacketNumber frame) const
{
    const Diagnosis* diagnosis = m_session->diagnosis();
    if (!diagnosis)
        return 0;
    const auto step = std::ranges::find_if(
        diagnosis->chain, [frame](const EvidenceStep& evidence) { return evidence.frame == frame; });
    return step == diagnosis->chain.end() ? m_panes.packets->packets()->stepOf(frame)
                                          : static_cast<int>(step - diagnosis->chain.begin()) + 1;
}

int Workspace::stepCount() const
{
    const Diagnosis* diagnosis = m_session->diagnosis();
    return diagnosis ? static_cast<int>(diagnosis->chain.size()) : 0;
}

void Workspace::goToStep(int number)
{
    if (number < 1 || number > stepCount())
        return;
    const EvidenceStep& step = m_session->diagnosis()->chain[static_cast<size_t>(number) - 1];
    if (step.frame)
        m_session->selectPacket(*step.frame);
    // After the packet: two steps may share one, and a ghost has none.
    m_step = number;
    m_panes.charts->selectStep(number);
    m_panes.why->setSelectedStep(number);
}

void Workspace::goToFirstStep()
{
    goToStep(1);
}

void Workspace::goToLastStep()
{
    goToStep(stepCount());
}

void Workspace::goToNextStep()
{
    goToStep(std::min(m_step + 1, stepCount()));
}

void Workspace::goToPreviousStep()
{
    goToStep(m_step == 0 ? stepCount() : std::max(m_step - 1, 1));
}

/// The packets of the episode, with as much around them as makes them readable.
void Workspace::showEpisode(const Episode& episode)
{
    const Connection* connection = m_session->connection();
    if (!connection)
        return;
    constexpr int share = 10;
    constexpr Duration least = std::chrono::milliseconds(2);
    const Duration length = shownLength(*connection, episode);
    const Duration margin = std::max({length / share, m_details->analysis.fullRoundTrip(), least});
    const Duration begin = episode.begin - connection->firstTime;
    if (episode.kind != EpisodeKind::Stall)
        m_session->setDirection(episode.dataSender);
    m_session->selectPacket(episode.first);
    m_panes.charts->showSpan(begin - margin, begin + length + margin);
}

void Workspace::raisePanel(QWidget* content)
{
    auto* dock = qobject_cast<QDockWidget*>(content->parentWidget());
    if (!dock)
        return;
    dock->show();
    dock->raise();
    content->setFocus(Qt::ShortcutFocusReason);
}

void Workspace::toggleFindings()
{
    raisePanel(m_panes.findings->isSeen() ? static_cast<QWidget*>(m_panes.packets) : m_panes.findings);
}

void Workspace::explainPacket()
{
    raisePanel(m_panes.packets);
    m_panes.packets->explainSelected();
}

void Workspace::toggleDirection()
{
    m_session->setDirection(otherSide(m_session->direction()));
}

void Workspace::showChartWindow()
{
    const Connection* connection = m_session->connection();
    if (!connection)
        return;
    const TimeWindow* window = m_panes.charts->timeWindow();
    m_panes.timeline->setChartWindow(
        TimelineRange{connection->firstTime + window->begin(), connection->firstTime + window->end()});
}

/// The charts follow the timeline's brush when it touches their connection.
void Workspace::showBrushedRange(const TimelineRange& range)
{
    const Connection* connection = m_session->connection();
    if (!connection || range.end <= connection->firstTime || range.begin >= connection->lastTime)
        return;
    m_panes.charts->showSpan(range.begin - connection->firstTime, range.end - connection->firstTime);
}

} // namespace whyrst
