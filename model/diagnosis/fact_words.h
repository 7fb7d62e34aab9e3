// What the facts of a diagnosis are called when people read them.
#pragma once

#include "model/diagnosis/diagnosis.h"

#include <string>
#include <string_view>

namespace whyrst {

/// The fact that tells who sent the RST, where more than the points of the tests shows it.
constexpr const char* senderFact = "sent_by";

/// "Silence", "Times sent"; empty for what is no fact, and for "signs", which sums up the tests of who sent the RST,
/// and `senderFact`.
std::string_view factLabel(std::string_view name);

/// Whether the fact is a test of who sent the RST (diagnosis.md 2.4); its number are the points.
bool isAuthenticityFact(const Fact& fact);

/// The value with its meaning: "12.8 s"; of a test of who sent the RST: "TTL 254, its other packets 59 (3 points)".
std::string factValue(const Fact& fact);

/// Who sent the RST: as the capture of the other end shows, else what the points of all these tests mean together: "a
/// box on the path (6 points, 4 are enough)".
std::string authenticityText(const Diagnosis& diagnosis);

/// Whether there is something to say about who sent the RST.
bool tellsSender(const Diagnosis& diagnosis);

/// "Time to live"; empty for what is no field of the table of who sent the RST.
std::string_view fieldLabel(std::string_view id);

} // namespace whyrst
