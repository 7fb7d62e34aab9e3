// What a capture that is not perfect takes from an answer (diagnosis.md 2.9).
#pragma once

#include "model/diagnosis/reset_context.h"

namespace whyrst {

/// A capture that lost packets, saw one direction or stepped its clock proves less: lowers the confidence of
/// `diagnosis` and says why.
void weighCapture(Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
