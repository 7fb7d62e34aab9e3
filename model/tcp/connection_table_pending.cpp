// What follows a SYN with other numbers on a living connection: an event of it, or the beginning of the next one.
#include "model/tcp/connection_table.h"
#include "model/tcp/rare_facts.h"

#include <algorithm>
#include <utility>

namespace whyrst {

namespace {

constexpr size_t longestPending = 16; ///< a SYN that is not answered within so many packets began nothing

} // namespace

size_t ConnectionTable::bytesOf(const PendingSegment& segment)
{
    return sizeof(PendingSegment) + segment.payload.size();
}

/// What the rows do not hold, as far as one packet can change it.
ConnectionTable::FlowBefore ConnectionTable::stateOf(const Flow& flow)
{
    FlowBefore before;
    before.rows = flow.size();
    before.space = flow.space;
    before.copies = flow.copies;
    before.payloadBytes = flow.payloadBytes;
    before.speaksSsh = flow.speaksSsh;
    before.finSeen = flow.finSeen;
    before.rstSeen = flow.rstSeen;
    before.onlyResets = flow.onlyResets;
    before.synOptions = flow.synOptions;
    before.mac = flow.mac;
    before.vlan = flow.vlan;
    before.sackBlocks = flow.rare->sackBlocks.size();
    before.rare.userTimeout = flow.rare->userTimeout;
    before.rare.fastOpenCookie = flow.rare->fastOpenCookie;
    before.rare.lastWords = flow.rare->lastWords;
    before.rare.request = flow.rare->request;
    before.rare.urgentBytes = flow.rare->urgentBytes;
    before.rare.truncatedBytes = flow.rare->truncatedBytes;
    before.rare.truncatedSegments = flow.rare->truncatedSegments;
    return before;
}

void ConnectionTable::restore(Flow& flow, const FlowBefore& before)
{
    flow.segments.truncate(before.rows, *m_trace.arena);
    flow.space = before.space;
    flow.copies = before.copies;
    flow.payloadBytes = before.payloadBytes;
    flow.speaksSsh = before.speaksSsh;
    flow.finSeen = before.finSeen;
    flow.rstSeen = before.rstSeen;
    flow.onlyResets = before.onlyResets;
    flow.synOptions = before.synOptions;
    flow.mac = before.mac;
    flow.vlan = before.vlan;
    if (!flow.rare.isSet())
        return;
    forgetRareFacts(flow, flow.size());
    RareFacts& rare = flow.rare.edit();
    rare.sackBlocks.resize(before.sackBlocks);
    rare.userTimeout = before.rare.userTimeout;
    rare.fastOpenCookie = before.rare.fastOpenCookie;
    rare.lastWords = before.rare.lastWords;
    rare.request = before.rare.request;
    rare.urgentBytes = before.rare.urgentBytes;
    rare.truncatedBytes = before.rare.truncatedBytes;
    rare.truncatedSegments = before.rare.truncatedSegments;
}

void ConnectionTable::addPending(uint32_t index, const SegmentHeader& header, const Arrival& arrival, bool isForeignSyn)
{
    auto found = m_pending.find(index);
    if (found == m_pending.end() && !isForeignSyn)
        return;
    if (found != m_pending.end() && found->second.segments.size() == longestPending)
        return dropPending(index);
    if (found == m_pending.end()) {
        const Connection& connection = m_trace.connections[index];
        Pending pending{{stateOf(connection.flows[0]), stateOf(connection.flows[1])}, connection.lastFrame,
            connection.firstTime, connection.lastTime, {}};
        found = m_pending.emplace(index, std::move(pending)).first;
        m_pendingBytes += sizeof(Pending);
    }
    PendingSegment segment{header, {header.payload.begin(), header.payload.end()}, arrival};
    segment.header.payload = {};
    m_pendingBytes += bytesOf(segment);
    found->second.segments.push_back(std::move(segment));
}

void ConnectionTable::dropPending(uint32_t index)
{
    const auto found = m_pending.find(index);
    if (found == m_pending.end())
        return;
    for (const PendingSegment& segment : found->second.segments)
        m_pendingBytes -= bytesOf(segment);
    m_pendingBytes -= sizeof(Pending);
    m_pending.erase(found);
}

/// Whether `header` shows that the pending SYN began a new incarnation: its SYN-ACK, or the same SYN again after a RST.
bool ConnectionTable::answersPendingSyn(uint32_t index, const SegmentHeader& header) const
{
    if (m_pending.empty() || !header.flags.syn())
        return false;
    const auto found = m_pending.find(index);
    if (found == m_pending.end())
        return false;
    const SeqNum first = found->second.segments.front().header.seq;
    return header.flags.ack() ? distance(first, header.ack) == 1 : header.seq == first;
}

/// What came since the pending SYN was the beginning of a new connection: moves it there, but for SYN-ACKs that answer
/// the SYN of the old one.
uint32_t ConnectionTable::splitAtPending(uint32_t old)
{
    Pending pending = std::move(m_pending[old]);
    m_pending.erase(old);
    m_pendingBytes -= sizeof(Pending);
    Connection& connection = m_trace.connections[old];
    for (const Side side : {Side::Client, Side::Server})
        restore(connection.flow(side), pending.flows[sideIndex(side)]);
    connection.lastFrame = pending.lastFrame;
    connection.firstTime = pending.firstTime;
    connection.lastTime = pending.lastTime;
    m_segments -= pending.segments.size();
    const SegmentHeader& first = pending.segments.front().header;
    const uint32_t index = create(first, old + 1);
    for (PendingSegment& segment : pending.segments) {
        m_pendingBytes -= bytesOf(segment);
        m_duplicates -= segment.isCopy ? 1 : 0;
        m_disorder.packets -= segment.isDisorder ? 1 : 0;
        segment.header.payload = segment.payload;
        const bool isOld
            = segment.header.flags.syn() && segment.header.flags.ack() && distance(first.seq, segment.header.ack) != 1;
        append(isOld ? old : index, segment.header, segment.arrival);
        if (segment.header.flags.rst())
            moveLastReset();
    }
    return index;
}

/// The last reset of the list stands there already, as one of another connection: keeps it in its old place.
void ConnectionTable::moveLastReset()
{
    const ResetRef moved = m_trace.resets.back();
    m_trace.resets.pop_back();
    *std::ranges::lower_bound(m_trace.resets, moved.frame, {}, &ResetRef::frame) = moved;
}

/// Notes for what the packet that was pended last has been counted.
void ConnectionTable::notePending(uint32_t index, bool isCopy, bool isDisorder)
{
    const auto found = m_pending.find(index);
    if (found == m_pending.end())
        return;
    found->second.segments.back().isCopy = isCopy;
    found->second.segments.back().isDisorder = isDisorder;
}

} // namespace whyrst
