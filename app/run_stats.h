// Times and memory of a run, for --stats.
#pragma once

#include "model/time.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace whyrst {

/// Measures one stage after the other.
class StageClock
{
public:
    /// Time since the last call, or since the clock was made.
    Duration lap();

private:
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

/// What one capture took.
struct RunStats
{
    std::string file;
    uint64_t packets = 0;
    size_t connections = 0;
    Duration reading{};
    Duration diagnosing{}; ///< and writing
};

/// One line, with the largest memory that the process had so far.
void writeStats(std::ostream& err, const RunStats& stats);

} // namespace whyrst
