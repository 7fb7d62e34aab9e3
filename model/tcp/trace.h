// A loaded capture: its connections, its resets, and what is odd about it. Immutable once loaded.
#pragma once

#include "model/capture/capture_details.h"
#include "model/capture/capture_note.h"
#include "model/capture/merged_frames.h"
#include "model/tcp/connection_store.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace whyrst {

/// What is known of the capture itself.
struct CaptureInfo
{
    std::string file;     ///< as the user named it
    std::string format;   ///< "pcap (us)", "pcapng" ...
    uint64_t packets = 0; ///< of all kinds
    uint64_t tcpSegments = 0;
    uint64_t fileSize = 0; ///< bytes, 0 when unknown
    Timestamp firstTime;   ///< of the first packet; the earliest when the order is disturbed
    Timestamp lastTime;
    std::vector<std::string> linkTypes; ///< names as libpcap gives them
    uint64_t droppedByCapture = 0;
    std::vector<CaptureNote> notes;
    CaptureDetails details; ///< comments, names, times
    MergedFrames merged;    ///< empty for a single file
};

/// A segment with the RST flag. Twelve bytes: a scan has millions.
struct ResetRef
{
    ConnectionId connection;
    PacketNumber frame;
    uint32_t row : 31; ///< in the flow of `from`
    Side from : 1;

    ResetRef(ConnectionId id, PacketNumber frameNumber, Side sender, uint32_t rowInFlow)
        : connection(id)
        , frame(frameNumber)
        , row(rowInFlow & 0x7fff'ffffU)
        , from(sender)
    {
    }
};
static_assert(sizeof(ResetRef) == 12);

/// Everything that was read from a capture.
///
/// A copy shares the rows of the segments and keeps its own end of each flow, so that it stays as it is while the
/// original grows.
struct Trace
{
    CaptureInfo capture;
    ConnectionStore connections;  ///< by ConnectionId
    std::deque<ResetRef> resets;  ///< in capture order
    std::shared_ptr<Arena> arena; ///< holds the rows of all flows
    uint64_t hashSeed = 0;        ///< for tables over what the capture chose

    const Connection& connection(ConnectionId id) const { return connections[id.value]; }
};

/// Connection that packet `frame` belongs to, or null. Linear in the connections.
const Connection* findConnection(const Trace& trace, PacketNumber frame);

} // namespace whyrst
