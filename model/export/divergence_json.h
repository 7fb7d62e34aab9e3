// The differences between a good and a bad connection as JSON (resources/schema/divergence-1.json).
#pragma once

#include "model/compare/divergence.h"
#include "model/export/json_writer.h"

namespace whyrst {

/// Writes one document.
void writeDivergenceJson(JsonWriter& json, const GoodAndBad& both, const Divergence& divergence);

} // namespace whyrst
