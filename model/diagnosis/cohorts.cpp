#include "model/diagnosis/cohorts.h"

#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/trace_context.h"
#include "model/number_text.h"
#include "model/parallel.h"
#include "model/tcp/load_trace.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace whyrst {

namespace {

constexpr uint32_t mostOfOneLength = 100;                   ///< more prove no more
constexpr Duration shortestPause = std::chrono::seconds(1); // diagnosis.md 1.17
/// Heuristic: among very many waits three are alike by chance. A timer makes at least half of those that are longer or
/// shorter by a quarter.
constexpr double nearbyShare = 1.25;

auto groupOf(const WaitedReset& reset)
{
    return std::tuple(reset.cause, reset.form, reset.ttl);
}

auto orderOf(const WaitedReset& reset)
{
    return std::tuple(reset.cause, reset.form, reset.ttl, reset.wait);
}

Duration scaled(Duration duration, double factor)
{
    return std::chrono::duration_cast<Duration>(duration * factor);
}

/// How many of `times` lie more than `tolerance` behind the one before: what ends at one moment may have one reason,
/// and what began at one moment as well then waited equally long.
uint32_t countMoments(std::vector<Timestamp> times, Duration tolerance)
{
    std::ranges::sort(times);
    uint32_t moments = 0;
    std::optional<Timestamp> last;
    for (const Timestamp time : times) {
        if (last && time - *last <= tolerance)
            continue;
        last = time;
        ++moments;
    }
    return moments;
}

/// A pause before a RST.
struct Pause
{
    uint32_t group = 0; ///< of RSTs with ACK flag or without, by TTL
    Duration length{};
    ConnectionId connection;
};

/// When the last segments with data, a SYN or a FIN passed in `flow` before packet `before`.
void addTimes(std::vector<Timestamp>& times, const Flow& flow, PacketNumber before)
{
    constexpr uint32_t mostTimes = 3;
    constexpr uint32_t rowsBack = 16; ///< keep-alives and acknowledgments lie between
    const uint32_t end = flow.segments.lowerBound(before);
    uint32_t found = 0;
    for (uint32_t row = end; row-- > 0 && row + rowsBack >= end && found < mostTimes;) {
        const Segment segment = flow.segments.at(row);
        if (segment.segLen() == 0 || segment.flags.rst())
            continue;
        times.push_back(segment.time);
        ++found;
    }
}

/// Adds the last pauses before the RST: it, the packet that it answers or a FIN ended the one in question.
void addPauses(std::vector<Pause>& pauses, const Connection& connection, const ResetRef& reset)
{
    constexpr size_t mostPauses = 3;
    if (connection.lastTime - connection.firstTime < shortestPause)
        return;
    const Segment rst = connection.flow(reset.from).segments.at(reset.row);
    std::vector<Timestamp> times{rst.time};
    for (const Flow& flow : connection.flows)
        addTimes(times, flow, reset.frame);
    std::ranges::sort(times);
    const uint32_t group = (rst.flags.ack() ? UINT8_MAX + 1U : 0U) + rst.ttl;
    for (size_t index = times.size() - 1; index > 0 && index + mostPauses >= times.size(); --index) {
        const Duration length = times[index] - times[index - 1];
        if (length >= shortestPause)
            pauses.push_back({group, length, connection.id});
    }
}

/// The connections with pauses that two others share, so many for each length that a cohort shows. `pauses` must be in
/// order.
std::vector<ConnectionId> selectAlike(const std::vector<Pause>& pauses)
{
    std::vector<ConnectionId> alike;
    size_t begin = 0;
    size_t end = 0;
    const Pause* first = nullptr; // of those that count as of one length
    uint32_t taken = 0;
    for (const Pause& pause : pauses) {
        const Duration tolerance = roundingTolerance(pause.length);
        while (pauses[begin].group != pause.group || pauses[begin].length < pause.length - tolerance)
            ++begin;
        while (end < pauses.size() && pauses[end].group <= pause.group
            && (pauses[end].group < pause.group || pauses[end].length <= pause.length + tolerance))
            ++end;
        if (first == nullptr || first->group != pause.group
            || pause.length - first->length > roundingTolerance(first->length)) {
            first = &pause;
            taken = 0;
        }
        if (end - begin < cohortSize || taken == mostOfOneLength)
            continue;
        ++taken;
        alike.push_back(pause.connection);
    }
    std::ranges::sort(alike);
    alike.erase(std::unique(alike.begin(), alike.end()), alike.end());
    return alike;
}

/// What the connection's reset ended; nothing when it ended no wait.
std::optional<WaitedReset> waitOf(const TraceContext& context, const Connection& connection)
{
    const ConnectionDiagnosis diagnosis
        = diagnoseConnection(context, connection, analyzeConnection(connection), Detail::Brief);
    const Diagnosis* primary = diagnosis.primary();
    if (primary == nullptr || primary->isDeath() || primary->wait == Duration())
        return std::nullopt;
    const SegmentRows& rows = connection.flow(primary->from).segments;
    const CauseId cause = primary->cause == CauseId::ResponseTimeout ? CauseId::ResponseTimeout : CauseId::IdleTimeout;
    return WaitedReset{cause, primary->form, rows.at(rows.lowerBound(primary->frame)).ttl, primary->wait, connection.id,
        primary->time};
}

} // namespace

