// The sentences: a diagnosis in plain words, the same in window, command line and report.
#pragma once

#include "model/diagnosis/reset_context.h"

namespace whyrst {

/// Fills in the summary, the text of each step, the actions, and the capture to take next.
void addWords(Diagnosis& diagnosis, const ResetContext& reset);

/// The sentence for a step of the chain.
std::string stepText(const EvidenceStep& step, const Diagnosis& diagnosis);

/// What to do about a cause, most useful first.
std::vector<std::string> actionsFor(const Diagnosis& diagnosis, const ResetContext& reset);

/// What to do about a reset that a box on the path sent at `time`.
std::vector<std::string> forgerActions(Timestamp time);

/// Whether an action only asks for another capture.
bool asksForCapture(const std::string& action);

/// What a code of missing evidence means, as a sentence.
std::string missingText(Missing missing);

} // namespace whyrst
