// The score for people and for programs.
#pragma once

#include "tests/score/scoring.h"

#include <ostream>

namespace whyrst::score {

void printText(std::ostream& out, const Score& score);

/// Who sent the RSTs, and the first send of stuck segments, for people.
void printEvidence(std::ostream& out, const EvidenceScore& evidence);
void printJson(std::ostream& out, const Score& score);

} // namespace whyrst::score
