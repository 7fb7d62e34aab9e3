#include "model/tcp/connection.h"

namespace whyrst {

void ConnectionWalk::fill(Side side)
{
    const size_t index = sideIndex(side);
    SegmentRows::Iterator& next = m_next[index];
    m_has[index] = !(next == m_connection->flows[index].segments.end());
    if (!m_has[index])
        return;
    m_head[index] = {side, next.row(), *next};
    ++next;
}

bool ConnectionWalk::next(LocatedSegment& located)
{
    if (!m_has[0] && !m_has[1])
        return false;
    const bool clientFirst = m_has[0] && (!m_has[1] || m_head[0].segment.frame < m_head[1].segment.frame);
    const Side side = clientFirst ? Side::Client : Side::Server;
    located = m_head[sideIndex(side)];
    fill(side);
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
