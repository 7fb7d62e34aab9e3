// The main window: files, menus, messages around the workspace.
#pragma once

#include "app/settings.h"
#include "model/document/comparison_session.h"
#include "model/document/connection_contrast.h"
#include "model/document/port_uses.h"
#include "model/document/saved_view.h"
#include "model/document/session.h"
#include "model/document/trace_loader.h"
#include "views/export_dialog.h"

#include <QMainWindow>
#include <QTemporaryDir>

#include <memory>
#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QStackedWidget;

namespace whyrst {

class AddressMask;
class CompareView;
class ContrastView;
class LoadingBar;
class MessageBar;
class StartPage;
class Workspace;
struct ChartImageRequest;

/// Opens captures, says what went wrong, and offers every action in menus.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens files, as one trace when there are several, or begins to capture.
    void open(const LoadRequest& request);
    void openFile(const QString& file) { open({{file}}); }
    /// The same, but asks whether two files are one trace or two sides.
    void openAsking(const LoadRequest& request);
    /// Shows two captures of the same connections side by side.
    void compareFiles(const QString& first, const QString& second);
    /// The same with the open capture.
    void compareWith(const QString& file);
    /// Shows the two connections that are marked in the list against each other: one that works, one that fails.
    void contrastMarked();
    /// Shows the selected connection against one of another capture, which a person chooses when it has several.
    void contrastWith(const QString& file);
    /// Back to the open capture, or to the start. The comparison stays as it is until another capture is opened.
    void leaveComparison();
    /// Shows the comparison again that was left.
    void returnToComparison();
    /// Writes what is shown of the open capture, to be opened like a capture. False: a message says why not.
    bool saveView(const QString& file);
    void stopCapture() { m_loader.cancel(); }
    void openSample();
    void closeTrace();
    /// Reads the open capture again as the user says it was; the shown connection stays.
    void reopen(const LoadChoices& choices);
    /// Thresholds for what is open and for what will be opened, until the window is closed; where a capture was taken
    /// does not count.
    void setThresholds(const DiagnosisSettings& thresholds);
    const LoadChoices& choices() const { return m_shown.choices; }

    void setTheme(ThemeChoice choice);
    /// Writes the charts of the shown connection as PNG. False: a message says why not.
    bool saveCharts(const QString& file, const ExportChoice& choice);
    /// Copies them as a picture.
    void copyCharts();

