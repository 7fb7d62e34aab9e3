// What a RST itself says about its cause, and what that decides (diagnosis.md 2.1 step 6, 4.4).
#pragma once

#include "model/diagnosis/words.h"

#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// The cause that the RST names, in its payload or as reason of Multipath TCP; nothing when it names none. Heuristic:
/// by the words that boxes and the registry of draft-ietf-tcpm-rst-diagnostic-payload use.
std::optional<CauseId> statedCauseOf(const ResetContext& reset);

/// The diagnosis by what the RST states: what the rule of that cause finds, or the statement alone; with the sub
/// "stated". Certain when the RST is its sender's own. Nothing when it states no cause.
std::optional<Diagnosis> explainStatedReason(const ResetContext& reset);

/// The summary and the actions of such a diagnosis; empty when those of the cause itself fit.
std::string statedSummary(const Words& words, const Diagnosis& diagnosis, const ResetContext& reset);
std::vector<std::string> statedActions(const Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
