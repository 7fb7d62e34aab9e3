#include "model/tcp/connection_table.h"

#include "model/tcp/last_words.h"
#include "model/tcp/rare_facts.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t firstSlots = 1024; ///< a power of two, as all sizes of the table
constexpr uint16_t firstEphemeralPort = 1024;
constexpr StreamOffset synOffset{0};
constexpr StreamOffset firstDataOffset{1};

/// The sender of the SYN is the client; without one the side with the higher port, as servers listen on low ones.
bool senderIsClient(const SegmentHeader& header)
{
    if (header.flags.syn())
        return !header.flags.ack();
    const uint16_t from = header.source.port;
    const uint16_t to = header.destination.port;
    if ((from < firstEphemeralPort) != (to < firstEphemeralPort))
        return to < firstEphemeralPort;
    return from == to ? true : from > to;
}

bool isClosed(const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    return client.rstSeen || server.rstSeen || (client.finSeen && server.finSeen);
}

Side sideOf(const Connection& connection, const Endpoint& source)
{
    return connection.client == source ? Side::Client : Side::Server;
}

SynOptions announcedBy(const TcpOptions& options)
{
    SynOptions syn;
    syn.maximumSegmentSize = options.maximumSegmentSize;
    if (options.windowScale)
        syn.windowScale = std::min(*options.windowScale, largestWindowScale);
    syn.sackPermitted = options.sackPermitted;
    syn.timestamps = options.timestamps.has_value();
    syn.md5 = options.md5;
    syn.authentication = options.authentication;
    syn.multipath = options.multipath;
    syn.fastOpen = options.fastOpen;
    syn.cut = options.cut;
    syn.order = options.order;
    syn.orderLength = options.orderLength;
    return syn;
}

/// The fields that need no knowledge of the connection.
Segment withoutOffsets(const SegmentHeader& header)
{
    Segment segment;
    segment.payloadLength = header.payloadLength;
    segment.rawWindow = header.rawWindow;
    segment.flags = header.flags;
    segment.hasTimestamps = header.options.timestamps.has_value();
    segment.timestamps = header.options.timestamps.value_or(Timestamps());
    segment.hasIpId = header.ipId.has_value();
    segment.ipId = header.ipId.value_or(0);
    segment.headerLength = header.headerLength;
    segment.ttl = header.ttl;
    segment.checksumClass = header.checksumClass;
    segment.direction = header.direction;
    segment.sackBlockCount = header.options.sackBlockCount;
    segment.isTlsAlert = isTlsAlertRecord(header.payload, header.payloadLength);
    segment.isContentCut = isContentCut(header.payload, header.payloadLength);
    return segment;
}

/// The SYN-ACK of a handshake in which the server has sent other packets before: those of an older connection.
bool isLateSynAck(const SegmentHeader& header, const Flow& flow, const Flow& other)
{
    return header.flags.syn() && header.flags.ack() && !flow.synSeen() && flow.space.isAnchored() && other.synSeen()
        && distance(other.space.raw(synOffset), header.ack) == 1;
}

/// Unwraps the numbers. RSTs and SYNs of another incarnation do not move the reference: their numbers may be anything.
void setOffsets(Segment& segment, const SegmentHeader& header, Flow& flow, Flow& other, bool isForeignSyn)
{
    flow.space.anchor(header.seq, header.flags.syn() ? synOffset : firstDataOffset);
    const bool trusted = !header.flags.rst() && !isForeignSyn;
    segment.seq = trusted ? flow.space.advance(header.seq) : flow.space.offset(header.seq);
    if (!header.flags.ack())
        return;
    if (!header.flags.rst())
        other.space.anchor(header.ack, firstDataOffset);
    const bool ackTrusted = trusted && !header.flags.syn();
    segment.ack = ackTrusted ? other.space.advance(header.ack) : other.space.offset(header.ack);
}

