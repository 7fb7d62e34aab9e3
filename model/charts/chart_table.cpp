#include "model/charts/chart_table.h"

#include "model/charts/dup_ack_chart.h"
#include "model/charts/sequence_chart.h"
#include "model/charts/window_chart.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

constexpr double storyMargin = 0.06; ///< on either side, so that the first and last mark have room
constexpr double wholeMargin = 0.04;
constexpr Duration shortestStory = std::chrono::microseconds(20); ///< below, a chain has no shape to look at
constexpr Duration shortestSpan = std::chrono::milliseconds(1);

Duration share(Duration duration, double factor)
{
    return Duration(static_cast<Duration::rep>(static_cast<double>(duration.count()) * factor));
}

TimeSpan withMargins(Duration begin, Duration end, double margin)
{
    const Duration room = share(end - begin, margin);
    return {begin - room, end + room};
}

TimeSpan wholeSpan(const Connection& connection)
{
    const Duration length = connection.lastTime - connection.firstTime;
    return withMargins({}, std::max(length, shortestSpan), wholeMargin);
}

} // namespace

std::span<const ChartKind> chartTable()
{
    static constexpr std::array<ChartKind, 3> table{{
        {"sequence", "Sequence / ACK", buildSequenceChart},
        {"window", "Window", buildWindowChart},
        {"dup-ack", "Duplicate ACKs", buildDupAckChart},
    }};
    return table;
}

const ChartKind* findChart(std::string_view id)
{
    const std::span<const ChartKind> table = chartTable();
    const auto found = std::find_if(table.begin(), table.end(), [id](const ChartKind& kind) { return id == kind.id; });
    return found == table.end() ? nullptr : &*found;
}

Side storyDirection(const Connection& connection, const Diagnosis* diagnosis)
{
    if (diagnosis && diagnosis->dataSender)
        return *diagnosis->dataSender;
    return connection.flow(Side::Server).payloadBytes > connection.flow(Side::Client).payloadBytes ? Side::Server
                                                                                                   : Side::Client;
}

TimeSpan storySpan(const Connection& connection, const Diagnosis* diagnosis)
{
    if (!diagnosis || diagnosis->chain.empty())
        return wholeSpan(connection);
    Timestamp first = diagnosis->chain.front().time;
    Timestamp last = first;
    for (const EvidenceStep& step : diagnosis->chain) {
        first = std::min(first, step.time);
        last = std::max(last, step.lastTime.value_or(step.time));
    }
    if (last - first < shortestStory)
        return wholeSpan(connection);
    return withMargins(first - connection.firstTime, last - connection.firstTime, storyMargin);
}

} // namespace whyrst
