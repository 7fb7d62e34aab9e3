// Times loading and diagnosing a capture inside one process: time_load FILE [THREADS]
//
// Prints the seconds of reading and of diagnosing, the packets and connections, and the peak memory in MiB.
#include "model/diagnosis/diagnosis.h"
#include "model/tcp/load_trace.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>

namespace {

double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double peakMebibytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

} // namespace

int main(int argc, char** argv)
{
    using namespace whyrst;
    if (argc < 2) {
        std::fputs("usage: time_load FILE [THREADS]\n", stderr);
        return 2;
    }
    LoadOptions options;
    options.threads = argc > 2 ? static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)) : 0;
    NoProgress progress;
    const auto begin = std::chrono::steady_clock::now();
    const Result<Trace> trace = loadTrace(argv[1], options, progress);
    if (!trace) {
        std::fprintf(stderr, "time_load: %s\n", sentenceFor(trace.error()).c_str());
        return 2;
    }
    const double reading = secondsSince(begin);
    const double loaded = peakMebibytes();
    const TraceDiagnosis diagnosis = diagnoseTrace(*trace, progress);
    const double both = secondsSince(begin);
    std::printf("%s: %llu packets, %zu connections, %zu findings: read %.3f s, diagnosed %.3f s, peak %.1f MiB read, "
                "%.1f MiB diagnosed\n",
        argv[1], static_cast<unsigned long long>(trace->capture.packets), trace->connections.size(),
        diagnosis.headlines.size(), reading, both - reading, loaded, peakMebibytes());
    return 0;
}
