#include "model/document/snapshot_maker.h"

#include <algorithm>
#include <new>
#include <utility>

namespace whyrst {
namespace {

/// Ends a diagnosis that nobody waits for any more.
class UntilStopped final : public Progress
{
public:
    explicit UntilStopped(const std::atomic<bool>& isStopped)
        : m_isStopped(isStopped)
    {
    }
    bool report(double, uint64_t) override { return !m_isStopped; }

private:
    const std::atomic<bool>& m_isStopped;
};

} // namespace

SnapshotMaker::SnapshotMaker(Source source, const std::atomic<uint64_t>& packets, const DiagnosisSettings& settings)
    : m_source(source)
    , m_packets(packets)
    , m_settings(settings)
    , m_thread([this](const std::stop_token& stopped) { work(stopped); })
{
}

SnapshotMaker::~SnapshotMaker()
{
    stop();
}

void SnapshotMaker::stop()
{
    m_isStopped = true;
    m_thread.request_stop();
}

bool SnapshotMaker::wantsSnapshot(size_t connections)
{
    m_connections = connections;
    const std::scoped_lock lock(m_mutex);
    if (m_isOnItsWay || m_isStopped || connections == 0 || connections > mostConnections)
        return false;
    const Clock::time_point now = Clock::now();
    if (!m_due)
        m_due = now + firstWait;
    if (now < *m_due || m_packets == m_packetsBefore)
        return false;
    m_isOnItsWay = true;
    m_begun = now;
    return true;
}

void SnapshotMaker::takeSnapshot(Trace trace)
{
    const std::scoped_lock lock(m_mutex);
    m_packetsBefore = trace.capture.packets;
    m_copied = std::move(trace);
    m_changed.notify_all();
}

std::optional<OpenTrace> SnapshotMaker::take()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_ready, std::nullopt);
}

void SnapshotMaker::showed(std::chrono::nanoseconds cost, OpenTrace replaced)
{
    const std::scoped_lock lock(m_mutex);
    const Clock::duration whole = m_cost + cost;
    Clock::duration rest = whole * restShare;
    if (m_source == Source::Grows)
        rest = std::min<Clock::duration>(rest, std::max<Clock::duration>(whole, longestRest));
    m_due = Clock::now() + rest;
    m_isOnItsWay = false;
    m_replaced.push_back(std::move(replaced));
    m_changed.notify_all();
}

/// Nothing when the memory is used up: then loading ends soon, too.
std::optional<OpenTrace> SnapshotMaker::diagnose(Trace trace) const
{
    try {
        UntilStopped progress(m_isStopped);
        OpenTrace open;
        open.trace = std::make_shared<const Trace>(std::move(trace));
        open.diagnosis = std::make_shared<const TraceDiagnosis>(diagnoseTrace(*open.trace, progress, m_settings));
        return open;
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    }
}

void SnapshotMaker::work(const std::stop_token& stopped)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stopped, [this] { return m_copied || !m_replaced.empty(); })) {
        std::vector<OpenTrace> replaced = std::exchange(m_replaced, {});
        std::optional<Trace> copied = std::exchange(m_copied, std::nullopt);
        lock.unlock();
        replaced.clear();
        std::optional<OpenTrace> ready;
        if (copied)
            ready = diagnose(std::move(*copied));
        lock.lock();
        if (!ready)
            continue;
        m_ready = std::move(ready);
        m_cost = Clock::now() - m_begun;
    }
}

} // namespace whyrst
