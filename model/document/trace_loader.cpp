#include "model/document/trace_loader.h"

#include "model/document/document_text.h"
#include "model/document/snapshot_maker.h"
#include "model/tcp/swap_sides.h"

#include <QFile>
#include <QRandomGenerator>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace whyrst {
namespace {

constexpr std::chrono::milliseconds pollInterval(25); // a person sees 40 steps a second as smooth
constexpr double readShare = 0.7;                     // of the progress bar; diagnosing takes the rest

} // namespace

/// What the worker and the timer share. The result is written before `isDone` and read after it.
struct TraceLoader::Job
{
    explicit Job(const LoadRequest& wanted)
        : request(wanted)
        , isGrowing(wanted.isGrowing())
        , snapshots(isGrowing ? SnapshotMaker::Source::Grows : SnapshotMaker::Source::Ends, packets,
              request.choices.diagnosis)
    {
    }

    LoadRequest request;
    bool isGrowing;
    std::atomic<double> fraction = -1;
    std::atomic<uint64_t> packets = 0;
    std::atomic<bool> isDiagnosing = false;
    std::atomic<bool> stopReading = false;
    std::atomic<bool> stopDiagnosing = false;
    std::atomic<bool> isCancelled = false;
    std::atomic<bool> isDone = false;
    OpenTrace result;
    std::optional<Error> error;
    bool isOutOfMemory = false;
    SnapshotMaker snapshots; ///< last: reads `packets`

    void run(const std::stop_token& abandoned);

private:
    Result<Trace> load(Progress& progress);
    void readAndDiagnose(const std::stop_token& abandoned);
};

namespace {

/// Passes a stage's progress on to the job.
template <typename Report> class StageProgress final : public Progress
{
public:
    explicit StageProgress(Report report)
        : m_report(std::move(report))
    {
    }
    bool report(double fraction, uint64_t packets) override { return m_report(fraction, packets); }

private:
    Report m_report;
};

} // namespace

Result<Trace> TraceLoader::Job::load(Progress& progress)
{
    LoadOptions options;
    options.hashSeed = QRandomGenerator::global()->generate64();
    if (!request.isAgain)
        options.snapshots = &snapshots;
    options.open.filter = request.filter.toStdString();
    options.keepDuplicates = request.choices.keepDuplicates;
    if (request.isLive())
        return loadLive(request.captureInterface.toStdString(), options, progress);
    std::vector<std::string> files;
    for (const QString& file : std::as_const(request.files))
        files.push_back(QFile::encodeName(file).toStdString());
    return files.size() == 1 ? loadTrace(files.front(), options, progress) : loadMergedTrace(files, options, progress);
}

void TraceLoader::Job::readAndDiagnose(const std::stop_token& abandoned)
{
    StageProgress reading([&](double done, uint64_t count) {
        fraction = done < 0 ? done : readShare * done;
        packets = std::max<uint64_t>(packets, count); // opening reports none
        return !abandoned.stop_requested() && !stopReading;
    });
    Result<Trace> trace = load(reading);
    snapshots.stop();
    if (!trace) {
        error = trace.error();
        return;
    }
    packets = trace->capture.packets;
    isDiagnosing = true;
    StageProgress diagnosing([&](double done, uint64_t) {
        fraction = readShare + (1 - readShare) * done;
        return !abandoned.stop_requested() && !stopDiagnosing;
    });
    for (const ConnectionId id : request.choices.swapped)
        swapSides(*trace, id);
    for (const GivenWindowScale& given : request.choices.windowScales) {
        if (given.connection.value < trace->connections.size())
            trace->connections[given.connection.value].flow(given.side).rare.edit().givenWindowScale = given.scale;
    }
    result.trace = std::make_shared<const Trace>(std::move(trace).value());
    result.diagnosis
        = std::make_shared<const TraceDiagnosis>(diagnoseTrace(*result.trace, diagnosing, request.choices.diagnosis));
}

void TraceLoader::Job::run(const std::stop_token& abandoned)
{
    try {
        readAndDiagnose(abandoned);
    } catch (const std::bad_alloc&) {
        isOutOfMemory = true;
    }
    isDone = true;
}

TraceLoader::TraceLoader(QObject* parent)
    : QObject(parent)
{
    m_timer.setInterval(pollInterval);
    connect(&m_timer, &QTimer::timeout, this, &TraceLoader::poll);
}

TraceLoader::~TraceLoader() = default;

void TraceLoader::start(const LoadRequest& request)
{
    abandon();
    m_request = request;
    m_job = std::make_shared<Job>(request);
    m_worker = std::jthread([job = m_job](const std::stop_token& abandoned) { job->run(abandoned); });
    m_timer.start();
}

void TraceLoader::abandon()
{
    m_timer.stop();
    m_shown = {};
    if (m_job)
        m_job->snapshots.stop();
    m_worker = {}; // stops and joins the worker, which looks at its token every few milliseconds
    m_job.reset();
}

void TraceLoader::cancel()
{
    if (!m_job)
        return;
    const bool isDiagnosing = m_job->isDiagnosing;
    (isDiagnosing ? m_job->stopDiagnosing : m_job->stopReading) = true;
    if (isDiagnosing || !m_job->isGrowing)
        m_job->isCancelled = true;
}

bool TraceLoader::isLoading() const
{
    return m_job != nullptr;
}

void TraceLoader::poll()
{
    if (!m_job)
        return;
    if (m_job->isDone) {
        finish();
        return;
    }
    const auto stage = m_job->isDiagnosing ? LoadState::Stage::Diagnosing : LoadState::Stage::Reading;
    emit progressed({stage, m_job->fraction, m_job->packets, m_job->snapshots.connections()});
    showSnapshot();
}

void TraceLoader::showSnapshot()
{
    const std::shared_ptr<Job> job = m_job; // who looks at the snapshot may start another load
    std::optional<OpenTrace> open = job ? job->snapshots.take() : std::nullopt;
    if (!open || job->isDiagnosing)
        return;
    OpenTrace replaced = std::exchange(m_shown, *open);
    const auto begun = std::chrono::steady_clock::now();
    emit grown(*open);
    job->snapshots.showed(std::chrono::steady_clock::now() - begun, std::move(replaced));
}

void TraceLoader::finish()
{
    m_timer.stop();
    m_worker.join();
    const std::shared_ptr<Job> job = std::move(m_job);
    m_job.reset();
    m_shown = {};
    if (job->isOutOfMemory)
        emit failed(tr("The memory is used up: close other programs, or open a part of the capture with a filter."));
    else if (job->error && job->error->code != ErrorCode::Cancelled && !job->isCancelled)
        emit failed(toQString(sentenceFor(*job->error)));
    else if (job->error)
        emit failed(tr("Loading was cancelled before a TCP packet was read."));
    else if (job->isCancelled)
        emit cancelled(job->result);
    else
        emit loaded(job->result);
}

} // namespace whyrst
