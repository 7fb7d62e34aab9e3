// The rules in the order in which they are asked (diagnosis.md 2.1).
#pragma once

#include "model/diagnosis/rules.h"

#include <span>

namespace whyrst {

struct Rule
{
    CauseId cause;
    std::optional<Diagnosis> (*explain)(const ResetContext& reset);
};

/// All rules; the first that speaks wins. The last one, unknown, always speaks.
std::span<const Rule> ruleTable();

} // namespace whyrst
