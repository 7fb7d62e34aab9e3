// Which sizes of packets got through, and which did not (diagnosis.md 1.7).
#pragma once

#include "model/diagnosis/trouble.h"

namespace whyrst {

/// Fills in what `trouble` says of sizes, from `largestDelivered` to `onlyLargeTried`. Its hole and copies must be
/// known. Linear in the sender's segments before the moment.
void collectSizes(
    Trouble& trouble, const Connection& connection, const Analysis& analysis, const TroubleMoment& moment);

} // namespace whyrst