    Session* session() { return &m_session; }
    TraceLoader* loader() { return &m_loader; }
    /// Reads the capture that a connection is to be set against.
    TraceLoader* otherLoader() { return &m_otherLoader; }
    ComparisonSession* comparison() { return &m_comparison; }
    CompareView* compareView() const { return m_compareView; }
    bool isComparing() const;
    ContrastView* contrastView() const { return m_contrastView; }
    /// Whether a good connection is shown against a bad one.
    bool isContrasting() const;
    /// Writes what is seen of the comparison as PNG: pair, panes, direction and time. False: a message says why not.
    bool saveComparison(const QString& file, const ExportChoice& choice);
    /// The same as large as a comparison needs it.
    bool saveComparison(const QString& file);
    /// Writes both connections, their charts and differences as PNG. False: a message says why not.
    bool saveContrast(const QString& file, const ExportChoice& choice);
    bool saveContrast(const QString& file);
    /// Writes what is compared as JSON. False: a message says why not.
    bool saveAsJson(const QString& file);
    /// Writes every packet of both captures with its twin as CSV. False: a message says why not.
    bool savePairs(const QString& file);
    Workspace* workspace() const { return m_workspace; }
    MessageBar* messageBar() const { return m_message; }
    LoadingBar* loadingBar() const { return m_loading; }
    QLineEdit* goToBox() const { return m_goTo; }

protected:
    void closeEvent(QCloseEvent* event) override;
    bool focusNextPrevChild(bool isNext) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // main_window_actions.cpp
    void createMenus();
    void createFileMenu();
    void createViewMenu();
    void createWiresharkAction(QMenu* view);
    void createThemeMenu(QMenu* view);
    void createGoMenu();
    void createResetsMenu();
    void createAnalysisMenu();
    void createVantageMenu(QMenu* analysis);
    void createCompareMenu();
    void createCompareOptions(QMenu* menu);
    void createExportMenu();
    void createHelpMenu();
    void createGoToBox();
    template <typename Slot>
    QAction* addAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot);
    template <typename Slot>
    QAction* addTraceAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot);
    template <typename Slot>
    QAction* addCompareAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot);
    template <typename Slot>
    QAction* addSideBySideAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot);
    void judgeAnew();
    void swapSidesOfShown();
    void chooseWindowScale();
    void showStatistics();
    void fillRecentMenu();
    void updateActions();

    // main_window_contrast.cpp
    void connectContrast();
    void chooseOtherConnection(const OpenTrace& other);
    void contrastWithOther(const OpenTrace& other, ConnectionId id);
    void chooseContrastCapture();
    void showContrast(const std::shared_ptr<const ConnectionContrast>& contrast);
    void closeContrast();

    // main_window_export.cpp
    QString nameOfCompared() const;
    AddressMask maskOfCompared() const;
    QString askForFile(const QString& title, const QString& name, const QString& kind);
    bool saveBytes(const QString& file, const QByteArray& bytes);
    void chooseExport();
    std::optional<ChartImageRequest> chartsRequest(const ExportChoice& choice);
    void choosePictureFile(std::optional<int> finding = {});
    void chooseJsonFile();
    void choosePairsFile();

    // main_window_view.cpp
    void openView(const QString& file);
    void showView();
    void chooseViewFile();

    // main_window_compare.cpp
    void connectComparison();
    void askAboutTwo(const LoadRequest& request);
    void compareOnceLoaded();
    void askAboutDrop(const QString& file);
    void chooseOtherEnd();
    void chooseTwoFiles();
    void showCompared();
    void showCompareFailure(const QString& sentence);
    void swapCompareSides();
    void askWhichIsNear();
    void setNearClient(GivenCapture near);
    void setStillRunning(bool isRunning);
    void chooseClockOffset();
    void setClocksTrusted(bool areTrusted);
    void useFoundClock();
    void choosePair();
    void pairRefused(uint index);
    void partShownPair();
    void addPair(ConnectionId client, ConnectionId server);

    void createPanes();
    void fitPages();
    void connectLoader();
    void load(const LoadRequest& request);
    bool canReopen() const;
    void showRules();
    void chooseFiles();
    void chooseFilesAndFilter();
    QStringList askForFiles();
    void chooseInterface();
    void rememberFile();
    void showGrown(const OpenTrace& trace);
    void showTrace(const OpenTrace& trace, Session::Growth growth);
    void showLoaded(const OpenTrace& trace);
    void showCancelled(const OpenTrace& trace);
    void showFailed(const QString& sentence);
    void endLoading();
    void showNotes();
    void updateTitle();
    void goToTyped();
    void goToUse(PortUse which);
    void showCauseOnly();
    void showShortcuts();
    void showAbout();

    Settings m_settings;
    Session m_session;
    ComparisonSession m_comparison;
    TraceLoader m_loader;
    TraceLoader m_otherLoader;
    std::unique_ptr<QTemporaryDir> m_sampleFolder; ///< the sample is a file, once it was asked for
    DiagnosisSettings m_thresholds;                ///< of the session
    LoadRequest m_shown;                           ///< what the open trace was loaded by
    std::optional<ConnectionId> m_reopened;        ///< to be shown again once it is read
    std::optional<SavedView> m_view;               ///< to be shown once its capture is read
    QString m_otherEnd;                            ///< to be compared with what is being loaded, once it is
    bool m_isPartShown = false;                    ///< of what is being loaded
    bool m_asksWhichIsNear = false;                ///< of the captures that are compared next, when they cannot tell
    QStackedWidget* m_pages;
    StartPage* m_start;
    Workspace* m_workspace;
    CompareView* m_compareView;
    ContrastView* m_contrastView;
    MessageBar* m_message;
    LoadingBar* m_loading;
    QLabel* m_readout;
    QLabel* m_counts;
    QLineEdit* m_goTo = nullptr;
    QMenu* m_recentMenu = nullptr;
    QActionGroup* m_vantage = nullptr;
    QAction* m_keepDuplicates = nullptr;
    QAction* m_swapSides = nullptr;
    QAction* m_windowScale = nullptr;
    QAction* m_saveView = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_closeAction = nullptr;
    QAction* m_stillRunning = nullptr;
    QAction* m_trustClocks = nullptr;
    QAction* m_foundClock = nullptr;
    QAction* m_delayShown = nullptr;
    QAction* m_overlaid = nullptr;
    QAction* m_packetsShown = nullptr;
    QAction* m_returnAction = nullptr;
    QAction* m_forget = nullptr;
    std::vector<QAction*> m_actions;           ///< all of them, for the list of shortcuts
    std::vector<QAction*> m_traceActions;      ///< those that need an open trace
    std::vector<QAction*> m_compareActions;    ///< those that need a comparison
    std::vector<QAction*> m_sideBySideActions; ///< those that need a comparison or a good connection against a bad one
    QAction* m_contrastAction = nullptr;
    QAction* m_swapRoles = nullptr;
};

} // namespace whyrst
