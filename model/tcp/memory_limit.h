// How much memory a trace may take.
#pragma once

#include <cstdint>

namespace whyrst {

/// Bytes that the segments and connections of a trace may take in this process: 60 % of the smallest of the machine's
/// memory, what the limits of the process (RLIMIT_AS, RLIMIT_DATA) leave, and the limits of its control groups.
///
/// ours: the rest is for analysis, the program itself and what else runs.
uint64_t memoryForStore();

} // namespace whyrst
