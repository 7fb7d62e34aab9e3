// Episodes of what should not be: odd SACK blocks, RSTs without effect, bytes that the capture has not.
#include "model/analysis/episode_watch.h"
#include "model/analysis/sack_shift.h"

#include <algorithm>
#include <array>
#include <utility>

namespace whyrst {

namespace {

constexpr std::array<Side, 2> bothSides{Side::Client, Side::Server};
constexpr size_t mostShiftRows = 1024; ///< ACKs from which a constant shift is looked for: it takes three

class SackWatch final : public EpisodeWatch
{
public:
    explicit SackWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        const Segment& segment = moment.segment();
        if (!segment.flags.ack() || segment.flags.rst() || segment.flags.syn())
            return;
        const std::optional<SackBlock> outside = findOutside(moment);
        if (outside)
            takeOutside(moment, *outside);
        else if (!m_outside[sideIndex(moment.side())] && isReneging(moment))
            takeReneging(moment);
    }

    void finish() override
    {
        for (const Side side : bothSides) {
            std::optional<Episode>& outside = m_outside[sideIndex(side)];
            if (outside)
                std::get<SackFacts>(outside->facts).shift
                    = findSackShift(m_context.connection, m_context.analysis, otherSide(side), m_rows[sideIndex(side)]);
            for (auto* open : {&outside, &m_reneging[sideIndex(side)]}) {
                if (*open)
                    m_found.push_back(std::move(**open));
            }
        }
    }

private:
    SackBlock blockOf(const WatchedSegment& moment, uint8_t index) const
    {
        const Connection& connection = m_context.connection;
        return connection.flow(moment.side()).sackBlock(moment.segment(), index, connection.flow(moment.peer()));
    }

    /// A block beyond what was sent, or around the acknowledgment itself.
    std::optional<SackBlock> findOutside(const WatchedSegment& moment) const
    {
        const Segment& segment = moment.segment();
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index) {
            const SackBlock block = blockOf(moment, index);
            const bool aroundAck = block.left < segment.ack && block.right > segment.ack;
            if (aroundAck || isOutsideSent(block, moment.acknowledged().sndNxt))
                return block;
        }
        return std::nullopt;
    }

    void takeOutside(const WatchedSegment& moment, const SackBlock& block)
    {
        std::optional<Episode>& open = m_outside[sideIndex(moment.side())];
        if (open) {
            extend(*open, moment);
        } else {
            open = begin(EpisodeKind::SackOutside, moment, moment.peer());
            open->facts = SackFacts{block, moment.segment().ack, moment.acknowledged().sndNxt, std::nullopt};
        }
        open->ended = EpisodeEnd::Ceased;
        std::vector<uint32_t>& rows = m_rows[sideIndex(moment.side())];
        if (rows.size() < mostShiftRows)
            rows.push_back(moment.located.row);
    }

    /// RFC 2018 8: the acknowledgment stops where a range begins that was reported and is not any more.
    static bool isReneging(const WatchedSegment& moment)
    {
        const StreamOffset ack = moment.segment().ack;
        const SenderState& sender = moment.acknowledged();
        return ack == sender.sndUna && sender.reneged.contains(ack, ack + 1) && !sender.sacked.contains(ack, ack + 1);
    }

    void takeReneging(const WatchedSegment& moment)
    {
        std::optional<Episode>& open = m_reneging[sideIndex(moment.side())];
        const StreamOffset ack = moment.segment().ack;
        const SenderState& sender = moment.acknowledged();
        if (open) {
            extend(*open, moment);
        } else {
            open = begin(EpisodeKind::SackReneging, moment, moment.peer());
            open->facts = SackFacts{{ack, sender.reneged.contiguousEnd(ack)}, ack, sender.sndNxt, std::nullopt};
        }
        widen(*open, ack, sender.reneged.contiguousEnd(ack));
        open->ended = EpisodeEnd::Ceased;
    }

    const EpisodeContext& m_context;
    std::array<std::optional<Episode>, 2> m_outside; ///< by Side of the ACKs
    std::array<std::optional<Episode>, 2> m_reneging;
    std::array<std::vector<uint32_t>, 2> m_rows; ///< ACKs of m_outside
};

class ResetWatch final : public EpisodeWatch
{
public:
    explicit ResetWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        if (moment.segment().flags.rst() && m_context.isIgnored(moment.segment()))
            ++note(moment, moment.side()).resets;
        if (moment.kinds.has(Kind::ChallengeAck))
            ++note(moment, moment.peer()).challengeAcks;
    }

    void finish() override
    {
        for (std::optional<Episode>& open : m_open) {
            if (open)
                m_found.push_back(std::move(*open));
        }
    }

