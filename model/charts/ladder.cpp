#include "model/charts/ladder.h"

#include "model/charts/chart_marks.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr int64_t reachFactor = 4; ///< heuristic: hardly a packet takes longer than this times the usual delay

bool isUncertain(const ConnectionPair& pair, const PacketRelation& relation)
{
    const Way& way = pair.way(relation.flow);
    if (relation.sentRow != PacketRelation::noRow && relation.arrivedRow == PacketRelation::noRow)
        return way.sent[relation.sentRow] == SentVerdict::LostOrMissed;
    if (relation.sentRow == PacketRelation::noRow && relation.arrivedRow != PacketRelation::noRow) {
        const ArrivedVerdict verdict = way.arrived[relation.arrivedRow];
        return verdict == ArrivedVerdict::InjectedLikely || verdict == ArrivedVerdict::UnknownOrigin;
    }
    return false;
}

} // namespace

ArrowClass classOf(Relation relation, Side flow)
{
    switch (relation) {
    case Relation::Same:
        break;
    case Relation::Altered:
        return ArrowClass::Altered;
    case Relation::Broken:
        return ArrowClass::Broken;
    case Relation::Lost:
        return ArrowClass::Lost;
    case Relation::Unseen:
        return ArrowClass::Unseen;
    case Relation::Outside:
        return ArrowClass::Outside;
    case Relation::Duplicate:
        return ArrowClass::Duplicate;
    case Relation::Injected:
        return ArrowClass::Injected;
    }
    return flow == Side::Client ? ArrowClass::FromClient : ArrowClass::FromServer;
}

std::string packetWords(const Segment& segment, StreamOffset begin)
{
    std::string text;
    if (segment.flags.rst() || segment.flags.syn() || segment.flags.fin())
        text = toString(segment.flags);
    if (segment.payloadLength > 0) {
        const int64_t last = begin.value + segment.payloadLength - 1;
        text += (text.empty() ? "" : " ") + groupedDigits(begin.value) + "-" + groupedDigits(last);
    }
    return text;
}

Ladder::Ladder(const Source& source)
    : m_source(source)
{
    for (uint32_t index = 0; index < m_source.relations.size(); ++index)
        m_arrows[static_cast<size_t>(classOf(m_source.relations[index]))].push_back(index);
    for (const Side from : {Side::Client, Side::Server})
        m_reach = std::max(m_reach, reachFactor * m_source.pair->way(from).usualDelay);
}

ArrowClass Ladder::classOf(const PacketRelation& relation) const
{
    if (relation.isIcmp) // it is no segment of the connection
        return whyrst::classOf(relation.relation, relation.flow);
    const Side capture = relation.sentRow != PacketRelation::noRow ? relation.flow : otherSide(relation.flow);
    const Flow& flow = flowOf(m_source.traces, *m_source.pair, relation.flow, capture);
    const uint32_t row = relation.sentRow != PacketRelation::noRow ? relation.sentRow : relation.arrivedRow;
    const TcpFlags flags = flow.segments.at(row).flags;
    if (flags.rst())
        return ArrowClass::Reset;
    const ArrowClass group = whyrst::classOf(relation.relation, relation.flow);
    const bool isOrdinary = group == ArrowClass::FromClient || group == ArrowClass::FromServer;
    return isOrdinary && (flags.syn() || flags.fin()) ? ArrowClass::Handshake : group;
}

Duration Ladder::timeOf(uint32_t relation) const
{
    return m_source.relations[relation].time - m_source.times.origin;
}

LadderArrow Ladder::arrow(uint32_t index) const
{
    const PacketRelation& relation = m_source.relations[index];
    LadderArrow arrow;
    arrow.relation = index;
    arrow.flow = relation.flow;
    arrow.kind = relation.relation;
    arrow.group = classOf(relation);
    arrow.isReordered = relation.isReordered;
    arrow.isUncertain = isUncertain(*m_source.pair, relation);
    if (relation.sentRow != PacketRelation::noRow || relation.isIcmp)
        arrow.sent = timeOf(index);
    if (relation.delay)
        arrow.arrived = timeOf(index) + *relation.delay;
    else if (relation.sentRow == PacketRelation::noRow)
        arrow.arrived = timeOf(index);
    return arrow;
}

size_t Ladder::firstAt(ArrowClass group, Duration time, size_t from) const
{
    const std::vector<uint32_t>& all = arrows(group);
    const auto found = std::partition_point(all.begin() + static_cast<std::ptrdiff_t>(from), all.end(),
        [&](uint32_t relation) { return timeOf(relation) < time; });
    return static_cast<size_t>(found - all.begin());
}

