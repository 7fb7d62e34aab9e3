#include "model/document/trace_loader.h"

#include "model/document/document_text.h"
#include "model/tcp/load_trace.h"

#include <QFile>
#include <QRandomGenerator>

#include <atomic>
#include <chrono>
#include <optional>
#include <stop_token>

namespace whyrst {
namespace {

constexpr std::chrono::milliseconds pollInterval(50); // 20 Hz: smooth to the eye, nothing to the processor
constexpr double readShare = 0.7;                     // of the progress bar; diagnosing takes the rest

} // namespace

/// What the worker and the timer share. The result is written before `isDone` and read after it.
struct TraceLoader::Job
{
    std::string file;
    std::atomic<double> fraction = 0;
    std::atomic<uint64_t> packets = 0;
    std::atomic<bool> stopStage = false; ///< asked for by cancel(), taken back when the stage has ended
    std::atomic<bool> isCancelled = false;
    std::atomic<bool> isDone = false;
    OpenTrace result;
    std::optional<Error> error;

    void run(const std::stop_token& abandoned);
};

namespace {

/// Passes a stage's progress on to the job: `begin` and `share` place the stage on the progress bar.
template <typename Job> class StageProgress final : public Progress
{
public:
    StageProgress(Job& job, std::stop_token abandoned, double begin, double share)
        : m_job(job)
        , m_abandoned(std::move(abandoned))
        , m_begin(begin)
        , m_share(share)
    {
    }

    bool report(double fraction, uint64_t packets) override
    {
        m_job.fraction = fraction < 0 ? fraction : m_begin + m_share * fraction;
        if (m_begin == 0)
            m_job.packets = packets;
        return !m_abandoned.stop_requested() && !m_job.stopStage;
    }

private:
    Job& m_job;
    std::stop_token m_abandoned;
    double m_begin;
    double m_share;
};

} // namespace

void TraceLoader::Job::run(const std::stop_token& abandoned)
{
    StageProgress reading(*this, abandoned, 0, readShare);
    LoadOptions options;
    options.hashSeed = QRandomGenerator::global()->generate64();
    Result<Trace> trace = loadTrace(file, options, reading);
    if (!trace) {
        error = trace.error();
    } else {
        stopStage = false;
        StageProgress diagnosing(*this, abandoned, readShare, 1 - readShare);
        result.trace = std::make_shared<const Trace>(std::move(trace).value());
        result.diagnosis = std::make_shared<const TraceDiagnosis>(diagnoseTrace(*result.trace, diagnosing));
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

void TraceLoader::start(const QString& file)
{
    m_job = std::make_shared<Job>();
    m_job->file = QFile::encodeName(file).toStdString();
    // Assigning stops and joins the worker before, which looks at its token every few milliseconds.
    m_worker = std::jthread([job = m_job](const std::stop_token& abandoned) { job->run(abandoned); });
    m_timer.start();
}

void TraceLoader::cancel()
{
    if (!m_job)
        return;
    m_job->isCancelled = true;
    m_job->stopStage = true;
}

bool TraceLoader::isLoading() const
{
    return m_job != nullptr;
}

void TraceLoader::poll()
{
    if (!m_job)
        return;
    if (m_job->isDone)
        finish();
    else
        emit progressed(m_job->fraction, m_job->packets);
}

void TraceLoader::finish()
{
    m_timer.stop();
    m_worker.join();
    const std::shared_ptr<Job> job = std::move(m_job);
    m_job.reset();
    if (job->error)
        emit failed(job->isCancelled ? tr("Loading was cancelled before a TCP packet was read.")
                                     : toQString(sentenceFor(*job->error)));
    else if (job->isCancelled)
        emit cancelled(job->result);
    else
        emit loaded(job->result);
}

} // namespace whyrst
