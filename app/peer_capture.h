// The capture of the other end, for `whyrst diagnose --peer`.
#pragma once

#include "model/compare/peer_diagnosis.h"
#include "model/diagnosis/trace_context.h"
#include "model/result.h"

#include <memory>
#include <string>

namespace whyrst {

/// A second capture of the same connections, compared with the one that is diagnosed.
class PeerCapture
{
public:
    /// Compares `own` with `peer`, both of which must outlive it. The thresholds of `settings` count for both.
    PeerCapture(const Trace& own, const Trace& peer, const DiagnosisSettings& settings);

    bool hasPairs() const { return !m_comparison.pairs.empty(); }
    const Comparison& comparison() const { return m_comparison; }
    const Trace& trace() const { return *m_peer.trace; }
    /// The traces as client and server.
    TracePair traces() const;

    /// `diagnosis` of a connection of the diagnosed capture, with what the other capture adds.
    ConnectionDiagnosis combine(const Connection& connection, ConnectionDiagnosis diagnosis, Detail detail) const;

private:
    const Trace& m_own;
    TraceContext m_peer;
    Comparison m_comparison;
    Side m_side; ///< of the diagnosed capture
};

} // namespace whyrst
