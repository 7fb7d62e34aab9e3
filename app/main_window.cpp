#include "app/main_window.h"

#include "model/capture/live_capture.h"
#include "model/charts/chart_table.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/document/go_to_target.h"
#include "views/capture_dialog.h"
#include "views/column_widths.h"
#include "views/compare/compare_view.h"
#include "views/compare/contrast_view.h"
#include "views/connection_list.h"
#include "views/filter_dialog.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/palette.h"
#include "views/rules_dialog.h"
#include "views/start_page.h"
#include "views/workspace.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QStyleFactory>
#include <QVBoxLayout>

void initWhyrstResources()
{
    Q_INIT_RESOURCE(whyrst); // resources of a static library are not there by themselves
}

namespace whyrst {
namespace {

constexpr QSize firstSize(1600, 960);
const QString sampleName = QStringLiteral("upload-stalls.pcapng");

ChartTheme effectiveTheme(ThemeChoice choice)
{
    if (choice == ThemeChoice::System) {
        QApplication::setPalette(QPalette()); // the system's, as far as Qt knows it
        return themeOf(QApplication::palette());
    }
    return choice == ThemeChoice::Dark ? ChartTheme::Dark : ChartTheme::Light;
}

QStringList droppedFiles(const QMimeData* data)
{
    QStringList files;
    const QList<QUrl> urls = data->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile())
            files << url.toLocalFile();
    }
    return files;
}

bool isInPanelBehind(const QWidget* widget)
{
    while (widget && !qobject_cast<const QDockWidget*>(widget))
        widget = widget->parentWidget();
    return widget && !widget->isWindow() && !widget->parentWidget()->rect().intersects(widget->geometry());
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_pages(new QStackedWidget)
    , m_start(new StartPage)
    , m_workspace(new Workspace(&m_session))
    , m_compareView(new CompareView(&m_comparison))
    , m_contrastView(new ContrastView)
    , m_message(new MessageBar)
    , m_loading(new LoadingBar)
    , m_readout(new QLabel)
    , m_counts(new QLabel)
{
    initWhyrstResources();
    setAcceptDrops(true);
    createPanes();
    createMenus();
    connectLoader();
    connectComparison();
    connectContrast();
    resize(firstSize.boundedTo(screen()->availableSize())); // a small screen shows all of the window
    restoreGeometry(m_settings.geometry());
    m_workspace->restoreLayout(m_settings.layout());
    for (ColumnWidths* widths : centralWidget()->findChildren<ColumnWidths*>())
        widths->restore(m_settings.columnWidths(widths->objectName()));
    setTheme(m_settings.theme());
    m_start->setRecentFiles(m_settings.recentFiles());
    updateTitle();
    updateActions();
}

MainWindow::~MainWindow() = default;

void MainWindow::createPanes()
{
    m_pages->addWidget(m_start);
    m_pages->addWidget(m_workspace);
    m_pages->addWidget(m_compareView);
    m_pages->addWidget(m_contrastView);
    connect(m_pages, &QStackedWidget::currentChanged, this, &MainWindow::fitPages);
    fitPages();
    auto* central = new QWidget;
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_loading);
    column->addWidget(m_message);
    column->addWidget(m_pages, 1);
    setCentralWidget(central);
    m_readout->setTextFormat(Qt::PlainText);
    m_readout->setMinimumWidth(1); // a long text must not widen the window
    m_counts->setTextFormat(Qt::PlainText);
    statusBar()->addWidget(m_readout, 1);
    statusBar()->addPermanentWidget(m_counts);
    connect(m_workspace, &Workspace::readoutChanged, m_readout, &QLabel::setText);
    connect(m_workspace, &Workspace::exportRequested, this, &MainWindow::chooseExport);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::chooseFiles);
    connect(m_start, &StartPage::sampleRequested, this, &MainWindow::openSample);
    connect(m_start, &StartPage::captureRequested, this, &MainWindow::chooseInterface);
    connect(m_start, &StartPage::fileRequested, this, &MainWindow::openFile);
}

