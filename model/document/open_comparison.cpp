#include "model/document/open_comparison.h"

#include "model/charts/compared_chart.h"
#include "model/charts/contrast_chart.h"
#include "model/charts/delay_chart.h"

#include <algorithm>

namespace whyrst {

PairDetails::PairDetails(const OpenComparison& open, size_t pair)
    : m_open(open)
    , m_index(pair)
    , m_analyses{analyzeConnection(connection(Side::Client)), analyzeConnection(connection(Side::Server))}
    , m_relations(packetRelations(open.traces(), open.comparison->clock, this->pair()))
    , m_times(pairTimes(open.traces(), open.comparison->clock, this->pair()))
    , m_ladder(Ladder::Source{
          open.traces(), &this->pair(), m_relations, m_times, {m_analyses.data(), m_analyses.data() + 1}})
{
}

const Connection& PairDetails::connection(Side near) const
{
    return m_open.trace(near).connection(near == Side::Client ? pair().client : pair().server);
}

ChartData PairDetails::chart(Side near, Side flow) const
{
    const TracePair traces = m_open.traces();
    return buildComparedChart({traces, pair(), m_times, analysis(near), near, flow});
}

ChartData PairDetails::overlay(Side flow) const
{
    ChartData overlaid = chart(Side::Client, flow);
    overlaid.title = "Client's capture, the server's in grey";
    addBackdrop(overlaid, chart(Side::Server, flow), "server's capture");
    return overlaid;
}

ChartData PairDetails::delayChart() const
{
    const TracePair traces = m_open.traces();
    return buildDelayChart({traces, pair(), m_times, m_relations});
}

std::optional<double> PairDetails::valueOn(const ChartData& chart, Side near, Side flow, PacketNumber frame) const
{
    const TracePair traces = m_open.traces();
    return comparedValue({traces, pair(), m_times, analysis(near), near, flow}, chart, frame);
}

std::optional<uint32_t> PairDetails::relationOf(Side near, PacketNumber frame) const
{
    if (frame.value == 0)
        return {};
    const auto found = std::ranges::find_if(
        m_relations, [&](const PacketRelation& relation) { return frameOf(relation, near) == frame; });
    if (found == m_relations.end())
        return {};
    return static_cast<uint32_t>(found - m_relations.begin());
}

std::optional<Duration> PairDetails::timeOf(Side near, PacketNumber frame) const
{
    LocatedSegment located;
    if (!findSegment(connection(near), frame, located))
        return {};
    return m_times.since(near, located.segment.time, frame);
}

Side tellingDirection(const PairDetails& details)
{
    for (const CompareFinding& finding : details.pair().findings) {
        if (finding.flow && finding.cause != CauseId::InjectedReset)
            return *finding.flow;
    }
    return storyDirection(details.connection(Side::Client), nullptr);
}

PairWeight weightOf(const ConnectionPair& pair)
{
    const bool isReason
        = std::ranges::any_of(pair.findings, [](const CompareFinding& finding) { return finding.cause.has_value(); });
    if (pair.verdict ? pair.verdict->harm != Harm::None : isReason)
        return PairWeight::Trouble;
    if (pair.verdict)
        return PairWeight::Harmless;
    return pair.findings.empty() && pair.alterations.empty() ? PairWeight::Quiet : PairWeight::Context;
}

ComparePlace headlinePlace(const ConnectionPair& pair)
{
    if (pair.verdict)
        return pair.place;
    const auto cause
        = std::ranges::find_if(pair.findings, [](const CompareFinding& finding) { return finding.cause.has_value(); });
    return cause == pair.findings.end() ? ComparePlace::Unknown : cause->place;
}

size_t worstPair(const Comparison& comparison)
{
    const auto worst = std::ranges::max_element(comparison.pairs, {}, weightOf);
    return static_cast<size_t>(worst - comparison.pairs.begin());
}

} // namespace whyrst
