// The conditions of the rule that gave a cause, and of those whose causes are near, each with what was measured and
// what the rule asks for.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <string>
#include <vector>

namespace whyrst {

/// The conditions of the rule of `diagnosis`, those that it needs first, then the signs of which one or more decide or
/// make it surer. Empty for `unknown`. Values and limits are those that the rules use.
std::vector<Condition> conditionsOf(const Diagnosis& diagnosis, const ResetContext& reset);

/// Gives the nearest two of the other causes the conditions of their rules, those that are possible first. One whose
/// conditions are all met, and that is excluded all the same, says by what.
void addConditionsOfOthers(Diagnosis& diagnosis, const ResetContext& reset);

/// Those to show: none when another capture has changed the cause since.
std::vector<Condition> conditionsToShow(const Diagnosis& diagnosis);

/// The same of `other`, one of the other causes of `diagnosis`; empty for most.
std::vector<Condition> conditionsToShow(const Diagnosis& diagnosis, const Alternative& other);

/// "Transmissions of the stuck bytes: 7; needed: 4 or more (met)".
std::string conditionText(const Condition& condition);

} // namespace whyrst
