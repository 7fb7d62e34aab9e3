// The score for people and for programs.
#pragma once

#include "tests/score/scoring.h"

#include <ostream>

namespace whyrst::score {

void printText(std::ostream& out, const Score& score);
void printJson(std::ostream& out, const Score& score);

} // namespace whyrst::score
