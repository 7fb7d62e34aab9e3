// Episodes of the receive window, and of keep-alives.
#include "model/analysis/episode_watch.h"

#include <algorithm>
#include <array>
#include <utility>

namespace whyrst {

namespace {

constexpr std::array<Side, 2> bothSides{Side::Client, Side::Server};

class ZeroWindowWatch final : public EpisodeWatch
{
public:
    explicit ZeroWindowWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        takeReceiver(moment);
        takeSender(moment);
    }

    void finish() override
    {
        for (const Side side : bothSides) {
            std::optional<Episode>& open = m_open[sideIndex(side)];
            if (open)
                leaveOpen(*open, m_context);
            close(side);
        }
    }

private:
    const std::vector<WindowClosed>& intervals(Side side) const { return m_context.analysis.flow(side).windowClosed; }

    /// The side that closes its window, and opens it again.
    void takeReceiver(const WatchedSegment& moment)
    {
        const Side side = moment.side();
        std::optional<Episode>& open = m_open[sideIndex(side)];
        const size_t next = m_next[sideIndex(side)];
        if (open) {
            const WindowClosed& closed = intervals(side)[next - 1];
            const bool opens = !closed.stillClosed && moment.segment().time >= closed.end
                && !moment.kinds.has(Kind::ZeroWindow) && !moment.segment().flags.rst();
            if (opens) {
                end(*open, moment, EpisodeEnd::WindowOpened);
                close(side);
            } else if (moment.kinds.hasAny(Kinds(Kind::ZeroWindow) | Kinds(Kind::ProbeAck))) {
                extend(*open, moment);
            }
        }
        if (next < intervals(side).size() && intervals(side)[next].firstRow == moment.located.row) {
            close(side);
            ++m_next[sideIndex(side)];
            open = begin(EpisodeKind::ZeroWindow, moment, moment.peer());
            open->facts = ZeroWindowFacts();
        }
        noteStuck(side, moment);
    }

    /// The side that has data to send.
    void takeSender(const WatchedSegment& moment)
    {
        std::optional<Episode>& open = m_open[sideIndex(moment.peer())];
        if (open && moment.kinds.has(Kind::ZeroWindowProbe))
            extend(*open, moment);
        noteStuck(moment.peer(), moment);
    }

    void noteStuck(Side receiver, const WatchedSegment& moment)
    {
        std::optional<Episode>& open = m_open[sideIndex(receiver)];
        if (!open)
            return;
        const SenderState& sender = moment.state.sender(otherSide(receiver));
        auto& facts = std::get<ZeroWindowFacts>(open->facts);
        if (sender.flightSize() <= facts.stuckBytes)
            return;
        facts.stuckBytes = sender.flightSize();
        open->bytes = OffsetRange{sender.sndUna, sender.sndNxt};
    }

    void close(Side side)
    {
        std::optional<Episode>& open = m_open[sideIndex(side)];
        if (!open)
            return;
        const WindowClosed& closed = intervals(side)[m_next[sideIndex(side)] - 1];
        auto& facts = std::get<ZeroWindowFacts>(open->facts);
        facts.probes = closed.probes;
        facts.answeredProbes = closed.answeredProbes;
        facts.byWithdrawal = closed.byWithdrawal;
        const Duration lifetime = m_context.connection.lastTime - m_context.connection.firstTime;
        if (lifetime > Duration())
            facts.shareOfLifetime = std::clamp(toSeconds(open->duration()) / toSeconds(lifetime), 0.0, 1.0);
        m_found.push_back(std::move(*open));
        open.reset();
    }

    const EpisodeContext& m_context;
    std::array<std::optional<Episode>, 2> m_open; ///< by Side of the receiver
    std::array<size_t, 2> m_next{};               ///< interval that comes next
};

/// Episodes of which each side has at most one at a time.
class OnePerSide : public EpisodeWatch
{
public:
    explicit OnePerSide(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void finish() override
    {
        for (std::optional<Episode>& open : m_open) {
            if (open)
                leaveOpen(*open, m_context);
            close(open);
        }
    }

protected:
    void close(std::optional<Episode>& open)
    {
        if (open)
            m_found.push_back(std::move(*open));
        open.reset();
    }

    std::array<std::optional<Episode>, 2> m_open; ///< by Side of the packets

private:
    const EpisodeContext& m_context;
};

class ShrinkWatch final : public OnePerSide
{
public:
    using OnePerSide::OnePerSide;

    void take(const WatchedSegment& moment) override
    {
        const size_t side = sideIndex(moment.side());
        const SenderState& sender = moment.acknowledged();
        std::optional<Episode>& open = m_open[side];
        const StreamOffset before = std::exchange(m_edge[side], sender.edge);
        if (moment.kinds.has(Kind::WindowShrink)) {
            if (open) {
                extend(*open, moment);
            } else {
                open = begin(EpisodeKind::WindowShrink, moment, moment.peer());
                open->facts = ShrinkFacts{before, sender.edge, 0};
            }
            note(*open, sender);
        } else if (open && sender.edge >= std::get<ShrinkFacts>(open->facts).before) {
            end(*open, moment, EpisodeEnd::WindowOpened);
            close(open);
        }
    }

private:
    static void note(Episode& episode, const SenderState& sender)
    {
        auto& facts = std::get<ShrinkFacts>(episode.facts);
        facts.after = std::min(facts.after, sender.edge);
        facts.beyondBytes = std::max(facts.beyondBytes, sender.sndNxt - sender.edge);
        episode.bytes = OffsetRange{facts.after, facts.before};
    }

    std::array<StreamOffset, 2> m_edge{}; ///< granted by this side so far
};

/// A series goes on until somebody has something to say.
class KeepAliveWatch final : public OnePerSide
{
public:
    using OnePerSide::OnePerSide;

    void take(const WatchedSegment& moment) override
    {
        if (moment.kinds.has(Kind::New)) {
            for (std::optional<Episode>& open : m_open) {
                if (open)
                    end(*open, moment, EpisodeEnd::Data);
                close(open);
            }
        }
        if (moment.kinds.has(Kind::KeepAlive))
            takeProbe(moment);
        std::optional<Episode>& asked = m_open[sideIndex(moment.peer())];
        if (asked && moment.kinds.has(Kind::KeepAliveAck)) {
            auto& facts = std::get<KeepAliveFacts>(asked->facts);
            ++facts.answered;
            facts.unansweredAtEnd = 0;
        }
    }

private:
    void takeProbe(const WatchedSegment& moment)
    {
        std::optional<Episode>& open = m_open[sideIndex(moment.side())];
        if (open) {
            extend(*open, moment);
            const Duration soFar = moment.segment().time - open->begin;
            std::get<KeepAliveFacts>(open->facts).interval = soFar / (open->packets - 1);
        } else {
            open = begin(EpisodeKind::KeepAlives, moment, moment.side());
            open->facts = KeepAliveFacts();
        }
        ++std::get<KeepAliveFacts>(open->facts).unansweredAtEnd;
    }
};

} // namespace

std::unique_ptr<EpisodeWatch> makeZeroWindowWatch(const EpisodeContext& context)
{
    return std::make_unique<ZeroWindowWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeShrinkWatch(const EpisodeContext& context)
{
    return std::make_unique<ShrinkWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeKeepAliveWatch(const EpisodeContext& context)
{
    return std::make_unique<KeepAliveWatch>(context);
}

} // namespace whyrst
