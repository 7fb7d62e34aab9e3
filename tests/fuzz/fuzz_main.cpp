// The entry of libFuzzer for the target that WHYRST_FUZZ_TARGET names.
#include "tests/fuzz/fuzz_targets.h"

#include <algorithm>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace whyrst::fuzz;
    static const auto target = std::ranges::find(fuzzTargets(), WHYRST_FUZZ_TARGET, &FuzzTarget::name);
    target->run(std::as_bytes(std::span(data, size)));
    return 0;
}
