// What is odd in a capture but does not stop the work.
#pragma once

#include "model/ids.h"

#include <cstdint>
#include <string>

namespace whyrst {

/// Kinds of notes; `noteIdName` gives the id used in JSON.
enum class NoteId : uint8_t
{
    CutShort,          ///< the file ends in the middle of a packet
    DamagedRecord,     ///< a record or block is damaged; what follows was not read
    ReadError,         ///< the system failed to read further
    SnapLength,        ///< packets were cut when they were captured
    UnsupportedLink,   ///< packets of a link type that is not decoded
    Fragment,          ///< IP fragments, not reassembled
    MalformedPacket,   ///< headers that contradict themselves
    CaptureDrops,      ///< the capture says that it dropped packets
    ClockStep,         ///< time jumped backwards or far forwards
    TimeDisorder,      ///< packets of a connection are not stored in order of time
    CaptureDuplicates, ///< packets recorded twice
    UnreadableFile,    ///< one of several files as one cannot be opened
    FilterMismatch,    ///< the filter does not fit to the link type of some packets
    Cancelled,         ///< loading was stopped; what was read is shown
    MemoryFull,        ///< loading stopped because the memory was used up; what was read is shown
};

/// One note. `count` packets share it; `packet` and `offset` are those of the first (0: none).
struct CaptureNote
{
    NoteId id = NoteId::CutShort;
    PacketNumber packet{};
    uint64_t offset = 0;
    uint64_t count = 1;
    std::string text;   ///< one sentence
    std::string file{}; ///< of several as one: the file that is meant, `packet` is in it; empty: the whole capture
};

/// The note's id in JSON: "cut-short", "damaged-record" ...
const char* noteIdName(NoteId id);

} // namespace whyrst
