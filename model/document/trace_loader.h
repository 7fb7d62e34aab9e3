// Loads and diagnoses a capture on a worker thread while the window stays alive.
#pragma once

#include "model/document/open_trace.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <thread>

namespace whyrst {

/// Reads a capture and diagnoses it. One load at a time: a new one abandons the one before without a signal.
///
/// The worker touches no QObject; a timer reads its counters and tells how it ended.
class TraceLoader : public QObject
{
    Q_OBJECT

public:
    explicit TraceLoader(QObject* parent = nullptr);
    ~TraceLoader() override;

    /// Begins to load `file`; ends with exactly one of `loaded`, `cancelled` and `failed`.
    void start(const QString& file);

    /// Stops the stage that runs: while reading, what was read is still diagnosed; while diagnosing, the rest stays
    /// without diagnosis. Ends with `cancelled`.
    void cancel();

    bool isLoading() const;

signals:
    /// `fraction` is 0 to 1, or negative when it cannot be known.
    void progressed(double fraction, quint64 packets);
    void loaded(const whyrst::OpenTrace& trace);
    /// Cancel was asked for; `trace` holds what was read until then.
    void cancelled(const whyrst::OpenTrace& trace);
    /// One sentence for the user.
    void failed(const QString& sentence);

private:
    struct Job;

    void poll();
    void finish();

    std::shared_ptr<Job> m_job;
    std::jthread m_worker;
    QTimer m_timer;
};

} // namespace whyrst
