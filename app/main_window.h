// The main window: files, menus, messages around the workspace.
#pragma once

#include "app/settings.h"
#include "model/document/session.h"
#include "model/document/trace_loader.h"
#include "views/export_dialog.h"

#include <QMainWindow>
#include <QTemporaryDir>

#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QStackedWidget;

namespace whyrst {

class LoadingBar;
class MessageBar;
class StartPage;
class Workspace;

/// Opens captures, says what went wrong, and offers every action in menus.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens the first of `files` and says so when there are more.
    void openFiles(const QStringList& files);
    void openFile(const QString& file);
    void openSample();
    void closeTrace();

    void setTheme(ThemeChoice choice);
    /// Writes the charts of the shown connection as PNG. False: a message says why not.
    bool saveCharts(const QString& file, const ExportChoice& choice);

    Session* session() { return &m_session; }
    TraceLoader* loader() { return &m_loader; }
    Workspace* workspace() const { return m_workspace; }
    MessageBar* messageBar() const { return m_message; }
    LoadingBar* loadingBar() const { return m_loading; }
    QLineEdit* goToBox() const { return m_goTo; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // main_window_actions.cpp
    void createMenus();
    void createFileMenu();
    void createViewMenu();
    void createThemeMenu(QMenu* view);
    void createGoMenu();
    void createResetsMenu();
    void createExportMenu();
    void createHelpMenu();
    void createGoToBox();
    template <typename Slot>
    QAction* addAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot);
    template <typename Slot>
    QAction* addTraceAction(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, Slot slot);
    void fillRecentMenu();
    void updateActions();

    void createPanes();
    void connectLoader();
    void chooseFile();
    void rememberFile();
    void showTrace(const OpenTrace& trace);
    void showLoaded(const OpenTrace& trace);
    void showCancelled(const OpenTrace& trace);
    void showFailed(const QString& sentence);
    void endLoading();
    void showNotes();
    void updateTitle();
    void chooseExport();
    void goToTyped();
    void showCauseOnly();
    void showShortcuts();
    void showAbout();

    Settings m_settings;
    Session m_session;
    TraceLoader m_loader;
    QTemporaryDir m_sampleFolder; ///< the sample is a file while it is open
    QString m_loadingFile;
    QString m_notice; ///< shown once the file is loaded
    QStackedWidget* m_pages;
    StartPage* m_start;
    Workspace* m_workspace;
    MessageBar* m_message;
    LoadingBar* m_loading;
    QLabel* m_readout;
    QLabel* m_counts;
    QLineEdit* m_goTo = nullptr;
    QMenu* m_recentMenu = nullptr;
    std::vector<QAction*> m_actions;      ///< all of them, for the list of shortcuts
    std::vector<QAction*> m_traceActions; ///< those that need an open trace
};

} // namespace whyrst
