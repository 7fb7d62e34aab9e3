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

/// From one time to another, both included.
struct Period
{
    Timestamp begin;
    Timestamp end;
};

/// Whether a packet of `rows` from `frame` on that was sent in `period` advances.
bool advancesSince(const SegmentRows& rows, PacketNumber frame, const Period& period)
{
    const uint32_t begin = rows.lowerBound(frame);
    const uint32_t end = std::min(rows.size(), begin + mostLookedAt);
    for (uint32_t row = begin; row < end && rows.at(row).time <= period.end; ++row) {
        if (rows.at(row).time >= period.begin && advances(rows, row))
            return true;
    }
    return false;
}

/// From when on a packet of the server can have left after the SYN at `syn` had come: a round trip later, when
/// `other`, a connection to the same port, tells how long that takes; else when the next SYN, `second`, was sent.
Timestamp firstAnswerTime(const Connection& other, Timestamp syn, Timestamp second)
{
    const Flow& client = other.flow(Side::Client);
    const Flow& server = other.flow(Side::Server);
    if (!client.synSeen() || !server.synSeen() || client.empty() || server.empty())
        return second;
    const Duration roundTrip = server.segments.at(0).time - client.segments.at(0).time;
    return roundTrip > Duration() ? std::min(second, syn + roundTrip + orderTolerance) : second;
}

/// Whether the server went on with other connections to the same port until the last SYN, and not before the first one
/// can have come.
bool answersOthers(const ResetContext& reset, std::span<const uint32_t> syns)
{
    const SegmentRows& own = reset.flow(Side::Client).segments;
    const Segment first = own.at(syns.front());
    const Segment second = own.at(syns[1]);
    const Timestamp last = own.at(syns.back()).time;
    const std::vector<const Connection*> others = neighboursOf(reset);
    return std::ranges::any_of(others, [&](const Connection* other) {
        const Timestamp from = firstAnswerTime(*other, first.time, second.time);
        return other->server == reset.connection.server
            && advancesSince(other->flow(Side::Server).segments, first.frame, {from, last});
    });
}

/// Whether the capture lacks the server's packets: on another connection the client goes on after its SYN, as if that
/// had been answered, and no answer is there.
bool isHalfCaptured(const ResetContext& reset)
{
    const std::vector<const Connection*> others = neighboursOf(reset);
    return std::ranges::any_of(others, [&](const Connection* other) {
        const Flow& client = other->flow(Side::Client);
        const bool sameServer = other->server.address == reset.connection.server.address;
        if (!sameServer || !client.synSeen() || client.empty() || !other->flow(Side::Server).empty())
            return false;
        const Segment last = client.segments.at(client.size() - 1); // its own RST is no sign of an answer
        return !last.flags.syn() && !last.flags.rst();
    });
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
    const bool isAnswering = answersOthers(reset, syns);
    // ours: a full queue of a listener drops SYNs without a word, too: nothing but the path is never certain.
    const bool isOneWay = isHalfCaptured(reset);
    Evidence evidence(reset, CauseId::PathOutage, isAnswering || isOneWay ? Confidence::Possible : Confidence::Likely);
    if (isAnswering)
        evidence.sub("others-answered");
    if (isOneWay)
        evidence.missing(Missing::OneDirectionOnly);
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

/// Probes of the closed window before t* since R answered the last one: rows of S.
std::vector<uint32_t> unansweredProbes(const ResetContext& reset, const WindowClosed& closed)
{
    const Side s = reset.trouble->sender;
    const SegmentRows& rows = reset.flow(s).segments;
    std::vector<uint32_t> probes;
    for (uint32_t row = rows.lowerBound(reset.momentFrame); row-- > 0 && rows.at(row).time >= closed.begin;) {
        if (reset.flowAnalysis(s).kinds[row].has(Kind::ZeroWindowProbe))
            probes.push_back(row);
    }
    std::ranges::reverse(probes);
    if (probes.size() > closed.unansweredInARow)
        probes.erase(probes.begin(), probes.end() - closed.unansweredInARow);
    return probes;
}

/// R had closed its window, and then no longer answered the probes. Whether its program would have read on nobody
/// knows.
std::optional<Diagnosis> explainSilentWindow(const ResetContext& reset)
{
    const Side s = reset.trouble->sender;
    const Side r = otherSide(s);
    const WindowClosed& closed = reset.flowAnalysis(r).windowClosed[*reset.trouble->closed];
    const std::vector<uint32_t> probes = unansweredProbes(reset, closed);
    if (probes.size() < reset.trace.settings.resends)
        return std::nullopt;
    const bool livesAtEnd = !reset.isDeath() && reset.x == r;
    const bool cameBy = reset.isCapturedAt(r);
    Evidence evidence(reset, CauseId::PathOutage, livesAtEnd || cameBy ? Confidence::Possible : Confidence::Likely);
    evidence.sub("both-or-unknown").sub("closed-window").dataSender(s).mechanism(reset.mechanism);
    const SegmentRows& rows = reset.flow(s).segments;
    const Timestamp first = rows.at(probes.front()).time;
    const Timestamp last = rows.at(probes.back()).time;
    evidence.addSpan(Role::WindowClosed, closed.begin, reset.moment,
        LocatedSegment{r, closed.firstRow, reset.flow(r).segments.at(closed.firstRow)});
    if (const std::optional<LocatedSegment> heard = lastHeardFrom(reset, r)) {
        if (heard->row != closed.firstRow)
            evidence.add(Role::LastHeard, *heard);
        evidence.fact("silent_for_ns", reset.moment - heard->segment.time);
    }
    evidence.addFolded(Role::ZwProbe, s, probes).addReset();
    const std::optional<LastTries> tries = findLastTries(reset);
    if (reset.mechanism == Mechanism::GaveUpSilently && tries && tries->nextDue() < reset.moment)
        evidence.addGhost(Role::MissingRtx, s, tries->nextDue());
    evidence.fact("closed_for_ns", reset.moment - closed.begin);
    evidence.fact("probes", static_cast<int64_t>(probes.size()), groupedDigits(static_cast<int64_t>(probes.size())));
    evidence.fact("tried_for_ns", last - first);
    evidence.possible(CauseId::ZeroWindowStarvation).possible(CauseId::AckPathLoss);
    if (cameBy)
        evidence.possible(CauseId::ReceiverDiscards);
    evidence.excluded(CauseId::SegmentBlackHole, "the bytes that wait lie beyond the window");
    return evidence.take();
}

} // namespace

std::optional<Diagnosis> explainPathOutage(const ResetContext& reset)
{
    if (auto diagnosis = explainNoAnswer(reset))
        return diagnosis;
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::PathOutage)
        return std::nullopt;
    if (reset.trouble->copies.empty())
        return reset.trouble->closed ? explainSilentWindow(reset) : std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Side s = trouble.sender;
    const bool forwardOnly = trouble.forwardOnly;
    const bool isLossBefore = trouble.laterDelivered; // bytes behind the first loss still got through
    const bool isShownTwice = forwardOnly && countNeedlessOf(reset, otherSide(s)) >= fewestNeedless;
    const bool isGuess = (forwardOnly && !isShownTwice) || isLossBefore;
    Confidence confidence = isGuess ? Confidence::Likely : Confidence::Certain;
    // Near R intact copies came by: the way there was open that far, and R, or what is behind here, dropped them.
    const bool cameBy = reset.isCapturedAt(otherSide(s)) && trouble.goodCopies >= enoughCopies;
    if (trouble.onlyLargeTried || trouble.heardAtEnd || cameBy)
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
    if (cameBy)
        evidence.possible(CauseId::ReceiverDiscards);
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
