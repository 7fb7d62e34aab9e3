// A comparison as text for people: what a terminal shows and a report quotes.
#pragma once

#include "model/compare/comparison.h"
#include "model/export/clock_text.h"

#include <string>
#include <vector>

namespace whyrst {

/// The clock, then each pair with findings, rules and RSTs, the worst first; pairs that do not differ are counted.
std::string comparisonText(const TracePair& traces, const Comparison& comparison);

/// How it is known which capture is nearer to the client, where that is doubtful: one sentence, else "".
std::string nearnessText(const Comparison& comparison);

/// Why two captures cannot be compared: one sentence that says what to do.
std::string nothingInCommonText(const Comparison& comparison);

/// Sentences about two connections that a box between may join: how long it kept the bytes, and the RSTs of each.
std::vector<std::string> coupleFacts(const TerminatedPair& couple);

/// One line about a pair: its connections and what they have in common.
std::string pairText(const TracePair& traces, const ConnectionPair& pair);

} // namespace whyrst
