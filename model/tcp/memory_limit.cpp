#include "model/tcp/memory_limit.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#ifdef __unix__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace whyrst {

namespace {

constexpr uint64_t unlimited = std::numeric_limits<uint64_t>::max();

#ifdef __unix__

uint64_t machineMemory()
{
    const int64_t pages = sysconf(_SC_PHYS_PAGES);
    const int64_t pageSize = sysconf(_SC_PAGESIZE);
    return pages > 0 && pageSize > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(pageSize) : unlimited;
}

/// What the process takes of its address space (first) and of it for data (sixth number of statm), in pages.
constexpr size_t statmSize = 0;
constexpr size_t statmData = 5;

uint64_t pagesTaken(size_t statmField)
{
    std::ifstream statm("/proc/self/statm");
    uint64_t pages = 0;
    for (size_t field = 0; field <= statmField; ++field)
        statm >> pages;
    return statm ? pages : 0;
}

/// What is left below a limit once each thread has set aside what it does: stack and heap of glibc's malloc.
template <typename Resource> uint64_t processLimit(Resource resource, size_t statmField)
{
    constexpr uint64_t setAside = uint64_t{72} << 20;
    rlimit limit{};
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return unlimited;
    const uint64_t taken = pagesTaken(statmField) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE))
        + setAside * std::max(1U, std::thread::hardware_concurrency());
    return limit.rlim_cur - std::min<uint64_t>(limit.rlim_cur, taken);
}

#else

uint64_t machineMemory()
{
    return unlimited;
}

#endif

uint64_t numberIn(const std::string& file)
{
    std::ifstream in(file);
    uint64_t number = 0;
    return in >> number ? number : unlimited; // "max" is no number
}

/// The smallest limit on the way from the process's control group to the root (Linux, versions 1 and 2).
uint64_t groupLimit()
{
    uint64_t smallest = numberIn("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        if (!line.starts_with("0::/"))
            continue;
        for (std::string path = line.substr(3); !path.empty(); path.resize(path.rfind('/')))
            smallest = std::min(smallest, numberIn("/sys/fs/cgroup" + path + "/memory.max"));
    }
    return smallest;
}

} // namespace

uint64_t memoryForStore()
{
    constexpr uint64_t percent = 60;
    uint64_t smallest = std::min(machineMemory(), groupLimit());
#ifdef __unix__
    smallest = std::min({smallest, processLimit(RLIMIT_AS, statmSize), processLimit(RLIMIT_DATA, statmData)});
#endif
    return smallest == unlimited ? unlimited : smallest / 100 * percent;
}

} // namespace whyrst
