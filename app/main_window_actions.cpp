#include "app/main_window.h"

#include "views/charts/chart_stack.h"
#include "views/column_widths.h"
#include "views/compare/compare_view.h"
#include "views/compare/contrast_view.h"
#include "views/compare/difference_pane.h"
#include "views/compare/ladder_view.h"
#include "views/connection_list.h"
#include "views/message_bar.h"
#include "views/packet_table.h"
#include "views/reset_list.h"
#include "views/shortcuts_dialog.h"
#include "views/statistics_dialog.h"
#include "views/why_panel.h"
#include "views/window_scale_dialog.h"
#include "views/workspace.h"

#include <QAction>
#include <QActionGroup>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QTableView>

#include <array>
#include <utility>

namespace whyrst {
namespace {

constexpr int goToMargins = 24; // pixels around the text of the go-to box

} // namespace

template <typename Slot>
QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot)
{
    QAction* action = menu->addAction(text);
    action->setShortcuts(keys);
    connect(action, &QAction::triggered, this, slot);
    m_actions.push_back(action);
    return action;
}

template <typename Slot>
QAction* MainWindow::addTraceAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot)
{
    QAction* action = addAction(menu, text, keys, slot);
    m_traceActions.push_back(action);
    return action;
}

template <typename Slot>
QAction* MainWindow::addCompareAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot)
{
    QAction* action = addAction(menu, text, keys, slot);
    m_compareActions.push_back(action);
    return action;
}

template <typename Slot>
QAction* MainWindow::addSideBySideAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot)
{
    QAction* action = addAction(menu, text, keys, slot);
    m_sideBySideActions.push_back(action);
    return action;
}

void MainWindow::createMenus()
{
    createFileMenu();
    createViewMenu();
    createGoMenu();
    createResetsMenu();
    createAnalysisMenu();
    createCompareMenu();
    createExportMenu();
    createHelpMenu();
    createGoToBox();
}

