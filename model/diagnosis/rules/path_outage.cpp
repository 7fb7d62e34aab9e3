#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr Duration aliveBefore = std::chrono::seconds(60); ///< heuristic: a server heard so lately probably lives
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

/// Whether the server sent something on another connection to the same port in this time.
bool isHeardByOthers(const ResetContext& reset, Timestamp from, Timestamp until)
{
    const auto neighbours = neighboursOf(reset);
    return std::any_of(neighbours.begin(), neighbours.end(), [&](const Connection* other) {
        const SegmentRows& rows = other->flow(Side::Server).segments;
        if (!(other->server == reset.connection.server))
            return false;
        for (auto row = rows.begin(); !(row == rows.end()); ++row) {
            const Segment segment = *row;
            if (segment.time > until)
                return false;
            if (segment.time >= from)
                return true;
        }
        return false;
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
    // What comes before the second SYN may have left before the first one could arrive.
    const bool isAlive = isHeardByOthers(reset, rows.at(syns[1]).time, last);
    const bool wasAlive = isHeardByOthers(reset, first - aliveBefore, last);
    Confidence confidence = wasAlive ? Confidence::Likely : Confidence::Certain;
    if (isAlive)
        confidence = Confidence::Possible;
    Evidence evidence(reset, CauseId::PathOutage, confidence);
    if (isAlive)
        evidence.sub("others-answered");
    if (wasAlive)
        evidence.possible(CauseId::AcceptQueueOverflow);
    evidence.sub("no-answer").harm(Harm::ConnectFailed).dataSender(Side::Client);
    evidence.addFolded(Role::Syn, Side::Client, std::span(syns).first(1));
    evidence.addResends(Side::Client, syns, separateResends).addReset();
    if (reset.isDeath())
        evidence.addGhost(Role::MissingRtx, Side::Client, last + 2 * (last - rows.at(syns[syns.size() - 2]).time));
    evidence.fact("sends", static_cast<int64_t>(syns.size()), groupedDigits(static_cast<int64_t>(syns.size())));
    evidence.fact("tried_for_ns", reset.isDeath() ? last - first : reset.time - first);
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
    Confidence confidence = forwardOnly || isLossBefore ? Confidence::Likely : Confidence::Certain;
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
