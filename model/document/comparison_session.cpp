#include "model/document/comparison_session.h"

#include "model/compare/compare.h"
#include "model/compare/content_comparison.h"
#include "model/compare/peer_diagnosis.h"
#include "model/document/document_text.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <new>
#include <system_error>

namespace whyrst {
namespace {

constexpr std::chrono::milliseconds pollInterval(25); // a person sees 40 steps a second as smooth

bool isDifference(const PacketRelation& relation)
{
    return relation.relation != Relation::Same;
}

bool hasChoices(const CompareOptions& options)
{
    return !options.pairs.empty() || !options.apart.empty() || options.nearClient || options.offset
        || options.trustClocks || options.stillRunning;
}

/// Tells what was loaded of a file from other files, from the file after a change and from a part of it, whose
/// connections have other numbers; empty for what is no file.
QString stampOf(const Trace& trace)
{
    const CaptureInfo& capture = trace.capture;
    const QFileInfo file(toQString(capture.file));
    if (!file.isFile())
        return {};
    QStringList parts{file.canonicalFilePath()};
    for (const uint64_t count :
        {capture.fileSize, capture.packets, capture.tcpSegments, uint64_t{trace.connections.size()}})
        parts << QString::number(count);
    for (const Timestamp time : {capture.firstTime, capture.lastTime})
        parts << QString::number(time.time_since_epoch().count());
    return parts.join(u'|');
}

/// The same for captures that are given in the other order.
CompareOptions mirrored(CompareOptions options)
{
    for (ConnectionCouples* couples : {&options.pairs, &options.apart}) {
        for (auto& couple : *couples)
            std::swap(couple.first, couple.second);
    }
    if (options.nearClient)
        options.nearClient = *options.nearClient == GivenCapture::First ? GivenCapture::Second : GivenCapture::First;
    return options;
}

} // namespace

/// What the worker and the timer share. The result is written before `isDone` and read after it.
struct ComparisonSession::Job final : Progress
{
    Job(std::array<std::shared_ptr<const Trace>, 2> traces, CompareOptions chosen, const DiagnosisSettings& thresholds)
        : given(std::move(traces))
        , options(std::move(chosen))
        , settings(thresholds)
    {
    }

    bool report(double done, uint64_t) override
    {
        fraction = done;
        return !stop;
    }

    void run()
    {
        try {
            auto comparison = std::make_shared<Comparison>(compareTraces(*given[0], *given[1], options, *this));
            const bool isSwapped = comparison->isSwapped;
            const TracePair traces{*given[isSwapped ? 1 : 0], *given[isSwapped ? 0 : 1]};
            compareContents(traces, *comparison, *this);
            diagnosePairs(traces, *comparison, settings, *this);
            result = std::move(comparison);
        } catch (const std::bad_alloc&) {
            isOutOfMemory = true;
        } catch (const std::system_error&) { // no thread is to be had: it needs memory, too
            isOutOfMemory = true;
        }
        isDone = true;
    }

