// The formats of `whyrst diagnose`: each takes captures one by one and writes what they hold.
#pragma once

#include "app/diagnose_selection.h"

#include <memory>
#include <ostream>

namespace whyrst {

/// Writes the diagnoses of captures in one format.
class DiagnoseOutput
{
public:
    virtual ~DiagnoseOutput() = default;

    /// Diagnoses the connections of `range` of the context's trace and writes them. Tells `seen` each of them, from
    /// several threads.
    virtual void addCapture(const TraceContext& context, const ConnectionRange& range,
        const DiagnoseSelection& selection, const std::function<void(const DiagnosedConnection&)>& seen)
        = 0;

    /// Writes what is left. Without a capture nothing is written at all.
    virtual void finish() = 0;
};

enum class DiagnoseFormat : uint8_t
{
    Text,
    Json,
    JsonLines
};

/// Makes the output for `fileCount` captures; `out` must outlive it.
std::unique_ptr<DiagnoseOutput> makeDiagnoseOutput(DiagnoseFormat format, size_t fileCount, std::ostream& out);

} // namespace whyrst
