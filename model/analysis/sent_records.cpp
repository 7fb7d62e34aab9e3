#include "model/analysis/sent_records.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

/// The lowest range that ends behind `offset`.
std::optional<SentRecords::Known> SentRecords::knownFrom(StreamOffset offset)
{
    auto waiting = m_waiting.upper_bound(offset);
    if (waiting != m_waiting.begin() && std::prev(waiting)->second.end > offset)
        --waiting;
    const std::optional<StreamOffset> acknowledged = m_acknowledged.nextCovered(offset);
    if (acknowledged && (waiting == m_waiting.end() || *acknowledged < waiting->first))
        return Known{*acknowledged, m_acknowledged.contiguousEnd(*acknowledged), nullptr};
    if (waiting == m_waiting.end())
        return std::nullopt;
    return Known{waiting->first, waiting->second.end, &waiting->second};
}

void SentRecords::noteResend(Record* record, Timestamp time, bool isFirst)
{
    if (!record) {
        if (isFirst)
            m_newestAcknowledged = std::max(m_newestAcknowledged, time);
        return;
    }
    ++record->resends;
    if (!isFirst)
        return;
    m_mostResends = std::max(m_mostResends, record->resends);
    m_resendIntervals.add(time - record->sent);
    record->sent = time;
}

SentRecords::Sent SentRecords::send(StreamOffset begin, StreamOffset end, Timestamp time)
{
    Sent sent;
    bool isFirst = true;
    while (begin < end) {
        const std::optional<Known> known = knownFrom(begin);
        if (!known || begin < known->begin) {
            const StreamOffset newEnd = known ? std::min(end, known->begin) : end;
            sent.outOfOrder = sent.outOfOrder || (known && end < known->end);
            m_waiting.emplace(begin, Record{newEnd, time});
            begin = newEnd;
            continue;
        }
        noteResend(known->record, time, isFirst);
        isFirst = false;
        const StreamOffset coveredEnd = std::min(end, known->end);
        sent.resentBytes += coveredEnd - begin;
        begin = coveredEnd;
    }
    return sent;
}

SentRecords::Acknowledged SentRecords::acknowledge(StreamOffset ack, Timestamp time)
{
    using Sample = Acknowledged::Sample;
    Acknowledged result;
    result.endsAtKnownRange = m_acknowledged.contains(ack - 1, ack) && !m_acknowledged.contains(ack, ack + 1);
    while (!m_waiting.empty() && m_waiting.begin()->first < ack) {
        const auto& [begin, record] = *m_waiting.begin();
        if (record.end == ack) {
            const bool overtaken = m_newestAcknowledged > record.sent;
            const bool ambiguous = record.resends > 0;
            result.sample = overtaken ? Sample::AfterLoss : ambiguous ? Sample::Ambiguous : Sample::Clean;
            result.roundTrip = time - record.sent;
            result.bytes = record.end - begin;
        } else {
            ++result.cumulative;
        }
        m_newestAcknowledged = std::max(m_newestAcknowledged, record.sent);
        m_acknowledged.add(begin, record.end);
        m_waiting.erase(m_waiting.begin());
    }
    return result;
}

} // namespace whyrst
