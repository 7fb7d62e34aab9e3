// The episodes of a connection as text for terminals and spreadsheets.
#pragma once

#include "model/analysis/episodes.h"
#include "model/diagnosis/diagnosis.h"

#include <string>

namespace whyrst {

/// A heading, the share of time, and two or more lines an episode. Times are seconds since the connection's first
/// packet. Ends with a line feed.
std::string episodesText(const Connection& connection, const Findings& findings, const Vantage& vantage);

/// The episodes as lines with tabs between number, kind, direction, time, duration, frames and words, with a line of
/// headings: for spreadsheets.
std::string episodesAsTabs(const Connection& connection, const std::vector<Episode>& episodes);

/// Every part of the time that is not nothing: "loss recovery 81.2 %, network 18.8 %".
std::string timeShareText(const TimeShare& share);

} // namespace whyrst
