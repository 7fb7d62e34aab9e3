// The target that compares two captures of the same hosts.
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/segment_script.h"

#include "model/compare/compare.h"
#include "model/compare/peer_diagnosis.h"
#include "model/export/comparison_json.h"
#include "model/export/comparison_text.h"
#include "tests/support/memory_source.h"

#include <sstream>

namespace whyrst::fuzz {

namespace {

constexpr size_t mostBytes = 1 << 14; ///< of one input: a larger one finds nothing that a smaller one would not

Result<Trace> traceOf(Input script)
{
    const test::Bytes capture = captureOf(script);
    const test::MemoryFile file(capture);
    LoadOptions options;
    options.open.convertsForeign = false;
    options.threads = 1;
    NoProgress progress;
    return loadTrace(file.path(), options, progress);
}

void check(const TracePair& traces, const ConnectionPair& pair)
{
    for (const Side from : {Side::Client, Side::Server}) {
        const Way& way = pair.way(from);
        require(way.sent.size() == flowOf(traces, pair, from, from).size(), "each sent packet has its verdict");
        require(way.arrived.size() == flowOf(traces, pair, from, otherSide(from)).size(),
            "each received packet has its verdict");
        for (const PacketLink& link : way.links) {
            require(link.sent < way.sent.size() && link.arrived < way.arrived.size(), "a link is of packets");
            require(way.arrived[link.arrived] == ArrivedVerdict::Arrived, "what is linked arrived");
        }
    }
}

/// Compares two traces, checks and writes the result.
void compare(const Trace& first, const Trace& second)
{
    NoProgress progress;
    Comparison comparison = compareTraces(first, second, {}, progress);
    const TracePair traces{comparison.isSwapped ? second : first, comparison.isSwapped ? first : second};
    for (const ConnectionPair& pair : comparison.pairs)
        check(traces, pair);
    diagnosePairs(traces, comparison, {}, progress);
    std::ostringstream out;
    {
        JsonWriter json(out);
        writeComparisonJson(json, traces, comparison);
    }
    writePairsCsv(out, traces, comparison);
    require(comparisonText(traces, comparison).ends_with('\n'), "the text ends its last line");
}

} // namespace

void runCompare(Input input)
{
    if (input.size() > mostBytes)
        return;
    const size_t middle = input.size() / 2;
    const Result<Trace> first = traceOf(input.first(middle));
    const Result<Trace> second = traceOf(input.subspan(middle));
    if (!first || !second)
        return;
    compare(*first, *second);
    compare(*first, *first);
}

} // namespace whyrst::fuzz
