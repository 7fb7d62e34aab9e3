// Good against bad: two different connections, one that works and one that fails.
#include "app/main_window.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/compare/connection_dialog.h"
#include "views/compare/contrast_view.h"
#include "views/connection_list.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"
#include "views/workspace.h"

#include <QFileDialog>
#include <QLabel>
#include <QStackedWidget>

#include <algorithm>

namespace whyrst {
bool MainWindow::isContrasting() const
{
    return m_pages->currentWidget() == m_contrastView;
}

void MainWindow::connectContrast()
{
    connect(m_workspace->panes().connections, &ConnectionList::marksChanged, this, &MainWindow::updateActions);
    connect(m_contrastView, &ContrastView::readoutChanged, m_readout, &QLabel::setText);
    connect(&m_otherLoader, &TraceLoader::progressed, m_loading, &LoadingBar::setState);
    connect(&m_otherLoader, &TraceLoader::loaded, this, &MainWindow::chooseOtherConnection);
    connect(&m_otherLoader, &TraceLoader::cancelled, m_loading, &QWidget::hide);
    connect(&m_otherLoader, &TraceLoader::failed, this, &MainWindow::showFailed);
}

void MainWindow::contrastMarked()
{
    std::vector<ConnectionId> marked = m_workspace->panes().connections->markedConnections();
    if (marked.size() != outcomeCount || !m_session.isOpen())
        return;
    std::ranges::sort(marked);
    const OpenTrace& open = m_session.openTrace();
    showContrast(contrastOf(makeConnectionDetails(open, marked[0]), makeConnectionDetails(open, marked[1])));
}

void MainWindow::chooseContrastCapture()
{
    const QStringList files = askForFiles();
    if (files.size() == 1)
        contrastWith(files.front());
    else if (files.size() > 1)
        m_message->showMessage(MessageBar::Kind::Note, tr("Choose one file: the capture with the other connection."));
}

void MainWindow::contrastWith(const QString& file)
{
    if (!m_session.details())
        return;
    m_message->hide();
    LoadRequest request{{file}};
    request.choices.diagnosis = m_thresholds.at(std::nullopt);
    m_otherLoader.start(request);
    m_loading->begin(request);
}

void MainWindow::chooseOtherConnection(const OpenTrace& other)
{
    m_loading->hide();
    const size_t count = other.trace->connections.size();
    if (count == 0)
        m_message->showMessage(MessageBar::Kind::Note, tr("There is no TCP connection in that capture."));
    else if (count == 1)
        contrastWithOther(other, ConnectionId(0));
    if (count <= 1)
        return;
    auto* dialog = new ConnectionDialog(other,
        tr("Which connection of %1 is to be set against the selected one?").arg(captureName(*other.trace)), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, other] {
        if (dialog->chosen())
            contrastWithOther(other, *dialog->chosen());
    });
    dialog->open();
}

void MainWindow::contrastWithOther(const OpenTrace& other, ConnectionId id)
{
    if (m_session.details())
        showContrast(contrastOf(m_session.details(), makeConnectionDetails(other, id)));
}

void MainWindow::showContrast(const std::shared_ptr<const ConnectionContrast>& contrast)
{
    m_message->hide();
    m_contrastView->setContrast(contrast);
    m_pages->setCurrentWidget(m_contrastView);
    m_readout->clear();
    updateTitle();
    updateActions();
}

/// Lets go of the traces behind it.
void MainWindow::closeContrast()
{
    if (m_contrastView->contrast())
        m_contrastView->setContrast(nullptr);
}

} // namespace whyrst
