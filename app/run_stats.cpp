#include "app/run_stats.h"

#include <sys/resource.h>

namespace whyrst {

namespace {

/// Peak resident memory in MiB. Linux counts KiB.
long peakMebibytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

} // namespace

Duration StageClock::lap()
{
    const auto now = std::chrono::steady_clock::now();
    const auto elapsed = std::chrono::duration_cast<Duration>(now - m_last);
    m_last = now;
    return elapsed;
}

void writeStats(std::ostream& err, const RunStats& stats)
{
    err << "stats: " << stats.file << ": " << stats.packets << " packets, " << stats.connections
        << " connections, read " << plainSeconds(stats.reading, 3) << " s, diagnosed and written "
        << plainSeconds(stats.diagnosing, 3) << " s, peak memory " << peakMebibytes() << " MiB\n";
}

} // namespace whyrst
