// Where the packets of several files that were read as one came from.
#pragma once

#include "model/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// A packet of one of the files.
struct FrameOrigin
{
    std::string file;    ///< as the user named it
    PacketNumber packet; ///< in the file
};

/// Packets with consecutive numbers, both in the merged order and in their file.
struct FrameRun
{
    PacketNumber first; ///< in the merged order; the run ends where the next begins
    PacketNumber firstInFile;
    uint32_t file = 0; ///< index in `MergedFrames::files`
};

/// Empty for a single file.
struct MergedFrames
{
    std::vector<std::string> files; ///< in the order of the command line
    std::vector<FrameRun> runs;     ///< in merged order

    /// The origin of packet `number` of the merged order; nothing when there is none or nothing was merged.
    std::optional<FrameOrigin> originOf(PacketNumber number) const;
};

} // namespace whyrst
