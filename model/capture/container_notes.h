// The sentences about a container that ends too early or tells of losses; both readers use them.
#pragma once

#include "model/capture/byte_source.h"
#include "model/capture/capture_note.h"

#include <cstdint>
#include <optional>
#include <string>

namespace whyrst {

/// Where the reading of a container stopped.
struct StopPlace
{
    PacketNumber packet; ///< that would have come next
    uint64_t offset = 0; ///< of its record or block
};

/// The file ends inside the record at `place`; or, when its bytes could not be read on or unpacked, that.
CaptureNote endedInsideRecord(const StopPlace& place, const std::optional<SourceFailure>& failure);

/// The record at `place` contradicts itself; `reason` is short and has no full stop.
CaptureNote damagedRecord(const StopPlace& place, const std::string& reason);

/// `count` packets were dropped while capturing.
CaptureNote droppedWhileCapturing(uint64_t count);

} // namespace whyrst
