// The statistics of both directions of a connection as rows of a table: names are those of tcptrace.
#pragma once

#include "model/analysis/flow_statistics.h"
#include "model/export/json_writer.h"

#include <array>
#include <string>
#include <vector>

namespace whyrst {

/// One figure of both sides.
struct StatisticsRow
{
    const char* name = ""; ///< as in `tcptrace --csv`: "total_packets"
    const char* unit = ""; ///< "bytes", "ms"; empty for counts and words
    bool isNumber = true;
    std::array<std::string, 2> values; ///< by Side; empty where there is none

    /// The name as a person reads it: "total packets".
    std::string title() const;
};

/// All rows, in tcptrace's order. Milliseconds have three decimals.
std::vector<StatisticsRow> statisticsRows(const Connection& connection);

/// A heading, and the rows as lines of name, client, server and unit in columns, for terminals; "-" where there is no
/// value.
std::string statisticsText(const Connection& connection);

/// The rows as lines with tabs between name, client, server and unit, with a line of headings: for spreadsheets.
std::string statisticsAsTabs(const std::vector<StatisticsRow>& rows);

/// Member `statistics`: an object for each side with the names as keys.
void writeStatisticsJson(JsonWriter& json, const Connection& connection);

} // namespace whyrst
