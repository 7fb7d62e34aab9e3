// Which connections and resets `whyrst diagnose` tells of, and which causes make it fail.
#pragma once

#include "model/analysis/analysis.h"
#include "model/diagnosis/trace_context.h"
#include "model/export/diagnosis_json.h"
#include "model/export/diagnosis_text.h"
#include "model/parallel.h"
#include "model/result.h"

#include <optional>
#include <utility>
#include <vector>

namespace whyrst {

class PeerCapture;

/// One connection, one reset, or everything; and how much of it.
struct DiagnoseSelection
{
    std::optional<ConnectionId> connection;
    std::optional<PacketNumber> reset;
    ConnectionExtras extras;
    OtherCauses others = OtherCauses::Named; ///< in the text
    const PeerCapture* peer = nullptr;       ///< the capture of the other end, which tells too
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

/// Analyses and diagnoses one connection; with a selected reset the diagnosis holds that one alone.
struct FullDiagnosis
{
    FullDiagnosis(
        const TraceContext& context, ConnectionId id, const DiagnoseSelection& selection, Detail detail = Detail::Full);

    DiagnosedConnection view() const { return {connection, analysis, diagnosis}; }

    const Connection& connection;
    Analysis analysis;
    ConnectionDiagnosis diagnosis;
};

/// Diagnoses the connections of `range` of the context's trace on all processors. `make` is called there, with a
/// DiagnosedConnection; `take` gets what it returns, here and in order.
template <typename Make, typename Take>
void visitConnections(const TraceContext& context, const ConnectionRange& range, const DiagnoseSelection& selection,
    Detail detail, const Make& make, const Take& take)
{
    const auto diagnose = [&](size_t index) {
        const ConnectionId id(range.begin + static_cast<uint32_t>(index));
        return make(FullDiagnosis(context, id, selection, detail).view());
    };
    const auto takeAll = [&](auto made) {
        take(std::move(made));
        return true;
    };
    makeInOrder(range.end - range.begin, 0, diagnose, takeAll);
}

} // namespace whyrst
