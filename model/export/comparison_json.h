// A comparison as JSON (resources/schema/compare-1.json) and its packet pairs as CSV.
#pragma once

#include "model/compare/comparison.h"
#include "model/export/json_writer.h"

#include <ostream>

namespace whyrst {

/// The whole comparison as one document.
void writeComparisonJson(JsonWriter& json, const TracePair& traces, const Comparison& comparison);

/// One row for each link, lost packet, and packet that only one capture has:
/// client_frame,server_frame,relation,delay_ns. An empty frame: that capture does not have it.
void writePairsCsv(std::ostream& out, const TracePair& traces, const Comparison& comparison);

} // namespace whyrst
