// The conditions of the rule that gave a cause, each with what was measured and what the rule asks for.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <string>
#include <vector>

namespace whyrst {

/// The conditions of the rule of `diagnosis`, those that it needs first, then the signs of which one or more decide or
/// make it surer. Empty for `unknown`. Values and limits are those that the rules use.
std::vector<Condition> conditionsOf(const Diagnosis& diagnosis, const ResetContext& reset);

/// Those to show: none when another capture has changed the cause since.
std::vector<Condition> conditionsToShow(const Diagnosis& diagnosis);

/// "Transmissions of the stuck bytes: 7; needed: 4 or more (met)".
std::string conditionText(const Condition& condition);

} // namespace whyrst
