// The targets that go all the way from a capture to its diagnosis.
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/segment_script.h"

#include "model/charts/chart_table.h"
#include "model/diagnosis/trace_context.h"
#include "model/export/diagnosis_json.h"
#include "model/tcp/load_trace.h"
#include "tests/support/memory_source.h"

#include <sstream>

namespace whyrst::fuzz {

namespace {

constexpr size_t mostConnections = 64; ///< of one input that are written and drawn; all are diagnosed
constexpr size_t mostBytes = 1 << 20;  ///< of one input: a larger one finds nothing that a smaller one would not

void check(const Diagnosis& diagnosis, const Trace& trace)
{
    for (const EvidenceStep& step : diagnosis.chain) {
        require(!step.frame || (step.frame->value > 0 && step.frame->value <= trace.capture.packets),
            "a step points to a packet of the capture");
        require(!step.text.empty(), "a step has a sentence");
    }
    require(!diagnosis.summary.empty(), "a diagnosis has a summary");
}

void draw(const Trace& trace, const Connection& connection, const Analysis& analysis, const Diagnosis* diagnosis)
{
    const ChartRequest request{trace, connection, analysis, storyDirection(connection, diagnosis), diagnosis};
    for (const ChartKind& kind : chartTable()) {
        const ChartData chart = kind.build(request);
        for (const Series& series : chart.series) {
            Duration last = Duration::min();
            for (size_t index = 0; index < series.points->size(); ++index) {
                const ChartPoint point = series.points->at(index);
                require(point.time >= last, "the times of a series never decrease");
                last = point.time;
            }
        }
    }
}

void tell(const TraceContext& context, const Connection& connection, std::ostream& out)
{
    const Analysis analysis = analyzeConnection(connection);
    for (const Side side : {Side::Client, Side::Server})
        require(analysis.flow(side).kinds.size() == connection.flow(side).size(), "each segment has its kinds");
    const ConnectionDiagnosis diagnosis = diagnoseConnection(context, connection, analysis);
    for (const Diagnosis& reset : diagnosis.resets)
        check(reset, *context.trace);
    if (diagnosis.death)
        check(*diagnosis.death, *context.trace);
    JsonWriter json(out, JsonWriter::Layout::Compact);
    writeConnectionJson(json, {connection, analysis, diagnosis}, {}, {true, true});
    draw(*context.trace, connection, analysis, diagnosis.primary());
}

} // namespace

void runWholePath(Input input)
{
    if (input.size() > mostBytes)
        return;
    const test::MemoryFile file(input);
    LoadOptions options;
    options.open.convertsForeign = false;
    options.threads = 1;
    NoProgress progress;
    const Result<Trace> trace = loadTrace(file.path(), options, progress);
    if (!trace) {
        require(sentenceFor(trace.error()).back() == '.', "an error is one sentence");
        return;
    }
    const TraceDiagnosis diagnosis = diagnoseTrace(*trace, progress);
    require(diagnosis.connections.size() == trace->connections.size(), "each connection has its summary");
    std::ostringstream out;
    {
        JsonWriter json(out);
        writeCaptureJson(json, trace->capture);
    }
    const size_t count = std::min(trace->connections.size(), mostConnections);
    for (size_t index = 0; index < count; ++index)
        tell(*diagnosis.context, trace->connections[index], out);
}

void runSegments(Input input)
{
    runWholePath(captureOf(input));
}

} // namespace whyrst::fuzz