void noteTunnel(Connection& connection, Tunnel tunnel)
{
    Flow& client = connection.flow(Side::Client);
    if (client.rare->tunnel == Tunnel::None)
        client.rare.edit().tunnel = tunnel;
}

/// Counts `segment`, which is about to be added to `flow`, in the connection's extent.
void extend(Connection& connection, Flow& flow, const Segment& segment)
{
    if (connection.packetCount() == 0) {
        connection.firstFrame = segment.frame;
        connection.firstTime = connection.lastTime = segment.time;
    }
    connection.lastFrame = segment.frame;
    connection.firstTime = std::min(connection.firstTime, segment.time);
    connection.lastTime = std::max(connection.lastTime, segment.time);
    flow.payloadBytes += segment.payloadLength;
    if (segment.flags.fin())
        flow.finSeen = true;
    if (segment.flags.rst())
        flow.rstSeen = true;
}

constexpr auto clockStepBack = std::chrono::seconds(1); ///< multi-queue cards disorder packets by far less

} // namespace

ConnectionTable::ConnectionTable(const LoadOptions& options)
    : m_slots(firstSlots)
    , m_seed(options.hashSeed)
    , m_keepDuplicates(options.keepDuplicates)
{
    m_trace.arena = std::make_shared<Arena>();
    m_trace.hashSeed = options.hashSeed;
}

size_t ConnectionTable::memory() const
{
    return m_trace.arena->used() + m_trace.connections.size() * sizeof(Connection) + m_slots.size() * sizeof(Slot)
        + m_withRareFacts * sizeof(RareFacts) + m_resentData * sizeof(ResentData) + m_pendingBytes;
}

/// The connection whose hash is that of `key`, null when there is none. Nearly always it is the right one.
const Connection* ConnectionTable::likelyConnection(const SegmentKey& key) const
{
    const size_t mask = m_slots.size() - 1;
    const auto tag = static_cast<uint32_t>(key.connection);
    for (size_t index = key.connection & mask; m_slots[index].next != 0; index = (index + 1) & mask) {
        if (m_slots[index].hash == tag)
            return &m_trace.connections[m_slots[index].next - 1];
    }
    return nullptr;
}

void ConnectionTable::prefetchSlot(const SegmentKey& key) const
{
    __builtin_prefetch(&m_slots[key.connection & (m_slots.size() - 1)]);
    m_duplicateFilter.prefetch(key.packet);
}

void ConnectionTable::prefetchConnection(const SegmentKey& key) const
{
    constexpr size_t cacheLine = 64;
    const Connection* connection = likelyConnection(key);
    for (size_t offset = 0; connection != nullptr && offset < sizeof(Connection); offset += cacheLine)
        __builtin_prefetch(reinterpret_cast<const char*>(connection) + offset, 1);
}

void ConnectionTable::prefetchRows(const SegmentKey& key) const
{
    if (const Connection* connection = likelyConnection(key)) {
        for (const Flow& flow : connection->flows) {
            flow.segments.prefetchEnd();
            __builtin_prefetch(flow.rare.operator->());
        }
    }
}

void ConnectionTable::prefetchNextRow(const SegmentKey& key, const Endpoint& source) const
{
    if (const Connection* connection = likelyConnection(key))
        connection->flow(sideOf(*connection, source)).segments.prefetchNext();
}

uint32_t& ConnectionTable::slotOf(const Endpoint& a, const Endpoint& b, uint64_t hash)
{
    const size_t mask = m_slots.size() - 1;
    const auto tag = static_cast<uint32_t>(hash);
    for (size_t index = hash & mask;; index = (index + 1) & mask) {
        Slot& slot = m_slots[index];
        if (slot.next == 0) {
            slot.hash = tag;
            return slot.next;
        }
        if (slot.hash != tag)
            continue;
        const Connection& connection = m_trace.connections[slot.next - 1];
        const bool same
            = (connection.client == a && connection.server == b) || (connection.client == b && connection.server == a);
        if (same)
            return slot.next;
    }
}

