// What is to be said and drawn of two connections that a box between the captures joins (comparison.md 2.5).
#pragma once

#include "model/compare/comparison.h"
#include "model/tcp/load_trace.h"

namespace whyrst {

/// Adds to the couples where their content is equal, how long the box kept it, and the RSTs of each connection. The
/// data is read again from both files; without them, or when `progress` asks to stop, only the RSTs are added.
void describeCouples(const TracePair& traces, Comparison& comparison, Progress& progress);

} // namespace whyrst
