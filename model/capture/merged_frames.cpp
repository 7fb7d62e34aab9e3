#include "model/capture/merged_frames.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

std::optional<FrameOrigin> MergedFrames::originOf(PacketNumber number) const
{
    const auto behind
        = std::ranges::upper_bound(runs, number.value, {}, [](const FrameRun& run) { return run.first.value; });
    if (behind == runs.begin())
        return std::nullopt;
    const FrameRun& run = *std::prev(behind);
    return FrameOrigin{files[run.file], PacketNumber(run.firstInFile.value + (number.value - run.first.value))};
}

} // namespace whyrst