std::string Cohort::text() const
{
    return groupedDigits(connections) + (connections < mostOfOneLength ? " connections" : " connections or more");
}

Cohorts::Cohorts(std::vector<WaitedReset> resets)
    : m_resets(std::move(resets))
{
    std::ranges::sort(m_resets, {}, orderOf);
}

Cohort Cohorts::of(const WaitedReset& reset) const
{
    const Duration tolerance = roundingTolerance(reset.wait);
    const auto first = std::ranges::lower_bound(m_resets, groupOf(reset), {}, groupOf);
    const auto last = std::ranges::upper_bound(m_resets, groupOf(reset), {}, groupOf);
    const auto from
        = [&](Duration wait) { return std::ranges::lower_bound(first, last, wait, {}, &WaitedReset::wait); };
    const auto alike = from(reset.wait - tolerance);
    const auto count = from(reset.wait + tolerance + Duration(1)) - alike;
    const std::ptrdiff_t step = 1 + count / std::ptrdiff_t{mostOfOneLength}; // of very many some tell as much
    std::vector<Timestamp> times{reset.time};
    for (std::ptrdiff_t index = 0; index < count; index += step) {
        if (alike[index].connection != reset.connection)
            times.push_back(alike[index].time);
    }
    const auto connections = step == 1 ? std::ssize(times) : count;
    const auto around = from(scaled(reset.wait, nearbyShare)) - from(scaled(reset.wait, 1 / nearbyShare));
    Cohort cohort;
    cohort.connections = static_cast<uint32_t>(std::min(connections, std::ptrdiff_t{mostOfOneLength}));
    cohort.isTelling = 2 * connections >= around && countMoments(std::move(times), tolerance) >= cohortSize;
    return cohort;
}

Cohorts findCohorts(const TraceContext& context, Progress& progress)
{
    const Trace& trace = *context.trace;
    std::vector<bool> done(trace.connections.size(), false);
    std::vector<Pause> pauses;
    for (const ResetRef& reset : trace.resets) {
        if (done[reset.connection.value])
            continue;
        done[reset.connection.value] = true;
        addPauses(pauses, trace.connection(reset.connection), reset);
    }
    std::ranges::sort(pauses, {}, [](const Pause& pause) { return std::tuple(pause.group, pause.length); });
    const std::vector<ConnectionId> alike = selectAlike(pauses);
    std::vector<WaitedReset> resets;
    const auto make = [&](size_t index) { return waitOf(context, trace.connection(alike[index])); };
    makeInOrder(alike.size(), 0, make, [&](const std::optional<WaitedReset>& found) {
        if (found)
            resets.push_back(*found);
        return progress.report(0, 0);
    });
    return Cohorts(std::move(resets));
}

} // namespace whyrst
