// The causes that one observation of this connection rules out: "not this, because ..." (diagnosis.md 4.13).
#pragma once

#include "model/diagnosis/reset_context.h"

namespace whyrst {

/// Adds to the alternatives those nearest to the answer that the packets rule out, each with what rules it out. Causes
/// that the rule itself has named stay as it named them.
void addExclusions(Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
