// The episodes of a connection as JSON (resources/schema/diagnose-1.json).
#pragma once

#include "model/analysis/episodes.h"
#include "model/diagnosis/diagnosis.h"
#include "model/export/json_writer.h"

namespace whyrst {

/// Members `episodes` and `time_share` of a connection.
void writeEpisodesJson(JsonWriter& json, const Findings& findings, const Vantage& vantage);

} // namespace whyrst
