// The parts of the explanation of kinds. Internal to model/analysis: call explainKinds.
#pragma once

#include "model/analysis/analyzer.h"

#include <string>

namespace whyrst {

/// Explains kinds of one segment by the state just before it.
class KindExplainer
{
public:
    KindExplainer(const Connection& connection, const Analysis& analysis, const LocatedSegment& located);

    std::string explain(Kind kind) const;

private:
    // What a segment sends: kind_explanation.cpp.
    std::string explainNew() const;
    std::string explainLateOriginal() const;
    std::string gapEvidence(const Segment& later) const;
    std::string explainFast() const;
    std::string explainTailProbe() const;
    std::string explainTimer() const;
    std::string explainTimerFollow() const;
    std::string explainNeedless() const;
    std::string explainResend() const;
    std::string explainResentUnseen() const;
    std::string explainSpurious() const;
    std::string explainNetworkDuplicate() const;
    std::string explainCaptureDuplicate() const;
    std::string explainKeepAlive() const;
    std::string explainProbe() const;

    // What a segment acknowledges and grants: kind_explanation_acks.cpp.
    std::string explainAnswer(Kind kind) const;
    std::string explainDupAck() const;
    std::string explainDsack() const;
    std::string explainWindowUpdate() const;
    std::string explainShrink() const;
    std::string explainZeroWindow() const;
    std::string explainChallenge() const;

    const SenderState& sender() const { return m_before.state().sender(m_located.side); }
    const SenderState& acknowledged() const { return m_before.state().sender(peer()); }
    Side peer() const { return otherSide(m_located.side); }
    const Segment& segment() const { return m_located.segment; }
    Segment at(Side side, uint32_t row) const { return m_connection.flow(side).segments.at(row); }
    /// The last transmission of its first byte that is not acknowledged; null when there is none.
    const SentRange* earlier() const;
    /// "the same bytes as #25, 317 ms before"; without an earlier transmission what was seen of them.
    std::string sameBytes() const;
    /// The last row of `side` before this packet of which `matches` holds.
    template <typename Matches> std::optional<Segment> lastBefore(Side side, const Matches& matches) const;
    std::optional<Segment> lastOfKind(Side side, Kind kind) const;

    const Connection& m_connection;
    const Analysis& m_analysis;
    const LocatedSegment& m_located;
    Analyzer m_before; ///< up to the packet
};

template <typename Matches> std::optional<Segment> KindExplainer::lastBefore(Side side, const Matches& matches) const
{
    const SegmentRows& rows = m_connection.flow(side).segments;
    const uint32_t end = side == m_located.side ? m_located.row : rows.lowerBound(segment().frame);
    for (uint32_t row = end; row > 0; --row) {
        const Segment candidate = rows.at(row - 1);
        if (matches(row - 1, candidate))
            return candidate;
    }
    return std::nullopt;
}

/// "#25".
std::string frameWords(const Segment& segment);

/// "server": the side in the middle of a sentence.
std::string sideWords(Side side);

} // namespace whyrst