void MainWindow::createFileMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    addAction(menu, tr("&Open\u2026"), {QKeySequence::Open}, [this] { chooseFiles(); });
    addAction(menu, tr("Open with a &filter\u2026"), {}, [this] { chooseFilesAndFilter(); });
    m_recentMenu = menu->addMenu(tr("Open &recent"));
    connect(menu, &QMenu::aboutToShow, this, &MainWindow::fillRecentMenu);
    addAction(menu, tr("Open the &sample"), {}, [this] { openSample(); });
    menu->addSeparator();
    addAction(menu, tr("Capture from an &interface\u2026"), {QKeySequence(Qt::CTRL | Qt::Key_K)},
        [this] { chooseInterface(); });
    m_stop = addAction(menu, tr("S&top the capture"), {}, [this] { stopCapture(); });
    menu->addSeparator();
    m_saveView = addTraceAction(menu, tr("&Save the view\u2026"), {QKeySequence::Save}, [this] { chooseViewFile(); });
    m_closeAction = addAction(menu, tr("&Close"), {QKeySequence::Close}, [this] { closeTrace(); });
    addAction(menu, tr("&Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] { close(); });
}

void MainWindow::fillRecentMenu()
{
    m_recentMenu->clear();
    const QStringList files = m_settings.recentFiles();
    for (const QString& file : files) {
        QString name = QFileInfo(file).fileName();
        QAction* action = m_recentMenu->addAction(name.replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setToolTip(file);
        connect(action, &QAction::triggered, this, [this, file] { openFile(file); });
    }
    m_recentMenu->setToolTipsVisible(true);
    m_recentMenu->setEnabled(!files.isEmpty());
}

void MainWindow::createViewMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    ChartStack* charts = m_workspace->panes().charts;
    charts->addActions({
        addTraceAction(menu, tr("&Fit the story"), {QKeySequence(Qt::Key_F)}, [charts] { charts->fit(); }),
        addTraceAction(menu, tr("Show the &whole connection"), {QKeySequence(Qt::SHIFT | Qt::Key_F)},
            [charts] { charts->showAll(); }),
        addTraceAction(menu, tr("&Back"), {QKeySequence(Qt::ALT | Qt::Key_Left)}, [charts] { charts->back(); }),
        addTraceAction(menu, tr("F&orward"), {QKeySequence(Qt::ALT | Qt::Key_Right)}, [charts] { charts->forward(); }),
        addTraceAction(
            menu, tr("Swap &direction"), {QKeySequence(Qt::Key_D)}, [this] { m_workspace->toggleDirection(); }),
    });
    menu->addSeparator();
    createWiresharkAction(menu);
    createThemeMenu(menu);
    QMenu* panels = menu->addMenu(tr("&Panels"));
    for (QAction* action : m_workspace->panelActions())
        panels->addAction(action);
    panels->addSeparator();
    addAction(panels, tr("&Reset the layout"), {}, [this] {
        m_workspace->resetLayout();
        for (ColumnWidths* widths : centralWidget()->findChildren<ColumnWidths*>())
            widths->forget();
    });
}

void MainWindow::createWiresharkAction(QMenu* view)
{
    QAction* action = addAction(view, tr("&Wireshark's flags in the packet table"), {}, [] {});
    action->setCheckable(true);
    const auto show = [this](bool isShown) {
        for (PacketTable* table : centralWidget()->findChildren<PacketTable*>())
            table->showWireshark(isShown);
    };
    action->setChecked(m_settings.showsWireshark());
    show(action->isChecked());
    connect(action, &QAction::toggled, this, [this, show](bool isShown) {
        m_settings.setShowsWireshark(isShown);
        show(isShown);
    });
}

void MainWindow::createThemeMenu(QMenu* view)
{
    QMenu* menu = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::array<std::pair<ThemeChoice, QString>, 3> themes{{{ThemeChoice::System, tr("As the &system")},
        {ThemeChoice::Light, tr("&Light")}, {ThemeChoice::Dark, tr("&Dark")}}};
    for (const auto& [choice, text] : themes) {
        QAction* action = addAction(menu, text, {}, [this, theme = choice] { setTheme(theme); });
        action->setCheckable(true);
        action->setChecked(m_settings.theme() == choice);
        group->addAction(action);
    }
}

void MainWindow::createGoMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Go"));
    const auto step = [this](void (Workspace::*go)()) { return [this, go] { (m_workspace->*go)(); }; };
    addTraceAction(menu, tr("&Next step"), {QKeySequence(Qt::CTRL | Qt::Key_Down)}, step(&Workspace::goToNextStep));
    addTraceAction(
        menu, tr("&Previous step"), {QKeySequence(Qt::CTRL | Qt::Key_Up)}, step(&Workspace::goToPreviousStep));
    addTraceAction(menu, tr("&First step"), {QKeySequence(Qt::CTRL | Qt::Key_Home)}, step(&Workspace::goToFirstStep));
    addTraceAction(menu, tr("&Last step"), {QKeySequence(Qt::CTRL | Qt::Key_End)}, step(&Workspace::goToLastStep));
    menu->addSeparator();
    addTraceAction(menu, tr("&Go to packet\u2026"), {QKeySequence(Qt::CTRL | Qt::Key_G)},
        [this] { m_goTo->setFocus(Qt::ShortcutFocusReason); });
    QTableView* connections = m_workspace->panes().connections->table();
    connections->addAction(
        addTraceAction(menu, tr("P&revious use of these ports"), {}, [this] { goToUse(PortUse::Previous); }));
    connections->addAction(
        addTraceAction(menu, tr("Ne&xt use of these ports"), {}, [this] { goToUse(PortUse::Next); }));
    addTraceAction(menu, tr("F&ilter connections"), {QKeySequence(Qt::CTRL | Qt::Key_F)},
        [this] { m_workspace->panes().connections->filterBox()->setFocus(Qt::ShortcutFocusReason); });
}

