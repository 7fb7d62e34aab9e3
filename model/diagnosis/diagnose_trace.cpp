#include "model/diagnosis/diagnosis.h"

#include "model/analysis/analysis.h"
#include "model/diagnosis/trace_context.h"
#include "model/parallel.h"
#include "model/tcp/load_trace.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace whyrst {

namespace {

Headline headlineOf(const Connection& connection, const ConnectionDiagnosis& diagnosis)
{
    const Diagnosis& primary = *diagnosis.primary();
    Headline headline;
    headline.connection = connection.id;
    headline.frame = primary.frame;
    headline.time = primary.time;
    headline.from = primary.from;
    headline.cause = primary.cause;
    headline.confidence = primary.confidence;
    headline.harm = primary.harm;
    headline.consequences = static_cast<uint32_t>(diagnosis.resets.empty() ? 0 : diagnosis.resets.size() - 1);
    return headline;
}

/// Worst first, then by time; the connections' references follow.
void sortHeadlines(TraceDiagnosis& result)
{
    std::sort(result.headlines.begin(), result.headlines.end(), [](const Headline& a, const Headline& b) {
        if (a.harm != b.harm)
            return a.harm > b.harm;
        return a.time != b.time ? a.time < b.time : a.connection < b.connection;
    });
    for (uint32_t index = 0; index < result.headlines.size(); ++index)
        result.connections[result.headlines[index].connection.value].primary = index;
}

} // namespace

TraceDiagnosis diagnoseTrace(const Trace& trace, Progress& progress, const DiagnosisSettings& settings)
{
    struct Answer
    {
        ConnectionSummary summary;
        std::optional<Headline> headline;
        uint32_t packets = 0;
    };
    TraceDiagnosis result;
    auto context = std::make_shared<const TraceContext>(buildTraceContext(trace, settings, progress));
    result.context = context;
    result.connections.reserve(trace.connections.size());
    result.headlines.reserve(std::min(trace.resets.size(), trace.connections.size())); // deaths come on top
    uint64_t packets = 0;
    const auto diagnose = [&](size_t index) {
        const Connection& connection = trace.connections[index];
        ConnectionDiagnosis diagnosis
            = diagnoseConnection(*context, connection, analyzeConnection(connection), Detail::Brief);
        Answer answer;
        if (diagnosis.primary() != nullptr)
            answer.headline = headlineOf(connection, diagnosis);
        answer.summary = std::move(diagnosis.summary);
        answer.packets = connection.packetCount();
        return answer;
    };
    makeInOrder(trace.connections.size(), 0, diagnose, [&](Answer answer) {
        if (answer.headline)
            result.headlines.push_back(*answer.headline);
        packets += answer.packets;
        result.connections.push_back(std::move(answer.summary));
        const double fraction = static_cast<double>(packets) / static_cast<double>(trace.capture.tcpSegments + 1);
        return progress.report(fraction, packets);
    });
    sortHeadlines(result);
    return result;
}

} // namespace whyrst
