// Which connections and resets `whyrst diagnose` tells of, and which causes make it fail.
#pragma once

#include "model/diagnosis/trace_context.h"
#include "model/export/diagnosis_json.h"
#include "model/result.h"

#include <functional>
#include <optional>
#include <vector>

namespace whyrst {

/// One connection, one reset, or everything.
struct DiagnoseSelection
{
    std::optional<ConnectionId> connection;
    std::optional<PacketNumber> reset;
};

/// Causes of --fail-on.
struct FailOn
{
    bool anyHarm = false; ///< "any": whatever did harm
    std::vector<CauseId> causes;

    bool matches(const Diagnosis& diagnosis) const;
};

/// Whether a finding of `diagnosis` is one that --fail-on names. RSTs that follow from another one do not count.
bool isFailure(const FailOn& failOn, const ConnectionDiagnosis& diagnosis);

/// The connections of `trace` that are selected: first and one past the last. NotFound when there is none.
struct ConnectionRange
{
    uint32_t begin = 0;
    uint32_t end = 0;
};
Result<ConnectionRange> selectedConnections(const Trace& trace, const DiagnoseSelection& selection);

/// Analyses and diagnoses the connections of `range` of the context's trace in order and hands each to `visit`; with a
/// selected reset the diagnosis holds that one alone.
void visitConnections(const TraceContext& context, const ConnectionRange& range, const DiagnoseSelection& selection,
    const std::function<void(const DiagnosedConnection&)>& visit);

} // namespace whyrst
