// Episodes of loss: duplicate ACKs, the retransmission timer, re-sends and what looks like them.
#include "model/analysis/episode_watch.h"

#include <algorithm>
#include <array>
#include <utility>

namespace whyrst {

namespace {

constexpr Kinds spuriousKinds = Kinds(Kind::Spurious) | Kinds(Kind::Needless);

/// What an acknowledgment that follows a re-send of this kind ended.
EpisodeEnd endAfter(Kind resend)
{
    switch (resend) {
    case Kind::FastRetransmission:
        return EpisodeEnd::FastRetransmission;
    case Kind::RtoRetransmission:
    case Kind::RtoFollow:
        return EpisodeEnd::RtoRetransmission;
    default:
        return EpisodeEnd::OtherResend;
    }
}

/// The kind of re-send among `kinds`; there must be one.
Kind resendKindOf(Kinds kinds)
{
    for (const Kind kind : {Kind::FastRetransmission, Kind::TailLossProbe, Kind::RtoRetransmission, Kind::RtoFollow,
             Kind::Needless, Kind::ResentUnseen}) {
        if (kinds.has(kind))
            return kind;
    }
    return Kind::Retransmission;
}

bool carries(const Segment& segment, StreamOffset offset)
{
    return !segment.flags.rst() && segment.seq <= offset && offset < segment.end();
}

class DupAckWatch final : public EpisodeWatch
{
public:
    explicit DupAckWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        takeAck(moment);
        takeResend(moment);
    }

    void finish() override
    {
        for (std::optional<Open>& open : m_open) {
            if (open)
                leaveOpen(open->episode, m_context);
            close(open);
        }
    }

private:
    struct Open
    {
        Episode episode;
        DupAckFacts facts;
        StreamOffset ack;
    };

    void takeAck(const WatchedSegment& moment)
    {
        std::optional<Open>& open = m_open[sideIndex(moment.side())];
        if (open && moment.acknowledged().sndUna > open->ack) {
            const bool isRepaired = open->facts.resend != PacketNumber();
            end(open->episode, moment, isRepaired ? endAfter(open->facts.resendKind) : EpisodeEnd::Acknowledged);
            close(open);
        }
        const std::vector<DupAckRun>& runs = m_context.analysis.flow(moment.side()).dupAckRuns;
        const size_t next = m_next[sideIndex(moment.side())];
        const bool begins = next < runs.size() && runs[next].firstRow == moment.located.row;
        if (begins)
            beginRun(moment, runs[next]);
        else if (open && moment.kinds.has(Kind::DupAck))
            extend(open->episode, moment);
        if (open && moment.kinds.has(Kind::DupAck)) {
            open->facts.sackedAtLast = std::max(open->facts.sackedAtLast, moment.acknowledged().sacked.total());
            findHole(*open, moment.acknowledged());
        }
    }

    void beginRun(const WatchedSegment& moment, const DupAckRun& run)
    {
        std::optional<Open>& open = m_open[sideIndex(moment.side())];
        close(open);
        ++m_next[sideIndex(moment.side())];
        open.emplace(Open{begin(EpisodeKind::DupAckRun, moment, moment.peer()), {}, run.ack});
        open->facts.sackedAtFirst = moment.acknowledged().sacked.total();
        const SentRange* hole = moment.acknowledged().rangeAt(run.ack);
        open->facts.resentBefore = hole != nullptr && hole->sends > 1;
    }

    /// The hole: from the acknowledgment to the lowest SACKed byte; without SACK the first outstanding range.
    static void findHole(Open& open, const SenderState& sender)
    {
        const SentRange* range = sender.rangeAt(open.ack);
        StreamOffset holeEnd
            = range != nullptr ? range->end : sender.seen.nextCovered(open.ack).value_or(sender.sndNxt);
        if (const auto lowest = sender.sacked.lowest())
            holeEnd = *lowest;
        if (holeEnd > open.ack)
            open.episode.bytes = OffsetRange{open.ack, holeEnd};
    }