private:
    /// `provoker` sent what has no effect; the other side's challenge ACKs answer that.
    ResetFacts& note(const WatchedSegment& moment, Side provoker)
    {
        std::optional<Episode>& open = m_open[sideIndex(provoker)];
        if (open) {
            extend(*open, moment);
        } else {
            open = begin(EpisodeKind::IgnoredResets, moment, provoker);
            open->side = provoker;
            open->facts = ResetFacts();
        }
        open->ended = EpisodeEnd::Ceased;
        return std::get<ResetFacts>(open->facts);
    }

    const EpisodeContext& m_context;
    std::array<std::optional<Episode>, 2> m_open; ///< by Side of the provoker
};

/// Series of acknowledgments of bytes that the capture has not.
class GapWatch final : public EpisodeWatch
{
public:
    explicit GapWatch(const EpisodeContext& context)
        : m_context(context)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        takeAck(moment);
        takeLate(moment);
    }

    void finish() override
    {
        for (std::optional<Episode>& open : m_open)
            close(open);
    }

private:
    void takeAck(const WatchedSegment& moment)
    {
        const SenderState& sender = moment.acknowledged();
        const size_t side = sideIndex(moment.peer());
        const StreamOffset before = std::exchange(m_una[side], sender.sndUna);
        const bool advances = m_started[side] && sender.sndUna > before && !sender.seen.empty();
        m_started[side] = m_started[side] || sender.started;
        if (!advances)
            return;
        // What was sent before the capture began is not missing.
        const StreamOffset from = std::max(before, *sender.seen.lowest());
        const int64_t missing
            = from < sender.sndUna ? sender.sndUna - from - sender.seen.covered(from, sender.sndUna) : 0;
        if (missing <= 0)
            return;
        std::optional<Episode>& open = m_open[side];
        if (open && moment.segment().time - open->end > m_context.quiet)
            close(open);
        if (open) {
            extend(*open, moment);
        } else {
            open = begin(EpisodeKind::CaptureGap, moment, moment.peer());
            open->facts = GapFacts();
        }
        open->ended = EpisodeEnd::Ceased;
        widen(*open, sender.seen.contiguousEnd(from), sender.sndUna);
        std::get<GapFacts>(open->facts).missingBytes += missing;
    }

    /// They were there, but stored after their acknowledgment.
    void takeLate(const WatchedSegment& moment)
    {
        std::optional<Episode>& open = m_open[sideIndex(moment.side())];
        const Segment& segment = moment.segment();
        const bool isLate = open && moment.kinds.has(Kind::LateOriginal)
            && segment.end() <= moment.state.sender(moment.side()).sndUna;
        if (!isLate)
            return;
        auto& facts = std::get<GapFacts>(open->facts);
        facts.missingBytes -= std::min(facts.missingBytes, segment.segLen());
    }

    void close(std::optional<Episode>& open)
    {
        if (open && std::get<GapFacts>(open->facts).missingBytes > 0)
            m_found.push_back(std::move(*open));
        open.reset();
    }

    const EpisodeContext& m_context;
    std::array<std::optional<Episode>, 2> m_open; ///< by Side of the data
    std::array<StreamOffset, 2> m_una{};          ///< by Side of the data
    std::array<bool, 2> m_started{};
};

/// Finds the options that make a loss or a long path worse when they are missing.
class HandshakeWatch final : public EpisodeWatch
{
public:
    explicit HandshakeWatch(const EpisodeContext& context)
        : m_connection(context.connection)
    {
    }

    void take(const WatchedSegment& moment) override
    {
        const auto& client = m_connection.flow(Side::Client).synOptions;
        const auto& server = m_connection.flow(Side::Server).synOptions;
        const TcpFlags flags = moment.segment().flags;
        const bool isAnswer = moment.side() == Side::Server && flags.syn() && flags.ack();
        if (!isAnswer || m_isAnswered || !client || !server || server->cut)
            return;
        m_isAnswered = true;
        const OptionFacts refused{
            client->sackPermitted && !server->sackPermitted, client->windowScale && !server->windowScale};
        if (!refused.sack && !refused.windowScale)
            return;
        Episode episode = begin(EpisodeKind::RefusedOptions, moment, Side::Client);
        episode.ended = EpisodeEnd::Ceased;
        episode.facts = refused;
        m_found.push_back(std::move(episode));
    }

private:
    const Connection& m_connection;
    bool m_isAnswered = false;
};

} // namespace

std::unique_ptr<EpisodeWatch> makeSackWatch(const EpisodeContext& context)
{
    return std::make_unique<SackWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeResetWatch(const EpisodeContext& context)
{
    return std::make_unique<ResetWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeGapWatch(const EpisodeContext& context)
{
    return std::make_unique<GapWatch>(context);
}

std::unique_ptr<EpisodeWatch> makeHandshakeWatch(const EpisodeContext& context)
{
    return std::make_unique<HandshakeWatch>(context);
}

} // namespace whyrst
