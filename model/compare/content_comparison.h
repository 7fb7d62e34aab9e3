// What the packets carry and the traces do not keep: their bytes, DSCP and ECN, read again from both files
// (comparison.md 5.4).
#pragma once

#include "model/compare/comparison.h"
#include "model/tcp/load_trace.h"

namespace whyrst {

/// Adds to the pairs what was changed on the way in payload, DSCP and ECN: rules, alterations ("payload") and findings
/// ("payload-damaged", "payload-rewritten", "payload-changed"; their text tells the pattern of the damage).
///
/// Reads each capture once, a capture of which the other one has fewer bytes twice, and those with damage once more.
/// Says in `contentRemark` when a capture cannot be read again (standard input, an interface, a file that is gone), for
/// which nothing is added, or has changed since it was read: then what is still there is compared. When `progress` asks
/// to stop, nothing is added.
void compareContents(const TracePair& traces, Comparison& comparison, Progress& progress);

} // namespace whyrst
