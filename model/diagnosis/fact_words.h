// What the facts of a diagnosis are called when people read them.
#pragma once

#include "model/diagnosis/diagnosis.h"

#include <string>
#include <string_view>

namespace whyrst {

/// "Silence", "Times sent"; empty for what is no fact, and for "signs", which sums up the tests of who sent the RST.
std::string_view factLabel(std::string_view name);

/// Whether the fact is a test of who sent the RST (diagnosis.md 2.4); its number are the points.
bool isAuthenticityFact(const Fact& fact);

/// The value with its meaning: "12.8 s"; of a test of who sent the RST: "TTL 254, its other packets 59 (3 points)".
std::string factValue(const Fact& fact);

/// What the points of all these tests mean together: "a box on the path (6 points, 4 are enough)".
std::string authenticityText(ResetSender sender, int score);

/// "Time to live"; empty for what is no field of the table of who sent the RST.
std::string_view fieldLabel(std::string_view id);

} // namespace whyrst
