#include "model/capture/container_notes.h"

namespace whyrst {

namespace {

CaptureNote makeNote(NoteId id, const StopPlace& place, std::string text)
{
    return {.id = id, .packet = place.packet, .offset = place.offset, .text = std::move(text)};
}

std::string packetAt(const StopPlace& place)
{
    return "packet " + std::to_string(place.packet.value) + " at byte " + std::to_string(place.offset);
}

/// What is said of bytes that cannot be read or unpacked. Their offset is that in the file.
CaptureNote sourceFailed(const StopPlace& place, const SourceFailure& failure)
{
    const StopPlace inFile{.packet = place.packet, .offset = failure.offset};
    const std::string before = "byte " + std::to_string(failure.offset) + ", before packet "
        + std::to_string(place.packet.value) + " was whole";
    switch (failure.kind) {
    case SourceFailure::Kind::System:
        return makeNote(NoteId::ReadError, inFile,
            "Reading stopped at " + before + " (" + failure.reason
                + "): all before it was read; check the disk or the network share and open the file again.");
    case SourceFailure::Kind::CutShort:
        return makeNote(NoteId::CutShort, inFile,
            "The compressed file (" + failure.reason + ") ends in its middle at " + before
                + ": all before it was read; if the end matters, copy the file again.");
    case SourceFailure::Kind::Unconverted:
        return makeNote(NoteId::DamagedRecord, {.packet = place.packet, .offset = 0},
            "The file is cut or damaged before packet " + std::to_string(place.packet.value) + " (" + failure.reason
                + "): all before it was read; copy the file again to see the rest.");
    case SourceFailure::Kind::Damaged:
        break;
    }
    return makeNote(NoteId::DamagedRecord, inFile,
        "The compressed file is damaged at " + before + " (" + failure.reason
            + "): all before it was read; copy the file again to see the rest.");
}

} // namespace

CaptureNote endedInsideRecord(const StopPlace& place, const std::optional<SourceFailure>& failure)
{
    if (failure)
        return sourceFailed(place, *failure);
    return makeNote(NoteId::CutShort, place,
        "The file ends inside " + packetAt(place)
            + ": all before it was read; if the end matters, copy the file again or capture once more.");
}

CaptureNote damagedRecord(const StopPlace& place, const std::string& reason)
{
    return makeNote(NoteId::DamagedRecord, place,
        "The file is damaged before " + packetAt(place) + " (" + reason
            + "): nothing after that was read; copy the file again or capture once more to see the rest.");
}

CaptureNote droppedWhileCapturing(uint64_t count)
{
    const std::string packets = count == 1 ? "1 packet was" : std::to_string(count) + " packets were";
    return {.id = NoteId::CaptureDrops,
        .count = count,
        .text = packets
            + " dropped while capturing: holes in this capture need not be losses on the network; capture with a "
              "filter,"
              " a shorter snap length or a larger buffer."};
}

} // namespace whyrst
