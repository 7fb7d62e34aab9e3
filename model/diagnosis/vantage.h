// Where the capture was taken (diagnosis.md 2.2).
#pragma once

#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"

namespace whyrst {

/// The capture point of `connection` by direction marks (V1), checksums (V2), oversize (V3), TTL (V4) and
/// the handshake (V5).
Vantage findVantage(const Connection& connection, const Analysis& analysis);

} // namespace whyrst