void MainWindow::createResetsMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Resets"));
    ResetList* resets = m_workspace->panes().resets;
    addTraceAction(menu, tr("&Next reset"), {QKeySequence(Qt::Key_N)}, [resets] { resets->selectNext(); });
    addTraceAction(
        menu, tr("&Previous reset"), {QKeySequence(Qt::SHIFT | Qt::Key_N)}, [resets] { resets->selectPrevious(); });
    addTraceAction(
        menu, tr("&Worst reset"), {QKeySequence(Qt::CTRL | Qt::Key_1)}, [this] { m_session.selectHeadline(0); });
    menu->addSeparator();
    addTraceAction(menu, tr("&Only connections with this cause"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F)},
        [this] { showCauseOnly(); });
}

void MainWindow::createAnalysisMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Analysis"));
    createVantageMenu(menu);
    m_swapSides = addTraceAction(menu, tr("S&wap client and server"), {}, [this] { swapSidesOfShown(); });
    m_windowScale
        = addTraceAction(menu, tr("Window sca&le of the connection\u2026"), {}, [this] { chooseWindowScale(); });
    m_keepDuplicates = addTraceAction(menu, tr("Count packets recorded &twice"), {}, [this] {
        LoadChoices choices = m_shown.choices;
        choices.keepDuplicates = m_keepDuplicates->isChecked();
        reopen(choices);
    });
    m_keepDuplicates->setCheckable(true);
    menu->addSeparator();
    addTraceAction(
        menu, tr("&Findings of the connection"), {QKeySequence(Qt::Key_E)}, [this] { m_workspace->toggleFindings(); });
    addTraceAction(
        menu, tr("&Explain the selected packet"), {QKeySequence(Qt::Key_X)}, [this] { m_workspace->explainPacket(); });
    QAction* statistics = addTraceAction(
        menu, tr("Handshake and stat&istics"), {QKeySequence(Qt::CTRL | Qt::Key_I)}, [this] { showStatistics(); });
    QTableView* table = m_workspace->panes().connections->table();
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
    table->addAction(statistics);
    table->addAction(m_swapSides);
    table->addAction(m_windowScale);
}