void ConnectionTable::grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    const size_t mask = m_slots.size() - 1;
    for (const Slot& slot : old) {
        if (slot.next == 0)
            continue;
        size_t index = slot.hash & mask;
        while (m_slots[index].next != 0)
            index = (index + 1) & mask;
        m_slots[index] = slot;
    }
}

uint32_t ConnectionTable::create(const SegmentHeader& header, uint32_t previous)
{
    const auto index = static_cast<uint32_t>(m_trace.connections.size());
    Connection& connection = m_trace.connections.add();
    const bool fromClient = senderIsClient(header);
    connection.client = fromClient ? header.source : header.destination;
    connection.server = fromClient ? header.destination : header.source;
    connection.flow(Side::Client).sideAssumed = !header.flags.syn();
    if (previous != 0)
        connection.previous = ConnectionId(previous - 1);
    return index;
}

/// A SYN with another initial sequence number begins a new incarnation when the old one is over. While the old one
/// lives the SYN is an event of it, until a SYN-ACK answers the SYN (RFC 9293 figure 9 shows the other answer).
bool ConnectionTable::startsNewIncarnation(const Connection& connection, const SegmentHeader& header)
{
    if (!header.flags.syn())
        return false;
    const Side side = sideOf(connection, header.source);
    const Flow& flow = connection.flow(side);
    const bool sameNumber = !flow.onlyResets && flow.space.raw(synOffset) == header.seq;
    if (sameNumber)
        return false;
    if (header.flags.ack())
        return isClosed(connection) && flow.synSeen() && connection.flow(otherSide(side)).synSeen()
            && !connection.flow(otherSide(side)).empty() && flow.payloadBytes > 0;
    if (isClosed(connection))
        return true;
    const Flow& other = connection.flow(otherSide(side));
    return flow.empty() && !other.empty() && !other.synSeen(); // a SYN against a flow that began long before
}

void ConnectionTable::add(const SegmentHeader& header, const SegmentKey& key, PacketNumber frame, Timestamp time)
{
    if ((m_used + 1) * 2 > m_slots.size())
        grow();
    uint32_t& slot = slotOf(header.source, header.destination, key.connection);
    if (slot == 0) {
        ++m_used;
        slot = create(header, 0) + 1;
    } else if (answersPendingSyn(slot - 1, header)) {
        slot = splitAtPending(slot - 1) + 1;
    } else if (startsNewIncarnation(m_trace.connections[slot - 1], header)) {
        slot = create(header, slot) + 1;
    }
    const auto truncatedBytes = static_cast<uint32_t>(header.payloadLength - header.payload.size());
    append(slot - 1, header,
        {frame, time, truncatedBytes, m_duplicateFilter.earlierSightings(key.packet, header.ttl, time)});
}

/// Makes `isn` the offset 0 of the flow; rows that were added before keep their raw numbers.
void ConnectionTable::rebase(Flow& flow, Flow& other, SeqNum isn)
{
    const int64_t shift = distance(isn, flow.space.raw(synOffset));
    flow.segments.shift(shift, 0, *m_trace.arena);
    other.segments.shift(0, shift, *m_trace.arena);
    flow.space = SequenceSpace();
    flow.space.anchor(isn, synOffset);
}

/// Whether the packet was captured shortly before one that is stored before it; counts it.
bool ConnectionTable::noteTimeOrder(const Connection& connection, const Segment& segment)
{
    if (connection.packetCount() == 0 || segment.time >= connection.lastTime)
        return false;
    const Duration late = connection.lastTime - segment.time;
    if (late > clockStepBack)
        return false; // not an order of packets, but another time
    if (m_disorder.packets++ == 0)
        m_disorder.first = segment.frame;
    m_disorder.largest = std::max(m_disorder.largest, late);
    return true;
}

void ConnectionTable::noteContent(Flow& flow, const SegmentHeader& header, const Segment& segment)
{
    const size_t before = flow.rare->resentData.capacity();
    noteResentData(flow, segment, header.payload, m_seed);
    m_resentData += flow.rare->resentData.capacity() - before;
}

