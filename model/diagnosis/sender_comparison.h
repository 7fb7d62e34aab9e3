// The fields of a RST beside those of the host's own packets: who sent it, as a table (diagnosis.md 2.4).
#pragma once

#include "model/diagnosis/reset_context.h"

#include <string>
#include <vector>

namespace whyrst {

/// Who sent a RST, and what shows it.
struct SenderVerdict
{
    ResetSender sender = ResetSender::Unknown;
    std::string why; ///< the end of "the host itself: ..." or "not known: ..."; empty where the tests of 2.4 say it
};

/// Who sent the RST, as far as its fields and the place of the capture tell. Not for a death.
SenderVerdict senderOf(const ResetContext& reset);

/// A row for each field that the RST or the host's packets have; none fits that a test of
/// `reset.authenticity` counts against the host. Empty for a death.
std::vector<FieldComparison> compareWithHost(const ResetContext& reset);

} // namespace whyrst
