#include "model/diagnosis/unread_bytes.h"

#include "model/diagnosis/rule_limits.h"

#include <algorithm>

namespace whyrst {

UnreadBytes findUnread(const ResetContext& reset, Side receiver)
{
    const FlowAnalysis& analysis = reset.flowAnalysis(receiver);
    const int64_t mss = std::max<int64_t>(1, reset.flowAnalysis(otherSide(receiver)).effectiveMss);
    const bool isResetter = reset.reset && reset.x == receiver;
    UnreadBytes unread;
    if (!analysis.windowShiftKnown)
        return unread;
    const PacketNumber end = reset.reset ? reset.reset->segment.frame : reset.momentFrame;
    StreamOffset ackAtAdvance;
    StreamOffset edge;
    StreamOffset lastEdge;
    StreamOffset ack;
    const SegmentRows& rows = reset.flow(receiver).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= end)
            break;
        if (!segment.flags.ack() || segment.flags.rst() || segment.flags.syn())
            continue;
        ack = std::max(ack, segment.ack);
        lastEdge = segment.ack + analysis.windowBytes(segment);
        if (unread.edgeRow && lastEdge - edge < mss)
            continue;
        edge = lastEdge;
        ackAtAdvance = segment.ack;
        unread.edgeRow = row.row();
    }
    if (isResetter && reset.reset->segment.flags.ack())
        ack = std::max(ack, reset.reset->segment.ack);
    const int64_t piled = ack - ackAtAdvance - std::max<int64_t>(0, lastEdge - edge);
    if (unread.edgeRow && piled >= unreadSegments * mss)
        unread.atLeast = piled;
    return unread;
}

} // namespace whyrst
