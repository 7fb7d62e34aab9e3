#include "model/diagnosis/late_data.h"

#include <algorithm>

namespace whyrst {

namespace {

// A TLS record with an alert: five bytes of header and two of alert (RFC 5246 6.2.1, 7.2). Encrypted at most 80 more
// than the header: 16 of IV, and the alert with 48 of SHA-384 filled up to blocks of 16 (RFC 5246 6.2.3.2, RFC 5289).
constexpr int64_t shortestAlertRecord = 7;
constexpr int64_t longestAlertRecord = 5 + 80;

std::optional<LocatedSegment> finOf(const ResetContext& reset, Side side)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.flags.fin())
            return LocatedSegment{side, row.row(), segment};
    }
    return std::nullopt;
}

std::vector<uint32_t> furtherResets(const ResetContext& reset)
{
    std::vector<uint32_t> rows;
    const SegmentRows& segments = reset.flow(reset.x).segments;
    for (uint32_t row = reset.reset->row + 1; row < segments.size(); ++row) {
        const Segment segment = segments.at(row);
        if (segment.flags.rst() && segment.seq == reset.reset->segment.seq && !segment.isCaptureDuplicate)
            rows.push_back(row);
    }
    return rows;
}

/// New data of Y after the FIN: beyond what X had acknowledged with its FIN. Near Y it passes before the FIN does.
void collectRows(LateData& late, const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.y).segments;
    const PacketNumber until = reset.reset->segment.frame;
    const PacketNumber closed = late.fin ? late.fin->segment.frame : late.finAck->segment.frame;
    // Of a FIN that was not captured it is not known what X acknowledged with it: what was sent since Y took it is new.
    StreamOffset known = late.fin ? late.fin->segment.ack : late.finAck->segment.seq;
    late.begin = StreamOffset{INT64_MAX};
    uint32_t row = rows.lowerBound(closed);
    while (late.fin && row > 0 && rows.at(row - 1).dataEnd() > known)
        --row;
    for (; row < rows.size(); ++row) {
        const Segment segment = rows.at(row);
        const bool isNew = segment.payloadLength > 0 && segment.dataEnd() > known && !segment.isCaptureDuplicate;
        if (!isNew)
            continue;
        late.begin = std::min(late.begin, std::max(segment.dataBegin(), known));
        late.bytes += segment.dataEnd() - std::max(segment.dataBegin(), known);
        known = segment.dataEnd();
        if (segment.frame <= until || segment.time <= reset.time) // queues of a NIC may be recorded out of order
            late.rows.push_back(row);
    }
}

} // namespace

std::optional<LocatedSegment> findHiddenFin(const ResetContext& reset)
{
    const SenderState& sender = reset.atReset.sender(reset.x);
    const std::optional<StreamOffset> end = sender.seen.highest();
    const bool isHidden
        = reset.reset && end && !reset.flow(reset.x).finSeen && sender.sndUna == *end + 1 && *end > StreamOffset{0};
    if (!isHidden)
        return std::nullopt;
    const SegmentRows& rows = reset.flow(reset.y).segments;
    std::optional<LocatedSegment> first;
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.flags.rst() || !segment.flags.ack())
            continue;
        if (segment.ack < sender.sndUna)
            break;
        first = LocatedSegment{reset.y, row, segment};
    }
    return first;
}

std::optional<LateData> findLateData(const ResetContext& reset)
{
    if (!reset.reset)
        return std::nullopt;
    LateData late;
    late.fin = finOf(reset, reset.x);
    if (!late.fin)
        late.finAck = findHiddenFin(reset);
    const bool known = late.fin ? late.fin->segment.frame <= reset.reset->segment.frame : late.finAck.has_value();
    if (!known)
        return std::nullopt;
    collectRows(late, reset);
    if (late.rows.empty())
        return std::nullopt;
    const SegmentRows& peer = reset.flow(reset.y).segments;
    const Segment lastLate = peer.at(late.rows.back());
    const bool answers = isReply(reset.form.form) && reset.form.trigger;
    const bool soonAfter = reset.time - lastLate.time <= triggerWindow(reset.analysis, reset.x);
    if (!answers && !(isAbort(reset.form.form) && soonAfter && late.fin))
        return std::nullopt;
    for (uint32_t row = late.fin ? peer.lowerBound(late.fin->segment.frame) : late.rows.front();
         row < late.rows.front(); ++row) {
        const Segment segment = peer.at(row);
        if (segment.ack >= late.fin->segment.end() && segment.payloadLength == 0) {
            late.finAck = LocatedSegment{reset.y, row, segment};
            break;
        }
    }
    const Segment firstLate = peer.at(late.rows.front());
    const bool isOnePacket = firstLate.payloadLength == late.bytes;
    late.isCloseNotify = firstLate.isTlsAlert && isOnePacket;
    late.mayBeCloseNotify = firstLate.isContentCut && isOnePacket && late.bytes >= shortestAlertRecord
        && late.bytes <= longestAlertRecord;
    late.copies = furtherResets(reset);
    return late;
}

bool isFinished(const ResetContext& reset)
{
    const bool finSeen = reset.finBefore(Side::Client) || reset.finBefore(Side::Server);
    return finSeen && reset.allAcknowledgedButAlert(Side::Client) && reset.allAcknowledgedButAlert(Side::Server);
}

bool isForgottenHalfClose(const ResetContext& reset)
{
    if (!isReply(reset.form.form) || !reset.form.trigger || reset.finBefore(reset.y) || !reset.finBefore(reset.x))
        return false;
    return reset.flowAnalysis(reset.y).kinds[reset.form.trigger->row].has(Kind::KeepAlive);
}

std::vector<uint32_t> unansweredKeepAlives(const ResetContext& reset)
{
    std::vector<uint32_t> probes;
    const SegmentRows& rows = reset.flow(reset.x).segments;
    const auto& heard = reset.atReset.lastHeard[sideIndex(reset.y)];
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        if (heard && rows.at(row).time <= *heard)
            break;
        if (reset.flowAnalysis(reset.x).kinds[row].has(Kind::KeepAlive))
            probes.push_back(row);
    }
    std::reverse(probes.begin(), probes.end());
    return probes;
}

std::vector<CauseId> compatibleCauses(const ResetContext& reset)
{
    std::vector<CauseId> causes;
    const auto add = [&causes](CauseId cause) {
        if (std::find(causes.begin(), causes.end(), cause) == causes.end())
            causes.push_back(cause);
    };
    if (reset.isForged())
        add(CauseId::InjectedReset);
    if (reset.trouble && reset.trouble->leaf != CauseId::Unknown)
        add(reset.trouble->leaf);
    else if (reset.trouble)
        for (const CauseId cause : {CauseId::CorruptedSegment, CauseId::ReceiverDiscards})
            add(cause);
    if (!reset.connection.icmpErrors().empty())
        add(CauseId::IcmpUnreachable);
    if (reset.phase == Phase::Opening && reset.reset) {
        const bool fromClient = reset.x == Side::Client;
        add(fromClient ? CauseId::HandshakeAbandoned : CauseId::AcceptQueueOverflow);
        if (fromClient)
            add(CauseId::InvalidHandshake);
        if (reset.connection.reusesPort())
            add(CauseId::PortReuse);
    }
    if (causes.empty() && reset.reset && isAbort(reset.form.form))
        add(CauseId::ApplicationAbort);
    return causes;
}

} // namespace whyrst
