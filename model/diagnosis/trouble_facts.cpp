// What the packets around stuck data tell, before its cause is judged.
#include "model/analysis/sack_shift.h"
#include "model/analysis/thresholds.h"
#include "model/diagnosis/reset_form.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/sender_reaction.h"
#include "model/diagnosis/trouble_finder.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

/// RFC 7323 5.2: timestamps are compared modulo 2^32.
bool isLater(uint32_t timestamp, uint32_t other)
{
    return static_cast<int32_t>(timestamp - other) > 0;
}

/// Whether both hosts agreed to SACK, as far as the capture shows.
bool reportsBySack(const Connection& connection)
{
    return std::ranges::all_of(std::array{Side::Client, Side::Server}, [&](Side side) {
        const auto& syn = connection.flow(side).synOptions;
        return syn && syn->sackPermitted;
    });
}

} // namespace

void TroubleFinder::collectCopies()
{
    const SentRange* range = m_sent.rangeAt(m_sent.sndUna);
    m_trouble.holeBegin = m_sent.sndUna;
    m_trouble.holeEnd = range != nullptr ? range->end : m_sent.seen.nextCovered(m_sent.sndUna).value_or(m_sent.sndNxt);
    if (const auto lowest = m_sent.sacked.lowest())
        m_trouble.holeEnd = std::min(m_trouble.holeEnd, *lowest);
    if (range == nullptr)
        return;
    const FlowAnalysis& analysis = m_analysis.flow(m_s);
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    for (auto row = rows.from(range->firstRow); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= m_moment.before)
            break;
        const bool carries = segment.seq <= m_sent.sndUna && m_sent.sndUna < segment.end() && !segment.flags.rst();
        if (!carries || segment.isCaptureDuplicate || analysis.kinds[row.row()].has(Kind::NetworkDuplicate))
            continue;
        m_trouble.copies.push_back(row.row());
        m_trouble.goodCopies += segment.checksumClass == ChecksumClass::Valid ? 1 : 0;
        if (segment.checksumClass == ChecksumClass::Bad)
            m_trouble.badCopies.push_back(row.row());
        if (m_trouble.copies.size() > 1)
            m_trouble.lastInterval = segment.time - m_trouble.lastSend;
        else
            m_trouble.firstSend = segment.time;
        m_trouble.lastSend = segment.time;
    }
}

/// When the first bytes behind the hole were sent. There must be some.
Timestamp TroubleFinder::firstSendBehindHole() const
{
    return m_sent.outstanding.at(m_sent.outstanding.firstFrom(m_trouble.holeEnd))->firstTime;
}

/// DL: R shows that bytes behind the hole did arrive.
void TroubleFinder::collectDelivery()
{
    const Duration travel = std::chrono::duration_cast<Duration>(roundTripToReceiver() * nearlyRoundTrip);
    const bool laterSent = !m_sent.outstanding.empty() && m_sent.outstanding.back().begin >= m_trouble.holeEnd;
    const std::vector<DupAckRun>& runs = m_analysis.flow(m_r).dupAckRuns;
    for (size_t index = 0; index < runs.size(); ++index) {
        const DupAckRun& run = runs[index];
        if (run.ack == m_sent.sndUna && run.firstTime < m_moment.time)
            m_trouble.dupAckRun = static_cast<uint32_t>(index);
    }
    const bool bySack = !m_sent.sacked.empty();
    // A receiver that agreed to SACK reports what it holds behind a hole (RFC 2018 4): duplicate ACKs without a report
    // tell that packets came, not that their data was taken.
    const bool isReportDue = reportsBySack(m_connection);
    bool byDupAcks = false;
    Timestamp lastEvidence;
    if (m_trouble.dupAckRun && (bySack || !isReportDue)) {
        const DupAckRun& run = runs[*m_trouble.dupAckRun];
        // One duplicate ACK is enough: nothing below the hole is outstanding, so a later packet must have drawn it.
        const bool afterLater = laterSent && run.lastTime - firstSendBehindHole() >= travel;
        byDupAcks = afterLater || run.count >= dupAckThreshold;
        lastEvidence = run.lastTime;
    }
    const bool bySight = m_trouble.copies.empty() && laterSent && m_trouble.dupAckRun.has_value();
    m_trouble.laterDelivered = bySack || (laterSent && byDupAcks) || bySight;
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    if (m_trouble.laterDelivered && m_trouble.copies.size() > m_settings.resends)
        m_trouble.deliveredAfterThird = lastEvidence > rows.at(m_trouble.copies[m_settings.resends]).time;
    if (m_trouble.laterDelivered && m_trouble.dupAckRun && !m_atReceiver)
        m_trouble.lostBehind = countLostBehind(m_analysis, m_trouble, lastEvidence, m_moment);
    const auto& spoke = m_moment.state.lastHeard[sideIndex(m_s)];
    m_trouble.senderHeard = laterSent && spoke && *spoke - firstSendBehindHole() > timeout();
    const auto& heard = m_moment.state.lastHeard[sideIndex(m_r)];
    if (m_trouble.copies.size() > 1)
        m_trouble.receiverHeard = heard && *heard > rows.at(m_trouble.copies[1]).time + roundTripToReceiver();
}

