// The rules of the diagnosis and their thresholds for people: what `diagnose --explain` and Help > Rules show.
#pragma once

#include "model/diagnosis/diagnosis_settings.h"

#include <string>
#include <vector>

namespace whyrst {

/// When the rule of `cause` speaks, in one sentence.
const char* ruleText(CauseId cause);

/// A number that decides, and why it is that one.
struct ThresholdText
{
    const char* name;
    std::string value; ///< with its unit
    std::string reason;
};

/// Thresholds of one subject.
struct ThresholdGroup
{
    const char* title;
    std::vector<ThresholdText> thresholds;
};
std::vector<ThresholdGroup> thresholdGroups(const DiagnosisSettings& settings = {});

/// All rules in the order in which they are asked, then all thresholds; lines of at most 100 characters.
std::string rulesText(const DiagnosisSettings& settings = {});

} // namespace whyrst