void MainWindow::showStatistics()
{
    const std::shared_ptr<const ConnectionDetails> details = m_session.details();
    if (!details)
        return;
    auto* dialog = new StatisticsDialog(details->connection(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

void MainWindow::createVantageMenu(QMenu* analysis)
{
    QMenu* menu = analysis->addMenu(tr("&Captured at"));
    m_vantage = new QActionGroup(this);
    const std::array<std::pair<DiagnosisSettings::Place, QString>, 4> places{
        {{std::nullopt, tr("&Automatic")}, {VantagePlace::Client, tr("The &client")},
            {VantagePlace::Server, tr("The &server")}, {VantagePlace::Middle, tr("&Between them")}}};
    for (const auto& [place, text] : places) {
        QAction* action = addTraceAction(menu, text, {}, [this, place = place] {
            LoadChoices choices = m_shown.choices;
            choices.diagnosis.vantage = place;
            reopen(choices);
        });
        action->setCheckable(true);
        action->setData(QVariant::fromValue(place));
        m_vantage->addAction(action);
    }
}

void MainWindow::swapSidesOfShown()
{
    if (!m_session.details())
        return;
    LoadChoices choices = m_shown.choices;
    const ConnectionId shown = m_session.details()->id;
    if (std::erase(choices.swapped, shown) == 0)
        choices.swapped.push_back(shown);
    for (GivenWindowScale& given : choices.windowScales) {
        if (given.connection == shown)
            given.side = otherSide(given.side);
    }
    reopen(choices);
}

void MainWindow::chooseWindowScale()
{
    const std::shared_ptr<const ConnectionDetails> details = m_session.details();
    if (!details)
        return;
    WindowScaleDialog dialog(details->connection(), details->analysis, this);
    if (dialog.exec() != QDialog::Accepted || m_session.details() != details || m_loader.isLoading())
        return; // another connection, or the same one with other sides, is shown by now
    LoadChoices choices = m_shown.choices;
    std::erase_if(choices.windowScales, [&](const GivenWindowScale& given) { return given.connection == details->id; });
    for (const Side side : {Side::Client, Side::Server}) {
        if (const std::optional<uint8_t> scale = dialog.scale(side))
            choices.windowScales.push_back({details->id, side, *scale});
    }
    reopen(choices);
}

void MainWindow::createCompareMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Compare"));
    addTraceAction(menu, tr("With the &other end\u2026"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)},
        [this] { chooseOtherEnd(); });
    addAction(menu, tr("&Two captures\u2026"), {}, [this] { chooseTwoFiles(); });
    m_contrastAction
        = addAction(menu, tr("&Good against bad"), {QKeySequence(Qt::CTRL | Qt::Key_B)}, [this] { contrastMarked(); });
    m_contrastAction->setToolTip(
        tr("The two connections that are marked in the list (Ctrl+click): where do they part?"));
    addTraceAction(menu, tr("Good against bad of &another capture\u2026"), {}, [this] {
        chooseContrastCapture();
    })->setToolTip(tr("The selected connection against one of a second capture: where do they part?"));
    menu->setToolTipsVisible(true);
    m_workspace->panes().connections->table()->addAction(m_contrastAction);
    menu->addSeparator();
    addSideBySideAction(menu, tr("&Next difference"), {QKeySequence(Qt::Key_F8)},
        [this] { isContrasting() ? m_contrastView->goToDifference(1) : m_compareView->goToDifference(1); });
    addSideBySideAction(menu, tr("&Previous difference"), {QKeySequence(Qt::SHIFT | Qt::Key_F8)},
        [this] { isContrasting() ? m_contrastView->goToDifference(-1) : m_compareView->goToDifference(-1); });
    addSideBySideAction(menu, tr("Other &layout: charts, ladder, both; overlaid"), {QKeySequence(Qt::CTRL | Qt::Key_L)},
        [this] { isContrasting() ? m_contrastView->toggleLayout() : m_compareView->toggleLadder(); });
    m_delayShown = addCompareAction(menu, tr("One-wa&y delay"), {QKeySequence(Qt::Key_Y)},
        [this] { m_compareView->charts()->showDelay(m_delayShown->isChecked()); });
    m_delayShown->setCheckable(true);
    m_delayShown->setToolTip(tr("How long packets of both directions were on their way, between the charts"));
    m_overlaid = addCompareAction(menu, tr("O&verlay both captures"), {QKeySequence(Qt::Key_V)},
        [this] { m_compareView->charts()->overlay(m_overlaid->isChecked()); });
    m_overlaid->setCheckable(true);
    m_overlaid->setToolTip(tr("One chart: the client's capture, and the server's in grey behind it"));
    m_packetsShown = addCompareAction(menu, tr("Pac&kets of both captures"), {QKeySequence(Qt::Key_P)},
        [this] { m_compareView->differences()->showPackets(m_packetsShown->isChecked()); });
    m_packetsShown->setCheckable(true);
    m_packetsShown->setToolTip(tr("Two tables instead of the differences: the selected packet and its twin in both"));
    connect(m_compareView->differences(), &DifferencePane::packetsShown, m_packetsShown, &QAction::setChecked);
    QAction* direction
        = addSideBySideAction(menu, tr("Other &direction in the charts"), {QKeySequence(Qt::Key_D)}, [this] {
              isContrasting() ? m_contrastView->toggleDirection()
                              : m_comparison.setDirection(otherSide(m_comparison.direction()));
          });
    QAction* fit = addSideBySideAction(menu, tr("&Fit the headline"), {QKeySequence(Qt::Key_F)},
        [this] { isContrasting() ? m_contrastView->charts()->fit() : m_compareView->charts()->fit(); });
    menu->addSeparator();
    createCompareOptions(menu);
    menu->addSeparator();
    QAction* save = addSideBySideAction(
        menu, tr("&Save as PNG\u2026"), {QKeySequence(Qt::CTRL | Qt::Key_E)}, [this] { choosePictureFile(); });
    const QList<QAction*> ofCharts{fit, direction, m_delayShown, m_overlaid, save};
    for (ChartStack* stack : m_compareView->findChildren<ChartStack*>())
        stack->addActions(ofCharts);
    m_compareView->charts()->ladder()->addActions({fit, save});
    for (ChartStack* stack : m_contrastView->findChildren<ChartStack*>())
        stack->addActions({fit, direction, save});
    addSideBySideAction(menu, tr("Save as &JSON\u2026"), {}, [this] { chooseJsonFile(); });
    addCompareAction(menu, tr("Save the packet pa&irs as CSV\u2026"), {}, [this] { choosePairsFile(); });
    m_returnAction = addAction(menu, tr("&Back to the comparison"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B)},
        [this] { returnToComparison(); });
    m_returnAction->setToolTip(tr("The comparison that was left, as it was"));
    addSideBySideAction(menu, tr("L&eave the comparison"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_W)},
        [this] { leaveComparison(); });
}

