// Two captures side by side: how they come into the window, and what a person may decide about them.
#include "app/main_window.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/compare/compare_view.h"
#include "views/compare/pair_dialog.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/start_page.h"
#include "views/workspace.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>

#include <cmath>
#include <utility>

namespace whyrst {
namespace {

constexpr double longestOffset = 1e9; // seconds: thirty years
constexpr int nanosecondDigits = 9;

/// A question with two answers and Cancel, that does not stop the window.
QMessageBox* makeQuestion(QWidget* parent, const QString& text, const QString& informative)
{
    auto* box = new QMessageBox(QMessageBox::Question, MainWindow::tr("Whyrst"), text, QMessageBox::Cancel, parent);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(informative);
    box->setAttribute(Qt::WA_DeleteOnClose);
    return box;
}

} // namespace

bool MainWindow::isComparing() const
{
    return m_pages->currentWidget() == m_compareView;
}

void MainWindow::connectComparison()
{
    connect(&m_comparison, &ComparisonSession::progressed, m_loading, &LoadingBar::showWork);
    connect(&m_comparison, &ComparisonSession::compared, this, &MainWindow::showCompared);
    connect(&m_comparison, &ComparisonSession::failed, this, &MainWindow::showCompareFailure);
    connect(&m_comparison, &ComparisonSession::cancelled, m_loading, &QWidget::hide);
    connect(m_compareView, &CompareView::readoutChanged, m_readout, &QLabel::setText);
    connect(m_compareView, &CompareView::pairingRequested, this, &MainWindow::pairRefused);
    connect(m_compareView, &CompareView::partingRequested, &m_comparison, &ComparisonSession::part);
    connect(m_compareView, &CompareView::stillRunningRequested, this, [this] { setStillRunning(true); });
    connect(m_compareView, &CompareView::findingPictureRequested, this, &MainWindow::choosePictureFile);
    connect(m_start, &StartPage::compareRequested, this, &MainWindow::chooseTwoFiles);
}

void MainWindow::openAsking(const LoadRequest& request)
{
    if (request.files.size() == 2 && !request.isGrowing() && request.filter.isEmpty())
        askAboutTwo(request);
    else
        open(request);
}

void MainWindow::askAboutTwo(const LoadRequest& request)
{
    const QStringList files = request.files;
    QMessageBox* box = makeQuestion(this, tr("Are these two files two sides of the same connections, or one trace?"),
        tr("%1\n%2\n\nTwo sides: captures taken at both ends at the same time are compared packet by packet.\nOne "
           "trace: "
           "the files are put together in order of time.")
            .arg(QFileInfo(files[0]).fileName(), QFileInfo(files[1]).fileName()));
    QPushButton* compare = box->addButton(tr("Compare two &sides"), QMessageBox::AcceptRole);
    QPushButton* merge = box->addButton(tr("&One trace"), QMessageBox::AcceptRole);
    box->setDefaultButton(compare);
    connect(compare, &QPushButton::clicked, this, [this, files] { compareFiles(files[0], files[1]); });
    connect(merge, &QPushButton::clicked, this, [this, request] { open(request); });
    box->open();
}

void MainWindow::askAboutDrop(const QString& file)
{
    QMessageBox* box = makeQuestion(this,
        tr("Compare %1 with the open capture, or open it instead?").arg(QFileInfo(file).fileName()),
        tr("Compare when it was taken at the other end of the same connections at the same time."));
    QPushButton* compare = box->addButton(tr("&Compare"), QMessageBox::AcceptRole);
    QPushButton* instead = box->addButton(tr("&Open it instead"), QMessageBox::AcceptRole);
    box->setDefaultButton(compare);
    connect(compare, &QPushButton::clicked, this, [this, file] { compareWith(file); });
    connect(instead, &QPushButton::clicked, this, [this, file] { openFile(file); });
    box->open();
}

void MainWindow::compareFiles(const QString& first, const QString& second)
{
    m_loader.abandon();
    m_message->hide();
    m_asksWhichIsNear = true;
    m_comparison.start(first, second);
}

void MainWindow::compareWith(const QString& file)
{
    if (!m_session.isOpen())
        return;
    m_message->hide();
    if (m_loader.isLoading() && m_isPartShown && !m_loader.request().isGrowing()) {
        m_otherEnd = file; // the rest of the open capture is still to come
        m_message->showMessage(
            MessageBar::Kind::Note, tr("The comparison begins when %1 is read.").arg(m_loader.request().name()));
        return;
    }
    if (!m_isPartShown)
        m_loader.abandon(); // what it reads would take the place of the open capture
    m_asksWhichIsNear = true;
    m_comparison.start(m_session.openTrace(), file);
}

void MainWindow::compareOnceLoaded()
{
    if (!m_otherEnd.isEmpty())
        compareWith(std::exchange(m_otherEnd, {}));
}

void MainWindow::chooseOtherEnd()
{
    const QStringList files = askForFiles();
    if (files.size() == 1)
        compareWith(files.front());
    else if (files.size() > 1)
        m_message->showMessage(MessageBar::Kind::Note, tr("Choose one file: the capture of the other end."));
}

void MainWindow::chooseTwoFiles()
{
    QStringList files = askForFiles();
    if (files.size() == 1) // the other one may lie in another folder
        files << askForFiles();
    if (files.size() == 2)
        compareFiles(files[0], files[1]);
    else if (files.size() > 2)
        m_message->showMessage(MessageBar::Kind::Note, tr("Choose two files: one capture of each end."));
}

void MainWindow::showCompared()
{
    m_loading->hide();
    m_pages->setCurrentWidget(m_compareView);
    closeContrast();
    updateTitle();
    updateActions();
    const Comparison& comparison = *m_comparison.open().comparison;
    m_message->hide(); // what it says is of the comparison before
    if (m_comparison.isRecalled())
        m_message->showMessage(MessageBar::Kind::Note,
            tr("What you had set for these two captures is used again. Compare > Forget what was set undoes it."));
    if (std::exchange(m_asksWhichIsNear, false) && comparison.nearness == Nearness::Unknown
        && !comparison.pairs.empty())
        askWhichIsNear();
}

/// Neither hops nor delays tell it (comparison.md 1.4).
void MainWindow::askWhichIsNear()
{
    const OpenComparison& open = m_comparison.open();
    QMessageBox* box = makeQuestion(this, tr("Which of the two captures was taken nearer to the client?"),
        tr("Neither the hops nor the delays of the packets tell it; the directions of what was lost depend on it. "
           "Compare > Swap the sides changes it later."));
    const bool isSwapped = open.comparison->isSwapped;
    for (const GivenCapture given : {GivenCapture::First, GivenCapture::Second}) {
        const Side side = (given == GivenCapture::First) == isSwapped ? Side::Server : Side::Client;
        QPushButton* button = box->addButton(captureNames(open)[sideIndex(side)], QMessageBox::AcceptRole);
        connect(button, &QPushButton::clicked, this, [this, given] { setNearClient(given); });
    }
    box->open();
}

void MainWindow::setNearClient(GivenCapture near)
{
    CompareOptions options = m_comparison.options();
    options.nearClient = near;
    m_comparison.setOptions(options);
}

void MainWindow::showCompareFailure(const QString& sentence)
{
    m_loading->hide();
    m_message->showMessage(MessageBar::Kind::Error, sentence);
}

void MainWindow::leaveComparison()
{
    m_pages->setCurrentWidget(m_session.isOpen() ? static_cast<QWidget*>(m_workspace) : m_start);
    m_comparison.cancel();
    closeContrast();
    m_readout->clear();
    updateTitle();
    updateActions();
    judgeAnew();
}

void MainWindow::returnToComparison()
{
    if (!m_comparison.isOpen())
        return;
    m_pages->setCurrentWidget(m_compareView);
    closeContrast();
    updateTitle();
    updateActions();
}

void MainWindow::swapCompareSides()
{
    CompareOptions options = m_comparison.options();
    const bool isSwapped = m_comparison.open().comparison->isSwapped;
    options.nearClient = isSwapped ? GivenCapture::First : GivenCapture::Second;
    options.offset.reset(); // it was the other way round
    m_comparison.setOptions(options);
}

void MainWindow::setStillRunning(bool isRunning)
{
    CompareOptions options = m_comparison.options();
    options.stillRunning = isRunning;
    m_comparison.setOptions(options);
}

void MainWindow::chooseClockOffset()
{
    const CaptureClock& clock = m_comparison.open().comparison->clock;
    const double now = toSeconds(clock.offsetAt(m_comparison.open().trace(Side::Client).capture.firstTime));
    bool isAccepted = false;
    const double seconds = QInputDialog::getDouble(this, tr("Clock offset"),
        tr("Seconds that the server capture's clock is ahead of the client's:"), now, -longestOffset, longestOffset,
        nanosecondDigits, &isAccepted);
    if (!isAccepted)
        return;
    CompareOptions options = m_comparison.options();
    options.offset = Duration(std::llround(seconds * 1e9));
    options.trustClocks = false;
    m_comparison.setOptions(options);
}

void MainWindow::setClocksTrusted(bool areTrusted)
{
    CompareOptions options = m_comparison.options();
    options.offset.reset();
    options.trustClocks = areTrusted;
    m_comparison.setOptions(options);
}

void MainWindow::useFoundClock()
{
    setClocksTrusted(false);
}

void MainWindow::choosePair()
{
    PairDialog dialog(m_comparison.open(), this);
    if (dialog.exec() == QDialog::Accepted)
        m_comparison.pairByHand(dialog.chosen().first, dialog.chosen().second);
}

void MainWindow::pairRefused(uint index)
{
    const RefusedPair& refused = m_comparison.open().comparison->refused[index];
    m_comparison.pairByHand(refused.client, refused.server);
}

void MainWindow::partShownPair()
{
    if (const auto details = m_comparison.details())
        m_comparison.part(details->index());
}

} // namespace whyrst