void ConnectionTable::append(uint32_t index, const SegmentHeader& header, const Arrival& arrival)
{
    Connection& connection = m_trace.connections[index];
    const Side side = sideOf(connection, header.source);
    Flow& flow = connection.flow(side);
    Flow& other = connection.flow(otherSide(side));

    if (isLateSynAck(header, flow, other) || (flow.onlyResets && header.flags.syn() && flow.space.isAnchored())) {
        rebase(flow, other, header.seq); // a refusal's sequence number 0 says nothing about the stream
        dropPending(index);              // what it would go back to has other numbers
    }
    if (flow.onlyResets && !header.flags.rst()) // else not written: a part that was just written delays the whole word
        flow.onlyResets = false;
    const bool isForeignSyn = header.flags.syn() && flow.space.isAnchored() && flow.space.raw(synOffset) != header.seq;
    const bool maySplit = isForeignSyn && !header.flags.ack();
    if (maySplit || !m_pending.empty())
        addPending(index, header, arrival, maySplit);

    Segment segment = withoutOffsets(header);
    segment.frame = arrival.frame;
    segment.time = arrival.time;
    segment.sackIndex = static_cast<uint32_t>(flow.rare->sackBlocks.size());
    const StreamOffset highest = flow.space.reference();
    setOffsets(segment, header, flow, other, isForeignSyn);
    if (header.flags.syn() && !isForeignSyn && !flow.synSeen())
        flow.synOptions = announcedBy(header.options);
    if (header.flags.rst())
        m_trace.resets.emplace_back(connection.id, arrival.frame, side, flow.size());
    const bool hadRareFacts = flow.rare.isSet();
    noteRareFacts(flow, other, header, arrival.truncatedBytes);
    const bool isSeenBefore = isCopy(segment, arrival.earlierSightings, flow, other);
    m_duplicates += isSeenBefore ? 1 : 0;
    segment.isCaptureDuplicate = isSeenBefore && !m_keepDuplicates;
    const bool hasData = !header.payload.empty() && !header.flags.syn() && !header.flags.rst();
    if (hasData && segment.seq <= highest && !segment.isCaptureDuplicate)
        noteContent(flow, header, segment);
    m_withRareFacts += !hadRareFacts && flow.rare.isSet() ? 1 : 0;
    if (header.tunnel != Tunnel::None)
        noteTunnel(connection, header.tunnel);
    const bool isDisorder = noteTimeOrder(connection, segment);
    if (!m_pending.empty())
        notePending(index, isSeenBefore, isDisorder);
    extend(connection, flow, segment);
    ++m_segments;
    flow.segments.append(segment, *m_trace.arena);
}

void ConnectionTable::add(const IcmpError& error, PacketNumber frame, Timestamp time)
{
    const uint32_t slot = slotOf(error.quotedSource, error.quotedDestination,
        hashEndpoints(error.quotedSource, error.quotedDestination, m_seed));
    if (slot == 0)
        return;
    Connection& connection = m_trace.connections[slot - 1];
    IcmpEvent event;
    event.frame = frame;
    event.time = time;
    event.sender = error.sender;
    event.isV6 = error.isV6;
    event.type = error.type;
    event.code = error.code;
    event.mtu = error.mtu;
    event.quotedSide = sideOf(connection, error.quotedSource);
    event.quotedSeq = connection.flow(event.quotedSide).space.offset(error.quotedSeq);
    connection.flows[0].rare.edit().icmpErrors.push_back(event);
}

Trace ConnectionTable::takeTrace()
{
    Trace trace = std::move(m_trace);
    m_trace = Trace();
    m_trace.arena = std::make_shared<Arena>();
    m_pending.clear();
    m_pendingBytes = 0;
    m_slots.assign(firstSlots, Slot());
    m_used = 0;
    return trace;
}

} // namespace whyrst
