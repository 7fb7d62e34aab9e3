// Charts of a good and a bad connection on one axis of time: under each other, or one behind the other.
#pragma once

#include "model/charts/chart_data.h"
#include "model/compare/divergence.h"

namespace whyrst {

/// The sequence chart of the connection taken for `outcome`, of the data that `flow` sends; time 0 is its first packet,
/// the SYN when it was captured. Marks are the differences that show in its packets, numbered from 1 as in
/// `divergence`; those of the handshake's options only when one of them is the first divergence. The values that
/// `known` refers to must outlive it.
ChartData buildContrastChart(const KnownConnection& known, const Divergence& divergence, Outcome outcome, Side flow);

/// Whether `divergence.differences[index]` stands on the charts.
bool isMarked(const Divergence& divergence, size_t index);

/// Puts data and acknowledgments of `behind` into `chart`, drawn first and in grey; `whose` stands before their names:
/// "good". They name no packets, so that a click finds those of `chart` alone.
void addBackdrop(ChartData& chart, const ChartData& behind, const std::string& whose);

} // namespace whyrst
