#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/known_timers.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

#include <algorithm>
#include <span>

namespace whyrst {

namespace {

constexpr uint32_t mostLookedAt = 256; ///< rows of each neighbour, before and after a packet

std::vector<uint32_t> synRows(const ResetContext& reset)
{
    std::vector<uint32_t> rows;
    const SegmentRows& segments = reset.flow(Side::Client).segments;
    for (auto row = segments.begin(); !(row == segments.end()); ++row) {
        const Segment segment = *row;
        if (segment.flags.syn() && !segment.flags.ack() && !segment.isCaptureDuplicate
            && segment.frame < reset.momentFrame)
            rows.push_back(row.row());
    }
    return rows;
}

/// Whether the packet in `row` advances SEG.ACK or the end of the data over those just before: a host that hears
/// nothing only re-sends.
bool advances(const SegmentRows& rows, uint32_t row)
{
    constexpr uint32_t rowsBack = 64;
    const Segment segment = rows.at(row);
    for (uint32_t back = row; back-- > 0 && row - back <= rowsBack;) {
        const Segment before = rows.at(back);
        if (before.end() >= segment.end() && before.ack >= segment.ack)
            return false;
    }
    return !segment.flags.rst();
}

/// Whether a packet of `rows` from `frame` on, up to `until`, advances.
bool advancesSince(const SegmentRows& rows, PacketNumber frame, Timestamp until)
{
    const uint32_t begin = rows.lowerBound(frame);
    const uint32_t end = std::min(rows.size(), begin + mostLookedAt);
    for (uint32_t row = begin; row < end && rows.at(row).time <= until; ++row) {
        if (advances(rows, row))
            return true;
    }
    return false;
}

/// Whether a packet of `rows` before `frame`, from `since` on, advances.
bool advancesBefore(const SegmentRows& rows, PacketNumber frame, Timestamp since)
{
    const uint32_t end = rows.lowerBound(frame);
    for (uint32_t row = end; row-- > 0 && end - row <= mostLookedAt && rows.at(row).time >= since;) {
        if (advances(rows, row))
            return true;
    }
    return false;
}

/// What the server said on other connections to the same port.
struct HeardByOthers
{
    bool meanwhile = false;  ///< from the second SYN to the last: what comes before may have left before the first came
    bool justBefore = false; ///< from a minute before the first SYN on
};

HeardByOthers heardByOthers(const ResetContext& reset, std::span<const uint32_t> syns)
{
    const SegmentRows& own = reset.flow(Side::Client).segments;
    const Timestamp since = own.at(syns.front()).time - aliveBefore;
    const PacketNumber second = own.at(syns[1]).frame;
    const Timestamp last = own.at(syns.back()).time;
    HeardByOthers heard;
    for (const Connection* other : neighboursOf(reset)) {
        if (!(other->server == reset.connection.server))
            continue;
        const SegmentRows& rows = other->flow(Side::Server).segments;
        heard.meanwhile = heard.meanwhile || advancesSince(rows, second, last);
        heard.justBefore = heard.justBefore || heard.meanwhile || advancesBefore(rows, second, since);
    }
    return heard;
}

/// SYNs without any answer, then the client's own RST or nothing more.
std::optional<Diagnosis> explainNoAnswer(const ResetContext& reset)
{
    const Flow& server = reset.flow(Side::Server);
    // Without a server's packet no number of the RST tells more; some stacks end the attempt with the SYN's own number.
    const bool ownEnd = reset.isDeath()
        || (reset.x == Side::Client && (isAbort(reset.form.form) || reset.reset->segment.seq == StreamOffset{0}));
    if (!ownEnd || reset.phase != Phase::Opening || !server.empty() || !reset.connection.icmpErrors().empty())
        return std::nullopt;
    const std::vector<uint32_t> syns = synRows(reset);
    if (syns.size() <= reset.trace.settings.resends)
        return std::nullopt;
    const SegmentRows& rows = reset.flow(Side::Client).segments;
    const Timestamp first = rows.at(syns.front()).time;
    const Timestamp last = rows.at(syns.back()).time;
    const HeardByOthers heard = heardByOthers(reset, syns);
    Confidence confidence = heard.justBefore ? Confidence::Likely : Confidence::Certain;
    if (heard.meanwhile)
        confidence = Confidence::Possible;
    Evidence evidence(reset, CauseId::PathOutage, confidence);
    if (heard.meanwhile)
        evidence.sub("others-answered");
    if (heard.justBefore)
        evidence.possible(CauseId::AcceptQueueOverflow);
    evidence.sub("no-answer").harm(Harm::ConnectFailed).dataSender(Side::Client);
    evidence.addFolded(Role::Syn, Side::Client, std::span(syns).first(1));
    evidence.addResends(Side::Client, syns, separateResends).addReset();
    if (reset.isDeath())
        evidence.addGhost(Role::MissingRtx, Side::Client, last + 2 * (last - rows.at(syns[syns.size() - 2]).time));
    evidence.fact("sends", static_cast<int64_t>(syns.size()), groupedDigits(static_cast<int64_t>(syns.size())));
    evidence.fact("tried_for_ns", reset.isDeath() ? last - first : reset.time - first);
    const auto timer = reset.isDeath() ? std::nullopt : connectTimerOf(reset.time - first);
    if (timer)
        evidence.fact("timer_s", timer->seconds, timer->name);
    evidence.excluded(CauseId::ConnectionRefused, "no answer came at all");
    return evidence.take();
}

std::optional<LocatedSegment> lastHeardFrom(const ResetContext& reset, Side side)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(reset.momentFrame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (!segment.flags.rst() && !segment.isCaptureDuplicate)
            return LocatedSegment{side, row, segment};
    }
    return std::nullopt;
}

/// How often R sent again, since the outage began, what S had acknowledged before our eyes: nothing of S gets there.
size_t countNeedlessOf(const ResetContext& reset, Side receiver)
{
    const SegmentRows& rows = reset.flow(receiver).segments;
    return static_cast<size_t>(std::ranges::count_if(reset.flowAnalysis(receiver).resends, [&](const Resend& resend) {
        const Segment segment = rows.at(resend.row);
        return resend.kind == Kind::Needless && segment.time > reset.trouble->firstSend
            && segment.frame < reset.momentFrame;
    }));
}

} // namespace

