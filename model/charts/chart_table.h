// All charts that exist. Menus, export and the command line come from this table.
#pragma once

#include "model/analysis/analysis.h"
#include "model/charts/chart_data.h"
#include "model/diagnosis/diagnosis.h"

#include <span>
#include <string_view>

namespace whyrst {

/// What a chart is made of. `direction` is the side whose data is shown; `diagnosis` may be null.
struct ChartRequest
{
    const Trace& trace;
    const Connection& connection;
    const Analysis& analysis;
    Side direction = Side::Client;
    const Diagnosis* diagnosis = nullptr;
};

/// One chart.
struct ChartKind
{
    const char* id; ///< "sequence": command line and settings
    const char* title;
    ChartData (*build)(const ChartRequest& request);
};

/// The charts in their order from top to bottom.
std::span<const ChartKind> chartTable();

/// The chart called `id`, or null.
const ChartKind* findChart(std::string_view id);

/// The direction that tells the story: of the trouble's data, else of the side that sent more data.
Side storyDirection(const Connection& connection, const Diagnosis* diagnosis);

/// The part of the connection that shows the chain with some room around it; the whole one without diagnosis.
struct TimeSpan
{
    Duration begin{}; ///< since the connection's first packet
    Duration end{};
};
TimeSpan storySpan(const Connection& connection, const Diagnosis* diagnosis);

} // namespace whyrst
