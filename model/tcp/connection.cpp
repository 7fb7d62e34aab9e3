#include "model/tcp/connection.h"

namespace whyrst {

bool ConnectionWalk::next(LocatedSegment& located)
{
    const Side side = m_frames[0] < m_frames[1] ? Side::Client : Side::Server;
    const size_t index = sideIndex(side);
    if (m_frames[index] == noFrame)
        return false;
    SegmentRows::Iterator& next = m_next[index];
    located.side = side;
    located.row = next.row();
    located.segment = *next;
    m_frames[index] = frameAt(++next);
    return true;
}

bool findSegment(const Connection& connection, PacketNumber frame, LocatedSegment& located)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const SegmentRows& segments = connection.flow(side).segments;
        const uint32_t row = segments.lowerBound(frame);
        if (row == segments.size())
            continue;
        const Segment segment = segments.at(row);
        if (segment.frame == frame) {
            located = {side, row, segment};
            return true;
        }
    }
    return false;
}

} // namespace whyrst