std::optional<Diagnosis> explainPathOutage(const ResetContext& reset)
{
    if (auto diagnosis = explainNoAnswer(reset))
        return diagnosis;
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::PathOutage || reset.trouble->copies.empty())
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Side s = trouble.sender;
    const bool forwardOnly = trouble.forwardOnly;
    const bool isLossBefore = trouble.laterDelivered; // bytes behind the first loss still got through
    const bool isShownTwice = forwardOnly && countNeedlessOf(reset, otherSide(s)) >= fewestNeedless;
    const bool isGuess = (forwardOnly && !isShownTwice) || isLossBefore;
    Confidence confidence = isGuess ? Confidence::Likely : Confidence::Certain;
    if (trouble.onlyLargeTried || trouble.heardAtEnd)
        confidence = Confidence::Possible;
    Evidence evidence(reset, CauseId::PathOutage, confidence);
    evidence.sub(forwardOnly ? "forward-only" : "both-or-unknown").dataSender(s).mechanism(reset.mechanism);
    const std::optional<LocatedSegment> heard = lastHeardFrom(reset, otherSide(s));
    if (heard) {
        evidence.add(Role::LastHeard, *heard);
        evidence.fact("silent_for_ns", reset.moment - heard->segment.time);
    }
    evidence.addFolded(Role::FirstSend, s, std::span(trouble.copies).first(1));
    if (isLossBefore)
        addLaterDelivery(evidence, reset);
    addGivingUp(evidence, reset);
    evidence.fact("resends", trouble.resendCount(), groupedDigits(trouble.resendCount()));
    evidence.fact("tried_for_ns", trouble.lastSend - trouble.firstSend);
    evidence.fact("first_stuck_byte", trouble.holeBegin.value, groupedDigits(trouble.holeBegin.value));
    if (!forwardOnly)
        evidence.possible(CauseId::AckPathLoss);
    if (trouble.onlyLargeTried)
        evidence.possible(CauseId::MtuBlackHole);
    // the path was open at the end, back again or closed to these bytes alone; or the last bytes were lost by chance
    if (trouble.heardAtEnd || isLossBefore)
        evidence.possible(CauseId::SegmentBlackHole);
    else
        evidence.excluded(CauseId::SegmentBlackHole, "nothing shows that later bytes got through");
    if (reset.isDeath() || !reset.form.trigger)
        return evidence.take();
    evidence.excluded(CauseId::HalfOpen, "the sender of the reset had unacknowledged data of its own");
    return evidence.take();
}

} // namespace whyrst
