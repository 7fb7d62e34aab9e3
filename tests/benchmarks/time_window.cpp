// Opens a capture in the window as a person would and measures when there is something to see, for how long the window
// does not answer, and how soon Cancel, sorting and filtering are done.
//
// time_window [--cancel-after MS] FILE...     (QT_QPA_PLATFORM=offscreen measures without a display)
#include "app/main_window.h"
#include "views/connection_list.h"
#include "views/loading_bar.h"
#include "views/workspace.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace whyrst {
namespace {

constexpr double millisecondsPerNanosecond = 1e-6;

/// Ticks every few milliseconds; a gap is as long as the window does not answer.
class GapMeter : public QObject
{
public:
    GapMeter()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_gaps.push_back(static_cast<double>(m_since.nsecsElapsed()) * millisecondsPerNanosecond);
            m_since.start();
        });
    }
    void start()
    {
        m_since.start();
        m_timer.start(interval);
    }
    void print(const char* when)
    {
        m_timer.stop();
        if (m_gaps.empty())
            return;
        std::ranges::sort(m_gaps);
        const size_t ninetyNine = m_gaps.size() * 99 / 100;
        std::printf("%-18s %6zu ticks, gap p50 %.1f ms, p99 %.1f ms, longest %.1f ms\n", when, m_gaps.size(),
            m_gaps[m_gaps.size() / 2], m_gaps[ninetyNine], m_gaps.back());
        m_gaps.clear();
    }

private:
    static constexpr int interval = 5; ///< milliseconds
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<double> m_gaps;
};

void printTime(const char* what, const QElapsedTimer& timer)
{
    std::printf("%-18s %8.1f ms\n", what, static_cast<double>(timer.nsecsElapsed()) * millisecondsPerNanosecond);
    std::fflush(stdout);
}

void timeLists(MainWindow& window)
{
    ConnectionList* list = window.workspace()->panes().connections;
    QElapsedTimer timer;
    timer.start();
    list->table()->sortByColumn(ConnectionTableModel::Server, Qt::AscendingOrder);
    printTime("sort by server", timer);
    timer.start();
    list->table()->sortByColumn(ConnectionTableModel::Packets, Qt::DescendingOrder);
    printTime("sort by packets", timer);
    for (const char* text : {"host:10.0.0.1", "port:443", "443", "ended:reset"}) {
        timer.start();
        list->filterBox()->setText(QString::fromLatin1(text));
        const QByteArray name = QByteArray("filter ") + text;
        printTime(name.constData(), timer);
    }
    std::printf("%-18s %8zu\n", "connections", window.session()->openTrace().trace->connections.size());
}

int run(int argc, char** argv)
{
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    QStringList files = QApplication::arguments().mid(1);
    int cancelAfter = -1;
    if (files.size() > 2 && files.front() == QStringLiteral("--cancel-after")) {
        cancelAfter = files[1].toInt();
        files = files.mid(2);
    }
    MainWindow window;
    window.resize(1600, 960);
    window.show();
    GapMeter gaps;
    QElapsedTimer timer;
    QElapsedTimer cancelled;
    int snapshots = 0;
    bool isDiagnosing = false;
    QObject::connect(window.loader(), &TraceLoader::grown, &window, [&] {
        if (snapshots++ == 0)
            printTime("first rows", timer);
    });
    QObject::connect(window.loader(), &TraceLoader::progressed, &window, [&](const LoadState& state) {
        if (isDiagnosing || state.stage != LoadState::Stage::Diagnosing)
            return;
        isDiagnosing = true;
        printTime("all read", timer);
        if (cancelled.isValid())
            printTime("Cancel: read off", cancelled);
    });
    const auto end = [&] {
        printTime("complete", timer);
        if (cancelled.isValid())
            printTime("Cancel: complete", cancelled);
        std::printf("%-18s %8d\n", "snapshots", snapshots);
        QTimer::singleShot(0, &window, [&] {
            gaps.print("window");
            timeLists(window);
            QApplication::quit();
        });
    };
    QObject::connect(window.loader(), &TraceLoader::loaded, &window, end);
    QObject::connect(window.loader(), &TraceLoader::cancelled, &window, end);
    QObject::connect(window.loader(), &TraceLoader::failed, &window, [](const QString& sentence) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(sentence));
        QApplication::exit(1);
    });
    timer.start();
    gaps.start();
    window.open({files});
    if (cancelAfter >= 0)
        QTimer::singleShot(cancelAfter, &window, [&] {
            cancelled.start();
            window.loadingBar()->cancelButton()->click();
        });
    return QApplication::exec();
}

} // namespace
} // namespace whyrst

int main(int argc, char** argv)
{
    return whyrst::run(argc, argv);
}
