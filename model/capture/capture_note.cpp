#include "model/capture/capture_note.h"

namespace whyrst {

const char* noteIdName(NoteId id)
{
    switch (id) {
    case NoteId::CutShort:
        return "cut-short";
    case NoteId::DamagedRecord:
        return "damaged-record";
    case NoteId::ReadError:
        return "read-error";
    case NoteId::SnapLength:
        return "snap-length";
    case NoteId::UnsupportedLink:
        return "unsupported-link";
    case NoteId::Fragment:
        return "fragment";
    case NoteId::MalformedPacket:
        return "malformed-packet";
    case NoteId::CaptureDrops:
        return "capture-drops";
    case NoteId::ClockStep:
        return "clock-step";
    case NoteId::TimeDisorder:
        return "time-disorder";
    case NoteId::CaptureDuplicates:
        return "capture-duplicates";
    case NoteId::UnreadableFile:
        return "unreadable-file";
    case NoteId::FilterMismatch:
        return "filter-mismatch";
    case NoteId::Cancelled:
        return "cancelled";
    case NoteId::MemoryFull:
        return "memory-full";
    }
    return "unknown";
}

} // namespace whyrst
