// Loads and diagnoses a capture on worker threads while the window stays alive.
#pragma once

#include "model/document/load_request.h"
#include "model/document/open_trace.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace whyrst {

/// How far a load is.
struct LoadState
{
    enum class Stage : uint8_t
    {
        Reading,
        Diagnosing ///< all was read
    };
    Stage stage = Stage::Reading;
    double fraction = -1; ///< 0 to 1, or negative when it cannot be known
    quint64 packets = 0;
    quint64 connections = 0;
};

/// Reads a capture and diagnoses it. One load at a time: a new one abandons the one before without a signal.
///
/// The workers touch no QObject; a timer reads their counters, passes on what they made and tells how it ended.
class TraceLoader : public QObject
{
    Q_OBJECT

public:
    explicit TraceLoader(QObject* parent = nullptr);
    ~TraceLoader() override;

    /// Begins to load; ends with exactly one of `loaded`, `cancelled` and `failed`.
    void start(const LoadRequest& request);
    /// Forgets the load that runs, without a signal.
    void abandon();

    /// Stops the stage that runs: while reading, what was read is still diagnosed; while diagnosing, the rest stays
    /// without diagnosis. Ends with `cancelled`; a source that grows has no other end than to be stopped while it is
    /// read, and ends with `loaded`.
    void cancel();

    bool isLoading() const;
    /// What is loaded, or was loaded last.
    const LoadRequest& request() const { return m_request; }

signals:
    void progressed(const whyrst::LoadState& state);
    /// What was read so far. Later ones and the end continue it: connections and packets only come in addition.
    void grown(const whyrst::OpenTrace& trace);
    void loaded(const whyrst::OpenTrace& trace);
    /// Cancel was asked for; `trace` holds what was read until then.
    void cancelled(const whyrst::OpenTrace& trace);
    /// One sentence for the user.
    void failed(const QString& sentence);

private:
    struct Job;

    void poll();
    void showSnapshot();
    void finish();

    LoadRequest m_request;
    std::shared_ptr<Job> m_job;
    OpenTrace m_shown; ///< the snapshot that `grown` told last
    std::jthread m_worker;
    QTimer m_timer;
};

} // namespace whyrst
