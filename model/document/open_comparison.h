// Two captures and what their comparison says: what travels from the comparison to the window and to pictures.
#pragma once

#include "model/analysis/analysis.h"
#include "model/charts/chart_table.h"
#include "model/charts/ladder.h"
#include "model/compare/compare.h"
#include "model/compare/packet_relations.h"
#include "model/document/open_trace.h"

#include <array>
#include <memory>
#include <vector>

namespace whyrst {

/// Two traces in the order in which they were given, and their comparison.
struct OpenComparison
{
    std::array<std::shared_ptr<const Trace>, 2> given;
    std::shared_ptr<const Comparison> comparison;

    explicit operator bool() const { return given[0] && given[1] && comparison; }
    const Trace& trace(Side near) const
    {
        return *given[comparison->isSwapped ? 1 - sideIndex(near) : sideIndex(near)];
    }
    TracePair traces() const { return {trace(Side::Client), trace(Side::Server)}; }
};

/// Everything about one pair, made when it is selected. Neither copied nor moved: its parts refer to each other.
class PairDetails
{
public:
    /// `pair` is an index in the comparison's pairs. Linear in the packets of the connection.
    PairDetails(const OpenComparison& open, size_t pair);
    PairDetails(const PairDetails&) = delete;
    PairDetails& operator=(const PairDetails&) = delete;

    size_t index() const { return m_index; }
    const OpenComparison& open() const { return m_open; }
    const ConnectionPair& pair() const { return m_open.comparison->pairs[m_index]; }
    /// The recording of the connection in the capture near `near`.
    const Connection& connection(Side near) const;
    const Analysis& analysis(Side near) const { return m_analyses[sideIndex(near)]; }
    const PairTimes& times() const { return m_times; }
    const std::vector<PacketRelation>& relations() const { return m_relations; }
    const Ladder& ladder() const { return m_ladder; }

    /// The chart of the recording in the capture near `near`, of the data that `flow` sends.
    ChartData chart(Side near, Side flow) const;
    /// Both recordings in one chart: the client's capture, that of the server in grey behind it.
    ChartData overlay(Side flow) const;
    /// How long packets of both directions were on their way.
    ChartData delayChart() const;
    /// Where packet `frame` stands on the value axis of `chart`, which is that of the same arguments; nothing when it
    /// is none of the connection's.
    std::optional<double> valueOn(const ChartData& chart, Side near, Side flow, PacketNumber frame) const;
    /// The first relation that packet `frame` of the capture near `near` is part of; a row of `relations()`.
    std::optional<uint32_t> relationOf(Side near, PacketNumber frame) const;
    /// Time on the axis of packet `frame` of the capture near `near`; nothing when it is none of the connection's.
    std::optional<Duration> timeOf(Side near, PacketNumber frame) const;

private:
    OpenComparison m_open;
    size_t m_index;
    std::array<Analysis, 2> m_analyses;
    std::vector<PacketRelation> m_relations;
    PairTimes m_times;
    Ladder m_ladder;
};

/// The direction that the first finding is about, as the client's capture has it; else the one with more data.
Side tellingDirection(const PairDetails& details);

/// How much a pair is worth a look, the least first.
enum class PairWeight : uint8_t
{
    Quiet,    ///< no difference but the rules
    Context,  ///< findings that are no reason of anything
    Harmless, ///< a RST that cost nothing
    Trouble
};
PairWeight weightOf(const ConnectionPair& pair);

/// Where the answer sits: of the verdict, or without one of the finding that answers; Unknown when nothing tells.
ComparePlace headlinePlace(const ConnectionPair& pair);

/// The pair that a person wants to see first: the first of the heaviest. 0 without pairs.
size_t worstPair(const Comparison& comparison);

} // namespace whyrst
