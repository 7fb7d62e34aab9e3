#include "app/peer_capture.h"

#include "model/analysis/analysis.h"
#include "model/compare/compare.h"
#include "model/compare/content_comparison.h"

#include <algorithm>

namespace whyrst {

namespace {

Comparison compareWithoutProgress(const Trace& own, const Trace& peer)
{
    NoProgress progress;
    Comparison comparison = compareTraces(own, peer, {}, progress);
    compareContents({comparison.isSwapped ? peer : own, comparison.isSwapped ? own : peer}, comparison, progress);
    return comparison;
}

} // namespace

PeerCapture::PeerCapture(const Trace& own, const Trace& peer, const DiagnosisSettings& settings)
    : m_own(own)
    , m_peer(buildTraceContext(peer, settings.at(std::nullopt)))
    , m_comparison(compareWithoutProgress(own, peer))
    , m_side(m_comparison.isSwapped ? Side::Server : Side::Client)
{
}

TracePair PeerCapture::traces() const
{
    return {m_side == Side::Client ? m_own : trace(), m_side == Side::Client ? trace() : m_own};
}

ConnectionDiagnosis PeerCapture::combine(
    const Connection& connection, ConnectionDiagnosis diagnosis, Detail detail) const
{
    const auto pair = std::ranges::find_if(m_comparison.pairs, [&](const ConnectionPair& candidate) {
        return (m_side == Side::Client ? candidate.client : candidate.server) == connection.id;
    });
    if (pair == m_comparison.pairs.end())
        return diagnosis;
    const Connection& other = trace().connection(m_side == Side::Client ? pair->server : pair->client);
    const ConnectionDiagnosis atPeer = diagnoseConnection(m_peer, other, analyzeConnection(other), detail);
    const BothDiagnoses both
        = m_side == Side::Client ? BothDiagnoses{diagnosis, atPeer} : BothDiagnoses{atPeer, diagnosis};
    return combineDiagnoses(m_comparison.clock, *pair, both, m_side);
}

} // namespace whyrst