    void takeResend(const WatchedSegment& moment)
    {
        std::optional<Open>& open = m_open[sideIndex(moment.peer())];
        const bool isFirst = open && open->facts.resend == PacketNumber();
        if (!isFirst || !moment.kinds.hasAny(resendKinds()) || !carries(moment.segment(), open->ack))
            return;
        open->facts.resend = moment.segment().frame;
        open->facts.resendKind = resendKindOf(moment.kinds);
    }

    void close(std::optional<Open>& open)
    {
        if (!open)
            return;
        open->episode.facts = open->facts;
        m_found.push_back(std::move(open->episode));
        open.reset();
    }

    const EpisodeContext& m_context;
    std::array<std::optional<Open>, 2> m_open; ///< by Side of the ACKs
    std::array<size_t, 2> m_next{};            ///< run that comes next
};

class BackoffWatch final : public EpisodeWatch
{
public:
    explicit BackoffWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        closeAcknowledged(moment);
        const size_t side = sideIndex(moment.side());
        if (moment.kinds.has(Kind::RtoRetransmission))
            takeExpiry(moment);
        for (Open& open : m_open[side]) {
            const bool isCopy = carries(moment.segment(), open.begin) && !moment.kinds.has(Kind::NetworkDuplicate);
            if (!isCopy || open.episode.last == moment.segment().frame)
                continue;
            ++open.facts.sends;
            extend(open.episode, moment);
        }
    }

    void finish() override
    {
        for (std::vector<Open>& opens : m_open) {
            for (Open& open : opens) {
                leaveOpen(open.episode, m_context);
                close(open);
            }
        }
    }

private:
    struct Open
    {
        Episode episode;
        BackoffFacts facts;
        StreamOffset begin;
    };

    void closeAcknowledged(const WatchedSegment& moment)
    {
        std::vector<Open>& opens = m_open[sideIndex(moment.peer())];
        const StreamOffset una = moment.acknowledged().sndUna;
        std::erase_if(opens, [&](Open& open) {
            if (open.begin >= una)
                return false;
            end(open.episode, moment, EpisodeEnd::Acknowledged);
            close(open);
            return true;
        });
    }

    /// The first expiry of a range begins an episode, with the transmission before; the others extend it.
    void takeExpiry(const WatchedSegment& moment)
    {
        const FlowAnalysis& flow = m_context.analysis.flow(moment.side());
        const auto resend = std::ranges::lower_bound(flow.resends, moment.located.row, {}, &Resend::row);
        const Duration interval = resend == flow.resends.end() ? Duration() : resend->sinceLast;
        size_t& next = m_next[sideIndex(moment.side())];
        if (next < flow.backoffs.size() && flow.backoffs[next].rows.front() == moment.located.row)
            beginBackoff(moment, flow.backoffs[next++]);
        for (Open& open : m_open[sideIndex(moment.side())]) {
            if (carries(moment.segment(), open.begin))
                open.facts.intervals.push_back(interval);
        }
    }

    void beginBackoff(const WatchedSegment& moment, const Backoff& backoff)
    {
        const Segment first = m_context.connection.flow(moment.side()).segments.at(backoff.firstSendRow);
        Open open{begin(EpisodeKind::Backoff, moment, moment.side()), {}, backoff.begin};
        open.episode.first = first.frame;
        open.episode.begin = first.time;
        const SentRange* range = moment.state.sender(moment.side()).rangeAt(backoff.begin);
        open.facts.sends = range != nullptr ? range->sends : 2;
        open.episode.packets = open.facts.sends;
        open.facts.isExponential = backoff.isExponential;
        open.facts.isLinear = backoff.isLinear;
        widen(open.episode, backoff.begin, range != nullptr ? range->end : moment.segment().end());
        m_open[sideIndex(moment.side())].push_back(std::move(open));
    }

    void close(Open& open)
    {
        open.episode.packets = open.facts.sends;
        open.episode.facts = std::move(open.facts);
        m_found.push_back(std::move(open.episode));
    }

    const EpisodeContext& m_context;
    std::array<std::vector<Open>, 2> m_open; ///< by Side of the sender
    std::array<size_t, 2> m_next{};          ///< backoff that comes next
};