/// What a person knows better than the captures show.
void MainWindow::createCompareOptions(QMenu* menu)
{
    addCompareAction(menu, tr("S&wap the sides"), {}, [this] { swapCompareSides(); });
    m_swapRoles = addAction(menu, tr("Swap good and &bad"), {}, [this] { m_contrastView->swapRoles(); });
    m_stillRunning = addCompareAction(
        menu, tr("The captures were still &running"), {}, [this] { setStillRunning(m_stillRunning->isChecked()); });
    m_stillRunning->setCheckable(true);
    m_stillRunning->setToolTip(
        tr("What was sent after the last packet of the other capture counts as lost: that capture ran on"));
    addCompareAction(menu, tr("Set the clo&ck offset\u2026"), {}, [this] { chooseClockOffset(); });
    m_trustClocks = addCompareAction(
        menu, tr("&Trust the recorded clocks"), {}, [this] { setClocksTrusted(m_trustClocks->isChecked()); });
    m_trustClocks->setCheckable(true);
    m_trustClocks->setToolTip(tr("Both clocks were kept by NTP or PTP: their times are compared as they stand"));
    m_foundClock
        = addCompareAction(menu, tr("Use the clock offset that the &packets show"), {}, [this] { useFoundClock(); });
    addCompareAction(menu, tr("Pair two connections by &hand\u2026"), {}, [this] { choosePair(); });
    addCompareAction(menu, tr("&Part the two connections"), {}, [this] {
        partShownPair();
    })->setToolTip(tr("The shown pair is no connection of both captures; a pair made by hand is taken back"));
    m_forget = addCompareAction(menu, tr("Forget what was se&t"), {}, [this] { m_comparison.setOptions({}); });
    m_forget->setToolTip(tr("Pairs made by hand, swapped sides, the clock: as the captures alone show it"));
}

void MainWindow::createExportMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Export"));
    QAction* save = addTraceAction(
        menu, tr("&Charts as PNG\u2026"), {QKeySequence(Qt::CTRL | Qt::Key_E)}, [this] { chooseExport(); });
    QAction* copy
        = addTraceAction(menu, tr("Copy the charts as a &picture"), {QKeySequence::Copy}, [this] { copyCharts(); });
    copy->setShortcutContext(Qt::WidgetShortcut); // elsewhere it copies rows and texts
    m_workspace->panes().charts->addActions({save, copy});
    addTraceAction(menu, tr("Copy the answer as &text"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)},
        [this] { m_workspace->panes().why->copyReport(); });
    connect(m_workspace->panes().why, &WhyPanel::copied, this,
        [this] { m_message->showMessage(MessageBar::Kind::Note, tr("The answer is in the clipboard.")); });
}