    std::array<std::shared_ptr<const Trace>, 2> given;
    CompareOptions options;
    DiagnosisSettings settings;
    std::atomic<double> fraction = 0;
    std::atomic<bool> stop = false;
    std::atomic<bool> isDone = false;
    std::shared_ptr<const Comparison> result;
    bool isOutOfMemory = false;
};

ComparisonSession::ComparisonSession(QObject* parent)
    : QObject(parent)
{
    m_timer.setInterval(pollInterval);
    connect(&m_timer, &QTimer::timeout, this, &ComparisonSession::poll);
    connect(&m_loader, &TraceLoader::progressed, this, &ComparisonSession::reportLoad);
    connect(&m_loader, &TraceLoader::loaded, this, &ComparisonSession::takeTrace);
    connect(&m_loader, &TraceLoader::failed, this, &ComparisonSession::fail);
}

ComparisonSession::~ComparisonSession()
{
    stopComparing();
}

void ComparisonSession::start(const QString& first, const QString& second)
{
    stopComparing();
    m_given = {};
    m_wanted = {};
    m_secondFile = second;
    load(first);
}

void ComparisonSession::start(const OpenTrace& first, const QString& second)
{
    stopComparing();
    m_given = {first.trace, nullptr};
    m_wanted = {};
    m_secondFile = second;
    load(second);
}

void ComparisonSession::load(const QString& file)
{
    m_loader.start({{file}});
    emit progressed(tr("Reading %1").arg(QFileInfo(file).fileName()), -1);
}

void ComparisonSession::reportLoad(const LoadState& state)
{
    emit progressed(tr("Reading %1").arg(m_loader.request().name()), state.fraction);
}

void ComparisonSession::takeTrace(const OpenTrace& trace)
{
    if (!m_given[0]) {
        m_given[0] = trace.trace;
        load(m_secondFile);
        return;
    }
    m_given[1] = trace.trace;
    m_wanted = recall();
    m_isRecalled = hasChoices(m_wanted);
    compare();
}

void ComparisonSession::fail(const QString& sentence)
{
    m_given = {};
    emit failed(sentence);
}

void ComparisonSession::setThresholds(const DiagnosisSettings& thresholds)
{
    if (m_thresholds == thresholds)
        return;
    m_thresholds = thresholds;
    if (m_job) {
        stopComparing();
        compare();
    } else if (!m_loader.isLoading()) {
        setOptions(m_options);
    }
}

void ComparisonSession::setOptions(const CompareOptions& options)
{
    if (!m_open)
        return;
    stopComparing();
    m_given = m_open.given;
    m_wanted = options;
    m_isRecalled = false;
    compare();
}

/// Options speak of captures in the order in which they were given.
std::pair<ConnectionId, ConnectionId> ComparisonSession::asGiven(ConnectionId client, ConnectionId server) const
{
    return m_open.comparison->isSwapped ? std::pair(server, client) : std::pair(client, server);
}

void ComparisonSession::pairByHand(ConnectionId client, ConnectionId server)
{
    if (!m_open)
        return;
    const auto couple = asGiven(client, server);
    CompareOptions options = m_options;
    std::erase(options.apart, couple);
    std::erase_if(
        options.pairs, [&](const auto& other) { return other.first == couple.first || other.second == couple.second; });
    options.pairs.push_back(couple);
    setOptions(options);
}

void ComparisonSession::part(size_t pair)
{
    if (!m_open || pair >= m_open.comparison->pairs.size())
        return;
    const ConnectionPair& parted = m_open.comparison->pairs[pair];
    const auto couple = asGiven(parted.client, parted.server);
    CompareOptions options = m_options;
    if (std::erase(options.pairs, couple) == 0)
        options.apart.push_back(couple);
    setOptions(options);
}

void ComparisonSession::compare()
{
    m_job = std::make_shared<Job>(m_given, m_wanted, m_thresholds);
    m_worker = std::jthread([job = m_job] { job->run(); });
    m_timer.start();
    emit progressed(tr("Comparing"), -1);
}

void ComparisonSession::stopComparing()
{
    m_loader.abandon();
    m_timer.stop();
    if (m_job)
        m_job->stop = true;
    m_worker = {}; // joins; the worker asks every few milliseconds
    m_job.reset();
}

void ComparisonSession::cancel()
{
    if (!isBusy())
        return;
    stopComparing();
    m_given = {};
    emit cancelled();
}

bool ComparisonSession::isBusy() const
{
    return m_job || m_loader.isLoading();
}

void ComparisonSession::close()
{
    stopComparing();
    m_given = {};
    m_open = {};
    m_details.reset();
    m_relation.reset();
    emit pairChanged();
}

void ComparisonSession::poll()
{
    if (!m_job)
        return;
    if (!m_job->isDone) {
        emit progressed(tr("Comparing"), m_job->fraction);
        return;
    }
    m_timer.stop();
    m_worker.join();
    const std::shared_ptr<Job> job = std::move(m_job);
    m_job.reset();
    finish(*job);
}

void ComparisonSession::finish(const Job& job)
{
    if (job.isOutOfMemory) {
        fail(tr("The memory is used up: close other programs, or compare parts of the captures."));
        return;
    }
    m_open = {job.given, job.result};
    m_options = job.options;
    remember();
    emit compared();
    selectFirstPair();
}

bool ComparisonSession::isAnythingSet() const
{
    return isOpen() && hasChoices(m_options);
}

void ComparisonSession::remember()
{
    const std::pair files(stampOf(*m_open.given[0]), stampOf(*m_open.given[1]));
    if (files.first.isEmpty() || files.second.isEmpty())
        return;
    m_remembered.erase({files.second, files.first});
    if (!hasChoices(m_options)) {
        m_remembered.erase(files);
        return;
    }
    CompareOptions kept = m_options;
    if (kept.offset && !kept.nearClient) // it is that of these sides, whatever tells them the next time
        kept.nearClient = m_open.comparison->isSwapped ? GivenCapture::Second : GivenCapture::First;
    m_remembered[files] = kept;
}

CompareOptions ComparisonSession::recall() const
{
    const std::pair files(stampOf(*m_given[0]), stampOf(*m_given[1]));
    if (const auto found = m_remembered.find(files); found != m_remembered.end())
        return found->second;
    const auto found = m_remembered.find({files.second, files.first});
    return found == m_remembered.end() ? CompareOptions() : mirrored(found->second);
}

void ComparisonSession::selectFirstPair()
{
    m_details.reset();
    m_relation.reset();
    if (m_open.comparison->pairs.empty())
        emit pairChanged();
    else
        selectPair(worstPair(*m_open.comparison));
}

void ComparisonSession::selectPair(size_t pair)
{
    if (!m_open || pair >= m_open.comparison->pairs.size() || (m_details && m_details->index() == pair))
        return;
    m_details = std::make_shared<const PairDetails>(m_open, pair);
    m_relation.reset();
    m_direction = tellingDirection(*m_details);
    emit pairChanged();
}

void ComparisonSession::setDirection(Side direction)
{
    if (m_direction == direction)
        return;
    m_direction = direction;
    emit directionChanged();
}

void ComparisonSession::selectRelation(std::optional<uint32_t> row)
{
    if (!m_details || m_relation == row || (row && *row >= m_details->relations().size()))
        return;
    m_relation = row;
    emit selectionChanged();
}

void ComparisonSession::selectPacket(Side near, PacketNumber frame)
{
    if (m_details)
        selectRelation(m_details->relationOf(near, frame));
}

std::optional<uint32_t> ComparisonSession::neighbourDifference(
    int step, const std::function<bool(uint32_t)>& isShown) const
{
    if (!m_details)
        return {};
    const auto& relations = m_details->relations();
    const auto count = static_cast<int64_t>(relations.size());
    const int64_t start = m_relation ? int64_t{*m_relation} : (step > 0 ? -1 : count);
    for (int64_t row = start + step; row >= 0 && row < count; row += step) {
        const auto index = static_cast<uint32_t>(row);
        if (isDifference(relations[index]) && (!isShown || isShown(index)))
            return index;
    }
    return {};
}

} // namespace whyrst