size_t Ladder::firstRelationAt(Duration time) const
{
    const auto found = std::ranges::partition_point(m_source.relations,
        [&](const PacketRelation& relation) { return relation.time - m_source.times.origin < time; });
    return static_cast<size_t>(found - m_source.relations.begin());
}

/// Leaps from packet to packet by at most `least`: as many steps as `least` fits into the view.
std::optional<PairSpan> Ladder::longSilence(PairSpan view, Duration least, const std::vector<PairSpan>& known) const
{
    const auto isKnown = [&](PairSpan span) {
        return std::ranges::any_of(known, [&](const PairSpan& one) { return one.begin == span.begin; });
    };
    Duration time = view.begin;
    while (time < view.end) {
        const size_t next = firstRelationAt(time + Duration(1));
        const Duration end = next < size() ? std::min(timeOf(static_cast<uint32_t>(next)), view.end) : view.end;
        if (end - time > least && !isKnown({time, end}))
            return PairSpan{time, end};
        if (end - time > least) {
            time = end;
            continue;
        }
        const size_t beyond = firstRelationAt(time + least + Duration(1));
        const Duration last = beyond > 0 ? timeOf(static_cast<uint32_t>(beyond - 1)) : time;
        time = std::max(last, end);
    }
    return {};
}

std::vector<PairSpan> Ladder::silences(PairSpan view, double share, size_t most) const
{
    std::vector<PairSpan> found;
    auto left = static_cast<double>((view.end - view.begin).count());
    while (found.size() < most) {
        const Duration least(std::max<int64_t>(1, static_cast<int64_t>(left * share)));
        const std::optional<PairSpan> silence = longSilence(view, least, found);
        if (!silence)
            break;
        found.push_back(*silence);
        left -= static_cast<double>((silence->end - silence->begin).count());
    }
    std::ranges::sort(found, {}, &PairSpan::begin);
    return found;
}

Segment Ladder::segment(uint32_t index, Side capture) const
{
    const PacketRelation& relation = m_source.relations[index];
    if (relation.isIcmp)
        return {};
    const bool isSender = relation.flow == capture;
    const uint32_t here = isSender ? relation.sentRow : relation.arrivedRow;
    const uint32_t row = here != PacketRelation::noRow ? here : isSender ? relation.arrivedRow : relation.sentRow;
    const Side shown = here != PacketRelation::noRow ? capture : otherSide(capture);
    return flowOf(m_source.traces, *m_source.pair, relation.flow, shown).segments.at(row);
}

std::string Ladder::label(uint32_t index, Side capture) const
{
    const PacketRelation& relation = m_source.relations[index];
    const PacketNumber frame = capture == Side::Client ? relation.clientFrame : relation.serverFrame;
    if (frame.value == 0)
        return {};
    if (relation.isIcmp)
        return "#" + std::to_string(frame.value) + "  ICMP";
    const Segment packet = segment(index, capture);
    const auto shiftOf = [&](Side flow, StreamOffset offset) {
        return capture == Side::Server ? m_source.pair->way(flow).shiftAt(offset) : 0;
    };
    const int64_t shift = shiftOf(relation.flow, packet.dataBegin());
    const int64_t ackShift = shiftOf(otherSide(relation.flow), packet.ack);
    std::string text = "#" + std::to_string(frame.value);
    const std::string words = packetWords(packet, packet.dataBegin() + shift);
    if (!words.empty())
        text += "  " + words;
    if (packet.flags.ack() && !packet.flags.syn())
        text += (words.empty() ? "  ACK " : "  ack ") + groupedDigits(packet.ack.value + ackShift);
    if (packet.sackBlockCount > 0)
        text += "  SACK";
    if (packet.rawWindow == 0 && !packet.flags.rst())
        text += "  win 0";
    return text;
}

bool Ladder::isResend(const PacketRelation& relation) const
{
    if (relation.sentRow == PacketRelation::noRow)
        return false;
    const Side flow = relation.flow == Side::Client ? Side::Client : m_source.pair->serverSide(Side::Server);
    const auto& kinds = m_source.analyses[sideIndex(relation.flow)]->flow(flow).kinds;
    return relation.sentRow < kinds.size() && kinds[relation.sentRow].hasAny(resendKinds());
}

int Ladder::priority(const LadderArrow& arrow) const
{
    switch (arrow.group) {
    case ArrowClass::Reset:
        return 0;
    case ArrowClass::Handshake:
        return 1;
    case ArrowClass::Injected:
    case ArrowClass::Lost:
    case ArrowClass::Altered:
    case ArrowClass::Broken:
        return 2;
    default:
        return isResend(m_source.relations[arrow.relation]) ? 3 : 4;
    }
}

} // namespace whyrst
