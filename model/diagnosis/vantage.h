// Where the capture was taken (diagnosis.md 2.2).
#pragma once

#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/trace_context.h"

namespace whyrst {

/// The capture point of `connection` by direction marks (V1), checksums (V2), oversize (V3), TTL (V4), the handshake
/// (V5), and how soon data is acknowledged (V6).
Vantage findVantage(const Connection& connection, const Analysis& analysis);

/// The capture point: where the user says, else what `findVantage` finds. Whether it is on the host itself, and not
/// only near it, the packets have to show.
Vantage vantageOf(const TraceContext& context, const Connection& connection, const Analysis& analysis);

} // namespace whyrst