/// Only the page in sight needs room: the widest of all would not fit on a small screen.
void MainWindow::fitPages()
{
    for (int index = 0; index < m_pages->count(); ++index) {
        const auto policy = index == m_pages->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        m_pages->widget(index)->setSizePolicy(policy, policy);
    }
}

void MainWindow::connectLoader()
{
    connect(&m_loader, &TraceLoader::progressed, m_loading, &LoadingBar::setState);
    connect(&m_loader, &TraceLoader::grown, this, &MainWindow::showGrown);
    connect(&m_loader, &TraceLoader::loaded, this, &MainWindow::showLoaded);
    connect(&m_loader, &TraceLoader::cancelled, this, &MainWindow::showCancelled);
    connect(&m_loader, &TraceLoader::failed, this, &MainWindow::showFailed);
    connect(m_loading, &LoadingBar::cancelRequested, this, [this] {
        if (m_otherLoader.isLoading())
            m_otherLoader.cancel();
        else
            m_comparison.isBusy() ? m_comparison.cancel() : m_loader.cancel();
    });
}

/// What is open stays open until there is something to show.
void MainWindow::open(const LoadRequest& request)
{
    if (request.isEmpty())
        return;
    if (request.files.size() == 1 && isViewFile(request.files.front())) {
        openView(request.files.front());
        return;
    }
    m_message->hide();
    m_reopened.reset();
    m_comparison.cancel();
    m_otherLoader.abandon();
    load(request);
}

void MainWindow::load(const LoadRequest& request)
{
    m_isPartShown = false;
    m_otherEnd.clear();
    m_view.reset();
    LoadRequest withThresholds = request;
    withThresholds.choices.diagnosis = m_thresholds.at(request.choices.diagnosis.vantage);
    m_loader.start(withThresholds);
    m_loading->begin(request);
    updateActions();
}

void MainWindow::reopen(const LoadChoices& choices)
{
    if (!canReopen() || choices == m_shown.choices)
        return;
    m_reopened = m_session.details() ? std::optional(m_session.details()->id) : std::nullopt;
    LoadRequest request = m_shown;
    request.choices = choices;
    request.isAgain = true;
    load(request);
}

void MainWindow::showRules()
{
    RulesDialog dialog(m_thresholds, this);
    if (dialog.exec() == QDialog::Accepted)
        setThresholds(dialog.settings());
}

void MainWindow::setThresholds(const DiagnosisSettings& thresholds)
{
    if (thresholds == m_thresholds)
        return;
    m_thresholds = thresholds;
    if (!isComparing() && !m_comparison.isBusy())
        m_comparison.close(); // it would be judged by others than what it is left for
    m_comparison.setThresholds(thresholds);
    if (isContrasting())
        leaveComparison();
    else if (!isComparing()) // else once it is left
        judgeAnew();
}

/// Reads the open capture once more when it was judged by other thresholds.
void MainWindow::judgeAnew()
{
    LoadChoices choices = m_shown.choices;
    choices.diagnosis = m_thresholds.at(choices.diagnosis.vantage);
    reopen(choices);
}

/// A pipe or an interface is read once.
bool MainWindow::canReopen() const
{
    return m_session.isOpen() && !m_shown.isGrowing();
}

void MainWindow::openSample()
{
    if (!m_sampleFolder)
        m_sampleFolder = std::make_unique<QTemporaryDir>();
    const QString path = m_sampleFolder->filePath(sampleName);
    if (!QFile::exists(path))
        QFile::copy(QStringLiteral(":/samples/") + sampleName, path);
    openFile(path);
}

QStringList MainWindow::askForFiles()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Open captures"), m_settings.folder(),
        tr("Captures (*.pcap *.pcapng *.cap *.dmp *.ntar *.gz *.zst *.lz4 *.whyrst);;All files (*)"));
    if (!files.isEmpty())
        m_settings.setFolder(QFileInfo(files.front()).absolutePath());
    return files;
}

