// The steps of the chain as marks of a chart, and the words that charts share.
#pragma once

#include "model/charts/chart_table.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// Where a step stands on a chart's value axis; nothing when it means nothing there.
using StepValue = std::function<std::optional<double>(const EvidenceStep& step)>;

/// Marks of the diagnosis' chain, numbered from 1 as there. Empty without diagnosis.
std::vector<ChartMark> buildMarks(const ChartRequest& request, const StepValue& valueOf);

/// Whether a step of this role is a RST.
bool isResetRole(Role role);

/// The segment that a step names, when it is one of the connection's.
std::optional<LocatedSegment> segmentOf(const ChartRequest& request, const EvidenceStep& step);

/// A chart without series: origin, length, notes and texts.
ChartData beginChart(const ChartRequest& request, const char* id, const char* title);

/// ICMP errors of the connection and comments on its packets, in order of time.
std::vector<ChartNote> buildNotes(const ChartRequest& request);

/// The notes as sentences, to follow a chart's description; a few, then how many more.
std::string describeNotes(const std::vector<ChartNote>& notes);

/// "Client" or "Server", to begin a sentence.
std::string sideTitle(Side side);

} // namespace whyrst