/// Whether R itself ends the connection, or is heard within a round trip after S does: it does not take a RST whose
/// number lies behind the hole, and asks back (RFC 5961 3.2).
void TroubleFinder::collectEnd()
{
    const auto isEndOf = [&](Side side) {
        const SegmentRows& rows = m_connection.flow(side).segments;
        const uint32_t row = rows.lowerBound(m_moment.before);
        return row < rows.size() && rows.at(row).frame == m_moment.before && rows.at(row).flags.rst();
    };
    m_trouble.heardAtEnd = isEndOf(m_r);
    if (!isEndOf(m_s))
        return;
    const SegmentRows& rows = m_connection.flow(m_r).segments;
    const uint32_t next = rows.lowerBound(m_moment.before);
    m_trouble.heardAtEnd = next < rows.size() && !rows.at(next).flags.rst()
        && rows.at(next).time - m_moment.time <= answerWindow(m_analysis, m_r);
}

/// Whether R has echoed a timestamp that is later than those of all copies: then R takes them for old duplicates.
void TroubleFinder::collectTimestamps()
{
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    std::optional<uint32_t> latest; // timestamp of the copies
    for (const uint32_t row : m_trouble.copies) {
        const Segment copy = rows.at(row);
        if (!copy.hasTimestamps)
            return;
        if (!latest || isLater(copy.timestamps.value, *latest))
            latest = copy.timestamps.value;
    }
    if (!latest)
        return;
    for (const Segment segment : m_connection.flow(m_r).segments) {
        if (segment.frame >= m_moment.before)
            break;
        if (segment.hasTimestamps && segment.flags.ack() && !segment.flags.syn() && !segment.flags.rst()
            && isLater(segment.timestamps.echo, *latest))
            m_trouble.isOldByTimestamp = true;
    }
}

/// SACK blocks that do not fit to anything S has sent: a box shifts sequence numbers but not the blocks.
void TroubleFinder::collectSackOutside()
{
    const Flow& receiver = m_connection.flow(m_r);
    const Flow& sender = m_connection.flow(m_s);
    if (receiver.rare->sackBlocks.empty())
        return;
    for (auto row = receiver.segments.begin(); !(row == receiver.segments.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= m_moment.before)
            break;
        bool outside = false;
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index)
            outside = outside || isOutsideSent(receiver.sackBlock(segment, index, sender), m_sent.sndNxt);
        if (outside)
            m_trouble.sackOutside.push_back(row.row());
    }
    if (m_trouble.sackOutside.size() >= mangledAcks)
        m_trouble.sackShift = findSackShift(m_connection, m_analysis, m_s, m_trouble.sackOutside);
    if (!sender.synSeen() && !m_trouble.sackShift)
        m_trouble.sackOutside.clear(); // the bytes may have been sent before the capture began
}

/// ICMP errors that quote what `quoted` has outstanding, or its acknowledgments.
void TroubleFinder::collectIcmp(Side quoted)
{
    const SenderState& sender = m_moment.state.sender(quoted);
    for (size_t index = 0; index < m_connection.icmpErrors().size(); ++index) {
        const IcmpEvent& event = m_connection.icmpErrors()[index];
        const bool quotes = event.quotedSide == quoted && event.quotedSeq >= sender.sndUna
            && event.quotedSeq <= sender.sndNxt && event.frame < m_moment.before;
        if (quotes && (isTooBig(event) || isUnreachable(event)))
            m_trouble.icmp.push_back(static_cast<uint32_t>(index));
    }
}

} // namespace whyrst
