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

} // namespace

CaptureNote endedInsideRecord(const StopPlace& place, const std::string& failure)
{
    if (!failure.empty())
        return readFailed(place, failure);
    return makeNote(NoteId::CutShort, place,
        "The file ends inside " + packetAt(place)
            + ": all before it was read; if the end matters, copy the file again or capture once more.");
}

CaptureNote readFailed(const StopPlace& place, const std::string& failure)
{
    return makeNote(NoteId::ReadError, place,
        "Reading stopped before " + packetAt(place) + " (" + failure
            + "): all before it was read; check the disk or the network share and open the file again.");
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
