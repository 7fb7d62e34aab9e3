// Trouble that was over before the reset: it is not the cause, and a reader who sees it must be told so.
#pragma once

#include "model/diagnosis/reset_context.h"

namespace whyrst {

/// Names the trouble that the connection recovered from last as a cause that it is not (diagnosis.md 2.1 (a)): a window
/// that was closed for long, or bytes that were stuck. Only when that was shortly before the reset: within 10 s, or
/// sooner after than it had lasted. Linear in the segments when there was such trouble.
void addRecovered(Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