void MainWindow::createHelpMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    addAction(menu, tr("&Keyboard and mouse"), {QKeySequence(Qt::Key_Question), QKeySequence(Qt::Key_F1)},
        [this] { showShortcuts(); });
    addAction(menu, tr("&Rules and thresholds"), {}, [this] { showRules(); });
    addAction(menu, tr("&About Whyrst"), {}, [this] { showAbout(); });
}

void MainWindow::createGoToBox()
{
    // The menu bar asks for the size hint, which a layout knows and a line edit of fixed width does not.
    auto* corner = new QWidget(menuBar());
    auto* layout = new QHBoxLayout(corner);
    layout->setContentsMargins(0, 1, 2, 1);
    m_goTo = new QLineEdit(corner);
    layout->addWidget(m_goTo);
    m_goTo->setPlaceholderText(tr("Go to #46 \u00b7 12.773 \u00b7 seq 29201 \u00b7 rst"));
    m_goTo->setAcceptDrops(false); // a file dropped here is to be opened, as anywhere
    m_goTo->setAccessibleName(tr("Go to packet"));
    m_goTo->setToolTip(tr("<p>A packet (<b>#46</b>), seconds since the connection began (<b>12.773</b>), "
                          "a sequence number (<b>seq 29201</b>) or the reset (<b>rst</b>), then Return. Ctrl+G</p>"));
    m_goTo->setFixedWidth(m_goTo->fontMetrics().horizontalAdvance(m_goTo->placeholderText()) + goToMargins);
    connect(m_goTo, &QLineEdit::returnPressed, this, &MainWindow::goToTyped);
    menuBar()->setCornerWidget(corner);
}

void MainWindow::updateActions()
{
    const bool isTraceShown = m_session.isOpen() && !isComparing() && !isContrasting();
    for (QAction* action : m_traceActions)
        action->setEnabled(isTraceShown);
    for (QAction* action : m_compareActions)
        action->setEnabled(isComparing());
    for (QAction* action : m_sideBySideActions)
        action->setEnabled(isComparing() || isContrasting());
    m_contrastAction->setEnabled(
        isTraceShown && m_workspace->panes().connections->markedConnections().size() == outcomeCount);
    m_swapRoles->setEnabled(isContrasting());
    m_closeAction->setEnabled(m_session.isOpen() || isComparing());
    m_goTo->setEnabled(isTraceShown);
    m_vantage->setEnabled(isTraceShown && canReopen());
    m_keepDuplicates->setEnabled(isTraceShown && canReopen());
    m_swapSides->setEnabled(isTraceShown && canReopen());
    m_windowScale->setEnabled(isTraceShown && canReopen());
    m_saveView->setEnabled(isTraceShown && canReopen());
    const CompareOptions& compared = m_comparison.options();
    m_stillRunning->setChecked(compared.stillRunning);
    m_trustClocks->setChecked(compared.trustClocks);
    m_foundClock->setEnabled(isComparing() && (compared.trustClocks || compared.offset));
    m_returnAction->setEnabled(m_comparison.isOpen() && !isComparing());
    m_forget->setEnabled(isComparing() && m_comparison.isAnythingSet());
    m_keepDuplicates->setChecked(m_shown.choices.keepDuplicates);
    for (QAction* action : m_vantage->actions())
        action->setChecked(action->data().value<DiagnosisSettings::Place>() == m_shown.choices.diagnosis.vantage);
    m_stop->setEnabled(m_loader.isLoading() && m_loader.request().isGrowing());
}

void MainWindow::showShortcuts()
{
    ShortcutsDialog dialog(m_actions, this);
    dialog.exec();
}

void MainWindow::showAbout()
{
    QMessageBox::about(this, tr("About Whyrst"),
        tr("<h3>Whyrst %1</h3><p>Why was this TCP connection reset?</p><p>Free software under the GNU General Public "
           "License, version 3 or later. Made with Qt %2, QCustomPlot and libpcap.</p>")
            .arg(QStringLiteral(WHYRST_VERSION), QString::fromLatin1(qVersion())));
}

} // namespace whyrst
