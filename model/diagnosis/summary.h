// The small facts of a connection that lists and the timeline show.
#pragma once

#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"

namespace whyrst {

/// Summary of an analysed and diagnosed connection, but for its state; `diagnosis.summary` is not read.
ConnectionSummary summarizeConnection(
    const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis);

} // namespace whyrst
