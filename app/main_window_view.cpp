// The view as a file: what is shown of a capture, for later or for somebody else.
#include "app/main_window.h"

#include "model/document/document_text.h"
#include "views/charts/chart_image.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/message_bar.h"
#include "views/workspace.h"

#include <QFile>
#include <QFileInfo>

#include <utility>

namespace whyrst {
namespace {

constexpr qint64 largestView = 1 << 20; // bytes; a view has some hundred

} // namespace

bool MainWindow::saveView(const QString& file)
{
    if (!m_session.connection() || m_shown.isGrowing())
        return false;
    SavedView view;
    for (const QString& path : std::as_const(m_shown.files)) {
        const std::optional<SavedView::File> capture = fingerprintOf(QFileInfo(path).absoluteFilePath());
        if (!capture) {
            m_message->showMessage(
                MessageBar::Kind::Error, tr("Cannot read %1: without it there is no view to save.").arg(path));
            return false;
        }
        view.files.push_back(*capture);
    }
    view.filter = m_shown.filter;
    view.choices = m_shown.choices;
    view.connection = m_session.connection()->id;
    if (m_session.diagnosis())
        view.reset = m_session.diagnosis()->frame;
    view.packet = m_session.packet();
    view.direction = m_session.direction();
    const TimeWindow* window = m_workspace->panes().charts->timeWindow();
    view.begin = window->begin();
    view.end = window->end();
    return saveBytes(file, toJson(view));
}

void MainWindow::openView(const QString& file)
{
    QFile stored(file);
    const bool isRead = QFileInfo(file).isFile() && stored.open(QIODevice::ReadOnly) && stored.size() <= largestView;
    const std::optional<SavedView> view = isRead ? viewFromJson(stored.readAll()) : std::nullopt;
    if (!view) {
        m_message->showMessage(MessageBar::Kind::Error,
            tr("%1 is no view of Whyrst, or cannot be read: save it once more.").arg(QFileInfo(file).fileName()));
        return;
    }
    QString missing;
    const std::optional<QStringList> captures = findCaptures(*view, QFileInfo(file).absolutePath(), missing);
    if (!captures) {
        m_message->showMessage(MessageBar::Kind::Error,
            tr("The capture %1 is not there, or is not the one of this view: put it beside %2.")
                .arg(missing, QFileInfo(file).fileName()));
        return;
    }
    open({*captures, {}, view->filter, view->choices});
    m_view = view; // shown once all is read
}

void MainWindow::showView()
{
    const std::optional<SavedView> view = std::exchange(m_view, std::nullopt);
    if (!view || view->connection.value >= m_session.openTrace().trace->connections.size())
        return;
    m_session.selectConnection(view->connection);
    if (view->reset)
        m_session.selectReset(*view->reset);
    m_session.setDirection(view->direction);
    if (view->packet.value != 0)
        m_session.selectPacket(view->packet);
    m_workspace->panes().charts->showSpan(view->begin, view->end);
}

} // namespace whyrst
