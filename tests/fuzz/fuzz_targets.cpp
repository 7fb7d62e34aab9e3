#include "tests/fuzz/fuzz_targets.h"

#include <cstdio>
#include <cstdlib>

namespace whyrst::fuzz {

const std::vector<FuzzTarget>& fuzzTargets()
{
    static const std::vector<FuzzTarget> targets{
        {"pcap", runPcap},
        {"pcapng", runPcapng},
        {"compressed", runCompressed},
        {"merged", runMerged},
        {"packet_decoder", runPacketDecoder},
        {"whole_path", runWholePath},
        {"segments", runSegments},
        {"compare", runCompare},
    };
    return targets;
}

void require(bool holds, const char* promise)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

} // namespace whyrst::fuzz