/// Series of single packets: one goes on as long as the next packet of its kind comes soon.
class ResendWatch final : public EpisodeWatch
{
public:
    explicit ResendWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        endRepairs(moment);
        const Kinds kinds = moment.kinds;
        if (kinds.hasAny(spuriousKinds))
            takeSpurious(moment);
        else if (kinds.hasAny(resendKinds()))
            takeRepair(moment);
        if (kinds.has(Kind::LateOriginal))
            takeReordered(moment);
    }

    void finish() override
    {
        for (const size_t side : {sideIndex(Side::Client), sideIndex(Side::Server)}) {
            if (m_repairs[side] && m_repairs[side]->ended == EpisodeEnd::Never)
                leaveOpen(*m_repairs[side], m_context);
            for (auto* open : {&m_repairs[side], &m_spurious[side], &m_reordered[side]})
                close(*open);
        }
    }

private:
    using Series = std::array<std::optional<Episode>, 2>; ///< by Side

    template <typename Facts>
    Facts& seriesAt(Series& series, EpisodeKind kind, EpisodeEnd ended, const WatchedSegment& moment)
    {
        std::optional<Episode>& open = series[sideIndex(moment.side())];
        const bool isOver = open && open->ended != EpisodeEnd::Never; // what is not acknowledged goes on
        if (isOver && moment.segment().time - open->end > m_context.quiet)
            close(open);
        if (open) {
            extend(*open, moment);
        } else {
            open = begin(kind, moment, moment.side());
            open->facts = Facts();
        }
        open->ended = ended;
        open->endFrame = PacketNumber();
        widen(*open, moment.segment().seq, moment.segment().end());
        return std::get<Facts>(open->facts);
    }

    void takeRepair(const WatchedSegment& moment)
    {
        auto& facts = seriesAt<RepairFacts>(m_repairs, EpisodeKind::LossRepair, EpisodeEnd::Never, moment);
        const Kind kind = resendKindOf(moment.kinds);
        facts.fast += kind == Kind::FastRetransmission ? 1 : 0;
        facts.byTimer += kind == Kind::RtoRetransmission || kind == Kind::RtoFollow ? 1 : 0;
        facts.tailProbes += kind == Kind::TailLossProbe ? 1 : 0;
        facts.unseen += kind == Kind::ResentUnseen ? 1 : 0;
        facts.bytes += moment.segment().segLen();
    }

    void takeSpurious(const WatchedSegment& moment)
    {
        auto& facts = seriesAt<SpuriousFacts>(m_spurious, EpisodeKind::SpuriousResends, EpisodeEnd::Ceased, moment);
        facts.needless += moment.kinds.has(Kind::Needless) ? 1 : 0;
        facts.bytes += moment.segment().segLen();
    }

    void takeReordered(const WatchedSegment& moment)
    {
        auto& facts = seriesAt<ReorderingFacts>(m_reordered, EpisodeKind::Reordering, EpisodeEnd::Ceased, moment);
        const SentRanges& ranges = moment.state.sender(moment.side()).outstanding;
        const SentRange* behind = ranges.at(ranges.firstFrom(moment.segment().end()));
        if (behind != nullptr)
            facts.latest = std::max(facts.latest, moment.segment().time - behind->firstTime);
    }

    /// All that was sent again is acknowledged.
    void endRepairs(const WatchedSegment& moment)
    {
        std::optional<Episode>& open = m_repairs[sideIndex(moment.peer())];
        const bool isDone = open && open->ended == EpisodeEnd::Never && open->bytes
            && moment.acknowledged().sndUna >= open->bytes->end;
        if (isDone)
            end(*open, moment, EpisodeEnd::Acknowledged);
    }

    void close(std::optional<Episode>& open)
    {
        if (open)
            m_found.push_back(std::move(*open));
        open.reset();
    }

    const EpisodeContext& m_context;
    Series m_repairs;
    Series m_spurious;
    Series m_reordered;
};

} // namespace

std::unique_ptr<EpisodeWatch> makeDupAckWatch(const EpisodeContext& context)
{
    return std::make_unique<DupAckWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeBackoffWatch(const EpisodeContext& context)
{
    return std::make_unique<BackoffWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeResendWatch(const EpisodeContext& context)
{
    return std::make_unique<ResendWatch>(context);
}

} // namespace whyrst