void MainWindow::chooseFiles()
{
    openAsking({askForFiles()});
}

void MainWindow::chooseFilesAndFilter()
{
    LoadRequest request{askForFiles()};
    if (request.isEmpty())
        return;
    FilterDialog dialog(request.name(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    request.filter = dialog.filter();
    open(request);
}

void MainWindow::chooseInterface()
{
    CaptureDialog dialog(captureInterfaces(), this);
    if (dialog.exec() == QDialog::Accepted)
        open({{}, dialog.chosenInterface(), dialog.filter()});
}

void MainWindow::closeTrace()
{
    m_comparison.close();
    closeContrast();
    m_otherLoader.abandon();
    m_loader.abandon();
    m_otherEnd.clear();
    m_loading->hide();
    m_session.close();
    m_message->hide();
    m_pages->setCurrentWidget(m_start);
    m_start->setRecentFiles(m_settings.recentFiles());
    updateTitle();
    updateActions();
}

void MainWindow::endLoading()
{
    m_loading->hide();
    m_start->setRecentFiles(m_settings.recentFiles());
    updateActions();
}

/// Single files: a set is opened from where its files are.
void MainWindow::rememberFile()
{
    const LoadRequest& request = m_loader.request();
    if (request.files.size() != 1 || request.isGrowing())
        return;
    if (m_sampleFolder && request.files.front().startsWith(m_sampleFolder->path()))
        return;
    m_settings.addRecentFile(request.files.front());
}

void MainWindow::showGrown(const OpenTrace& trace)
{
    showTrace(trace, Session::Growth::GoesOn);
}

void MainWindow::showTrace(const OpenTrace& trace, Session::Growth growth)
{
    if (m_isPartShown) {
        m_session.grow(trace, growth);
    } else {
        m_isPartShown = true;
        rememberFile();
        const bool isAgain = m_loader.request().isAgain; // the same capture, judged anew
        if (!isAgain)
            m_comparison.close();
        if (!isAgain || !isComparing())
            m_pages->setCurrentWidget(m_workspace);
        closeContrast();
        m_session.open(trace);
        m_shown = m_loader.request();
        if (m_reopened)
            m_session.selectConnection(*m_reopened);
        updateActions();
    }
    updateTitle();
    if (growth == Session::Growth::Complete)
        endLoading();
}

void MainWindow::showLoaded(const OpenTrace& trace)
{
    showTrace(trace, Session::Growth::Complete);
    showNotes();
    showView();
    compareOnceLoaded();
}

void MainWindow::showCancelled(const OpenTrace& trace)
{
    showTrace(trace, Session::Growth::Complete);
    m_message->showMessage(MessageBar::Kind::Note,
        tr("Loading was cancelled: the window shows the first %1 packets of the capture.")
            .arg(countText(trace.trace->capture.packets)));
    compareOnceLoaded();
}

/// What was open stays open.
void MainWindow::showFailed(const QString& sentence)
{
    endLoading();
    m_message->showMessage(MessageBar::Kind::Error, sentence);
}

void MainWindow::showNotes()
{
    const LoadRequest& request = m_loader.request();
    QStringList texts;
    if (request.files.size() > 1)
        texts << tr(
            "%n files are shown as one trace in order of time.", nullptr, static_cast<int>(request.files.size()));
    if (!request.filter.isEmpty())
        texts << tr("Only packets that match \"%1\" were read.").arg(request.filter);
    for (const CaptureNote& note : m_session.openTrace().trace->capture.notes)
        texts << toQString(note.text);
    if (texts.isEmpty())
        return;
    const int more = static_cast<int>(texts.size()) - 1;
    const QString first = texts.front();
    m_message->showMessage(MessageBar::Kind::Note,
        more == 0 ? first : tr("%1 (and %n more note(s), point here to read them)", nullptr, more).arg(first),
        texts.join(QLatin1Char('\n')));
}

void MainWindow::updateTitle()
{
    if (isComparing()) {
        const OpenComparison& open = m_comparison.open();
        const std::array<QString, 2> names = captureNames(open);
        setWindowTitle(tr("%1 \u21c4 %2 \u2013 Whyrst").arg(names[0], names[1]));
        m_counts->setText(tr("connections in both captures: %1").arg(open.comparison->pairs.size()));
        return;
    }
    if (isContrasting()) {
        const GoodAndBad& both = m_contrastView->contrast()->both();
        const std::array<QString, 2> names = captureNames(both.good.trace, both.bad.trace);
        setWindowTitle(
            tr("Good against bad: %1 \u2013 Whyrst")
                .arg(m_contrastView->contrast()->isOneTrace() ? names[1] : tr("%1 \u21c4 %2").arg(names[0], names[1])));
        m_counts->clear();
        return;
    }
    if (!m_session.isOpen()) {
        setWindowTitle(tr("Whyrst"));
        m_counts->clear();
        return;
    }
    const OpenTrace& open = m_session.openTrace();
    const CaptureInfo& capture = open.trace->capture;
    setWindowTitle(tr("%1 \u2013 Whyrst").arg(QFileInfo(toQString(capture.file)).fileName()));
    m_counts->setText(tr("%1, %2 packets, connections: %3, RSTs: %4")
                          .arg(toQString(capture.format), countText(capture.packets),
                              countText(open.trace->connections.size()), countText(open.trace->resets.size())));
}

void MainWindow::setTheme(ThemeChoice choice)
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    const ChartTheme theme = effectiveTheme(choice);
    QApplication::setPalette(programPalette(theme));
    m_workspace->setTheme(theme);
    m_compareView->setTheme(theme);
    m_contrastView->setTheme(theme);
    m_settings.setTheme(choice);
}

void MainWindow::goToTyped()
{
    const GoToTarget target = findTarget(m_session, m_goTo->text());
    if (!target.frame) {
        m_message->showMessage(MessageBar::Kind::Note, target.problem);
        return;
    }
    m_message->hide();
    m_goTo->clear();
    m_session.selectPacket(*target.frame);
}

void MainWindow::goToUse(PortUse which)
{
    const Connection* connection = m_session.connection();
    const Connection* use = connection ? findUse(*m_session.openTrace().trace, *connection, which) : nullptr;
    if (use)
        m_session.selectConnection(use->id);
    else
        m_message->showMessage(MessageBar::Kind::Note,
            which == PortUse::Previous ? tr("This capture has no earlier connection of the same addresses and ports.")
                                       : tr("This capture has no later connection of the same addresses and ports."));
}

void MainWindow::showCauseOnly()
{
    const Diagnosis* diagnosis = m_session.diagnosis();
    const QString cause = diagnosis ? toQString(causeName(diagnosis->cause)) : QStringLiteral("none");
    m_workspace->panes().connections->filterBox()->setText(QStringLiteral("cause:") + cause);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_settings.setGeometry(saveGeometry());
    if (m_session.isOpen())
        m_settings.setLayout(m_workspace->saveLayout());
    for (const ColumnWidths* widths : centralWidget()->findChildren<ColumnWidths*>())
        m_settings.setColumnWidths(widths->objectName(), widths->own());
    QMainWindow::closeEvent(event);
}

/// A panel behind another one is moved out of sight but not hidden: the keyboard would be lost there.
bool MainWindow::focusNextPrevChild(bool isNext)
{
    const QWidget* begin = focusWidget();
    while (QMainWindow::focusNextPrevChild(isNext)) {
        if (focusWidget() == begin || !isInPanelBehind(focusWidget()))
            return true;
    }
    return false;
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    const QStringList files = droppedFiles(event->mimeData());
    if (files.size() == 1 && m_session.isOpen() && !isViewFile(files.front()) && !m_shown.isGrowing())
        askAboutDrop(files.front());
    else
        openAsking({files});
}

} // namespace whyrst
