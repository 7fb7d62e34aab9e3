// Compares two captures: the entry to this folder.
#pragma once

#include "model/compare/comparison.h"
#include "model/compare/connection_pairing.h"
#include "model/tcp/load_trace.h"

#include <optional>

namespace whyrst {

/// Which of two captures is meant, in the order in which they were given.
enum class GivenCapture : uint8_t
{
    First,
    Second
};

/// What the user decided by hand.
struct CompareOptions
{
    ConnectionCouples pairs;                ///< connections of the first and second capture that are one
    ConnectionCouples apart;                ///< those that are not, whatever speaks for it
    std::optional<GivenCapture> nearClient; ///< nothing: found by TTLs and round trips
    std::optional<Duration> offset;         ///< server clock minus client clock; nothing: found
    bool trustClocks = false;               ///< both recorded clocks are right (NTP, PTP); `offset` goes before it
    bool stillRunning = false;              ///< captures whose end is not known ran until the other ended
};

/// Compares two captures of, at least in part, the same connections (comparison.md). Linear but for sorting; the pairs
/// share the processors. When `progress` asks to stop, the result has no pairs.
Comparison compareTraces(const Trace& first, const Trace& second, const CompareOptions& options, Progress& progress);

} // namespace whyrst
