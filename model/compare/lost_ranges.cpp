#include "model/compare/lost_ranges.h"

#include "model/analysis/analysis.h"

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

/// Re-sends that repair a loss.
constexpr Kinds repairKinds()
{
    return Kinds(Kind::FastRetransmission) | Kind::RtoRetransmission | Kind::RtoFollow | Kind::Retransmission
        | Kind::ResentUnseen;
}

/// Walks over the connection and matches re-sends with the acknowledgments that end the loss.
class LossWalk
{
public:
    LossWalk(const KnownConnection& known, Side side)
        : m_analysis(known.analysis.flow(side))
    {
        ConnectionWalk walk(known.connection);
        for (LocatedSegment located; walk.next(located);) {
            if (located.segment.isCaptureDuplicate || located.segment.flags.rst())
                continue;
            if (located.side == side)
                addSent(located);
            else if (located.segment.flags.ack())
                acknowledge(located.segment);
        }
    }

    Losses losses;

private:
    void addSent(const LocatedSegment& located)
    {
        const Segment& segment = located.segment;
        losses.segments += segment.payloadLength > 0 ? 1 : 0;
        const Kinds& kinds = m_analysis.kinds[located.row];
        const bool isNeedless = kinds.has(Kind::Spurious) && !m_open.contains(segment.dataBegin());
        if (isNeedless || segment.payloadLength == 0 || segment.dataEnd() <= m_acked)
            return;
        if (kinds.has(Kind::TailLossProbe))
            m_probe = LostRange{segment.dataBegin(), segment.dataEnd(), segment.time - sinceLast(located.row),
                {segment.frame, segment.time}, {}, 1, {}};
        else if (kinds.hasAny(repairKinds()))
            addResend(located);
    }

    void addResend(const LocatedSegment& located)
    {
        const Segment& segment = located.segment;
        const Moment moment{segment.frame, segment.time};
        const auto [open, isNew] = m_open.try_emplace(segment.dataBegin(), losses.ranges.size());
        if (isNew && m_probe && m_probe->begin == segment.dataBegin())
            losses.ranges.push_back(*m_probe);
        else if (isNew)
            losses.ranges.push_back(
                {segment.dataBegin(), segment.dataEnd(), segment.time - sinceLast(located.row), moment, moment, 0, {}});
        LostRange& range = losses.ranges[open->second];
        range.end = std::max(range.end, segment.dataEnd());
        range.lastResend = moment;
        ++range.resends;
    }

    Duration sinceLast(uint32_t row) const
    {
        const auto resend = std::ranges::lower_bound(m_analysis.resends, row, {}, &Resend::row);
        return resend != m_analysis.resends.end() && resend->row == row ? resend->sinceLast : Duration();
    }

    void acknowledge(const Segment& segment)
    {
        m_acked = std::max(m_acked, segment.ack);
        while (!m_open.empty() && losses.ranges[m_open.begin()->second].end <= m_acked) {
            losses.ranges[m_open.begin()->second].repaired = segment.time;
            m_open.erase(m_open.begin());
        }
    }

    const FlowAnalysis& m_analysis;
    StreamOffset m_acked;
    std::optional<LostRange> m_probe;      ///< the last one: it proves no loss by itself
    std::map<StreamOffset, size_t> m_open; ///< by begin: indices of ranges that are not repaired
};

/// The turn of `side` that holds `offset`.
std::optional<size_t> turnOf(const Dialogue& dialogue, Side side, StreamOffset offset)
{
    const auto turn = std::ranges::find_if(dialogue.turns,
        [&](const Turn& one) { return one.speaker == side && one.begin <= offset && offset < one.end; });
    if (turn == dialogue.turns.end())
        return {};
    return static_cast<size_t>(turn - dialogue.turns.begin());
}

} // namespace

Losses lossesOf(const KnownConnection& known, Side side)
{
    return std::move(LossWalk(known, side).losses);
}

std::optional<Delivery> deliveryOf(const Connection& connection, Side side, StreamOffset offset)
{
    std::optional<Delivery> delivery;
    for (const Segment segment : connection.flow(side).segments) {
        if (segment.dataBegin() <= offset && offset < segment.dataEnd() && !segment.flags.rst()) {
            delivery = Delivery{{segment.frame, segment.time}, {}};
            break;
        }
    }
    if (!delivery)
        return {};
    for (const Segment segment : connection.flow(otherSide(side)).segments) {
        if (segment.flags.ack() && !segment.flags.rst() && segment.ack > offset
            && segment.frame > delivery->sent.frame) {
            delivery->acknowledged = Moment{segment.frame, segment.time};
            break;
        }
    }
    return delivery;
}

std::optional<StreamOffset> sameOffset(const BothDialogues& both, Side side, StreamOffset offset)
{
    const std::optional<size_t> index = turnOf(both.bad(), side, offset);
    if (!index || *index >= both.good().turns.size())
        return {};
    const Turn& good = both.good().turns[*index];
    const int64_t within = offset - both.bad().turns[*index].begin;
    if (good.speaker != side || within >= good.bytes())
        return {};
    return good.begin + within;
}

std::optional<int64_t> bytesBefore(const Dialogue& dialogue, Side side, StreamOffset offset)
{
    const std::optional<size_t> index = turnOf(dialogue, side, offset);
    if (!index)
        return {};
    return offset - dialogue.turns[*index].begin;
}

} // namespace whyrst
