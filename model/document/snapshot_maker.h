// Diagnoses what was read so far, while reading goes on.
#pragma once

#include "model/document/open_trace.h"
#include "model/tcp/load_trace.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace whyrst {

/// Takes a snapshot now and then and diagnoses it on a thread of its own, for the window to show.
///
/// The first one comes `firstWait` after the first connection. A later one waits `restShare` times as long as the one
/// before took to copy, diagnose and show, so that loading is hardly slower; for a source that grows at most a second,
/// or as long as the one before took. None is taken while one is on its way, none when nothing has changed, none above
/// `mostConnections`.
class SnapshotMaker final : public SnapshotSink
{
public:
    static constexpr std::chrono::milliseconds firstWait{60}; ///< enough packets for a list that is worth a look
    static constexpr int restShare = 10;
    static constexpr std::chrono::seconds longestRest{1};
    static constexpr size_t mostConnections = 300'000; ///< a copy and its diagnosis would take seconds

    /// What is loaded.
    enum class Source : uint8_t
    {
        Ends,
        Grows
    };
    /// `packets` counts what was read; it must outlive the maker.
    SnapshotMaker(Source source, const std::atomic<uint64_t>& packets, const DiagnosisSettings& settings = {});
    /// Waits for the diagnosis that runs, which is stopped.
    ~SnapshotMaker() override;
    SnapshotMaker(const SnapshotMaker&) = delete;
    SnapshotMaker& operator=(const SnapshotMaker&) = delete;

    // On the threads of the loader:
    bool wantsSnapshot(size_t connections) override;
    void takeSnapshot(Trace trace) override;

    // On the thread that shows:
    /// The snapshot that is ready, once. `showed` must follow.
    std::optional<OpenTrace> take();
    /// The snapshot is on the screen; that took `cost`. What it replaced is freed on the maker's thread.
    void showed(std::chrono::nanoseconds cost, OpenTrace replaced);
    /// Takes no more and stops the diagnosis that runs.
    void stop();

    size_t connections() const { return m_connections; } ///< seen last

private:
    using Clock = std::chrono::steady_clock;

    void work(const std::stop_token& stopped);
    std::optional<OpenTrace> diagnose(Trace trace) const;

    Source m_source;
    const std::atomic<uint64_t>& m_packets;
    const DiagnosisSettings m_settings;
    std::atomic<size_t> m_connections = 0;
    std::atomic<bool> m_isStopped = false;
    std::mutex m_mutex; ///< guards what follows
    std::condition_variable_any m_changed;
    std::optional<Clock::time_point> m_due; ///< of the next one
    bool m_isOnItsWay = false;
    uint64_t m_packetsBefore = 0; ///< in the one before
    Clock::time_point m_begun;
    Clock::duration m_cost{}; ///< of the one that is on its way
    std::optional<Trace> m_copied;
    std::optional<OpenTrace> m_ready;
    std::vector<OpenTrace> m_replaced;
    std::jthread m_thread; ///< last, so that all is there when it begins
};

} // namespace whyrst
