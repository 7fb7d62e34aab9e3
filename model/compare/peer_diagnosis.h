// The diagnosis of a connection by both captures: what one cannot settle the other may (comparison.md 5.6).
#pragma once

#include "model/compare/comparison.h"
#include "model/diagnosis/diagnosis.h"
#include "model/tcp/load_trace.h"

namespace whyrst {

/// Diagnoses of one connection in both captures, each by its own capture alone.
struct BothDiagnoses
{
    const ConnectionDiagnosis& client;
    const ConnectionDiagnosis& server;

    const ConnectionDiagnosis& of(Side capture) const { return capture == Side::Client ? client : server; }
};

/// The diagnosis of the capture `own` with what the other one adds: the answer of both for its primary reset (or as a
/// death when `own` has no RST), with `place`, the steps that only the other capture has, and the contradicted cause
/// among the alternatives; all times by the clock of `own`. What is not primary stays as `own` tells it.
ConnectionDiagnosis combineDiagnoses(
    const CaptureClock& clock, const ConnectionPair& pair, const BothDiagnoses& both, Side own);

/// Diagnoses all pairs by the thresholds of `settings` and fills their `summary`, `place`, the cause of their RSTs and
/// the headline finding. When `progress` asks to stop, the rest stays without.
void diagnosePairs(
    const TracePair& traces, Comparison& comparison, const DiagnosisSettings& settings, Progress& progress);

} // namespace whyrst
