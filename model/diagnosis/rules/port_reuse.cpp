#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

/// The last SYN of `side` before packet `before`.
std::optional<LocatedSegment> synBefore(const ResetContext& reset, Side side, PacketNumber before)
{
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(before); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.flags.syn() && !segment.flags.ack() && !segment.isCaptureDuplicate)
            return LocatedSegment{side, row, segment};
    }
    return std::nullopt;
}

/// The packet of `side` just before packet `before`, when it is a SYN.
std::optional<LocatedSegment> synJustBefore(const ResetContext& reset, Side side, PacketNumber before)
{
    const SegmentRows& rows = reset.flow(side).segments;
    uint32_t row = rows.lowerBound(before);
    while (row > 0 && rows.at(row - 1).isCaptureDuplicate)
        --row;
    if (row == 0)
        return std::nullopt;
    const Segment last = rows.at(row - 1);
    const bool isSyn = last.flags.syn() && !last.flags.ack();
    return isSyn ? std::optional(LocatedSegment{side, row - 1, last}) : std::nullopt;
}

/// The connection that had the ports before the SYN: the one in which the SYN stands, or the one before it.
struct OlderUse
{
    const Connection& connection;
    std::optional<LocatedSegment> last; ///< its last packet
    bool isClosed = false;              ///< both sides had sent their FIN: TIME-WAIT is left
};

std::optional<OlderUse> olderUse(const ResetContext& reset, const LocatedSegment& syn)
{
    const bool isOwn = syn.segment.seq == StreamOffset{0} && syn.row == 0;
    if (isOwn && !reset.connection.reusesPort())
        return std::nullopt;
    const Connection& connection = isOwn ? reset.trace.trace->connection(reset.connection.previous) : reset.connection;
    OlderUse use{connection, std::nullopt, false};
    std::array<bool, 2> fins{};
    LocatedSegment located;
    for (ConnectionWalk walk(connection); walk.next(located) && located.segment.frame < syn.segment.frame;) {
        fins[sideIndex(located.side)] |= located.segment.flags.fin();
        use.last = located;
    }
    use.isClosed = fins[0] && fins[1];
    return use.last ? std::optional(use) : std::nullopt;
}

/// What `side` expected next of the other one in the older use; raw.
std::optional<SeqNum> expectedBy(const OlderUse& use, Side side, PacketNumber before)
{
    const SegmentRows& rows = use.connection.flow(side).segments;
    for (uint32_t row = rows.lowerBound(before); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.flags.ack() && !segment.flags.rst())
            return use.connection.flow(otherSide(side)).rawSeq(segment.ack);
    }
    return std::nullopt;
}

/// Whether the SYN lies in the window of the connection in which it stands.
bool isInWindow(const ResetContext& reset, const Segment& syn)
{
    const SenderState& sender = reset.atReset.sender(reset.y);
    return sender.acknowledged && sender.edgeKnown && syn.seq >= sender.sndUna && syn.seq < sender.edge;
}

/// Whether the RST goes on with the numbers of the older use: the SYN came again later and begins this connection.
bool bearsOlderNumber(const ResetContext& reset, const LocatedSegment& syn)
{
    const std::optional<OlderUse> use = olderUse(reset, syn);
    const bool isOpen = use && !use->isClosed && use->connection.id != reset.connection.id;
    const auto expected = isOpen ? expectedBy(*use, reset.y, syn.segment.frame) : std::nullopt;
    return expected && *expected == reset.flow(reset.x).rawSeq(reset.reset->segment.seq);
}

/// The SYN that the RST's other side sent just before it, into a connection that was open: a stack from before RFC 5961
/// resets that one then (RFC 793 3.9).
std::optional<LocatedSegment> synIntoOpenUse(const ResetContext& reset)
{
    const auto syn = synJustBefore(reset, reset.y, reset.reset->segment.frame);
    if (!syn || isReply(reset.form.form) || reset.form.form == ResetForm::Refuse)
        return std::nullopt;
    const bool isSoon = reset.time - syn->segment.time <= answerWindow(reset.analysis, reset.x);
    const bool begins = syn->segment.seq == StreamOffset{0};
    const bool isOfOpenUse = begins ? bearsOlderNumber(reset, *syn) : isInWindow(reset, syn->segment);
    return isSoon && isOfOpenUse ? syn : std::nullopt;
}

/// What followed on the same ports: the SYN again, and its answer.
void addRetry(Evidence& evidence, const ResetContext& reset, Side opener)
{
    for (const auto& [side, role] : {std::pair(opener, Role::NewSyn), std::pair(otherSide(opener), Role::SynAck)}) {
        const SegmentRows& rows = reset.flow(side).segments;
        for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row < rows.size(); ++row) {
            if (!rows.at(row).flags.syn() || rows.at(row).isCaptureDuplicate)
                continue;
            evidence.add(role, side, row);
            break;
        }
    }
}

/// Whether the side that was asked agreed to a SYN after the RST, in this connection or the next on these ports.
bool isAgreedAfter(const ResetContext& reset, Side opener)
{
    const auto agrees = [&](const Connection& connection) {
        const SegmentRows& rows = connection.flow(otherSide(opener)).segments;
        for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row < rows.size(); ++row) {
            if (rows.at(row).flags.syn() && rows.at(row).flags.ack())
                return true;
        }
        return false;
    };
    const std::vector<const Connection*> others = neighboursOf(reset);
    return agrees(reset.connection) || std::ranges::any_of(others, [&](const Connection* other) {
        return other->previous == reset.connection.id && agrees(*other);
    });
}

/// The last packet of the older use. Its numbers are those of another connection when it is not this one.
void addPreviousUse(Diagnosis& diagnosis, const ResetContext& reset, const OlderUse& use)
{
    if (diagnosis.chain.empty())
        return; // nobody reads it
    const LocatedSegment& last = *use.last;
    EvidenceStep step;
    step.role = Role::PreviousUse;
    step.frame = last.segment.frame;
    step.time = last.segment.time;
    step.flow = last.side;
    step.seq = use.connection.flow(last.side).rawSeq(last.segment.seq);
    if (use.connection.id == reset.connection.id)
        step.offset = last.segment.seq;
    step.length = last.segment.segLen();
    diagnosis.chain.insert(diagnosis.chain.begin(), step);
}

/// What is common to all ways in which the older use ends.
Diagnosis finish(Evidence& evidence, const ResetContext& reset, Side opener, const LocatedSegment& syn)
{
    const std::optional<OlderUse> use = olderUse(reset, syn);
    addRetry(evidence, reset, opener);
    if (use) {
        if (use->isClosed)
            evidence.sub("time-wait");
        evidence.fact("since_older_use_ns", syn.segment.time - use->last->segment.time);
    }
    evidence.harm(isAgreedAfter(reset, opener) ? Harm::None : Harm::Unknown);
    evidence.excluded(CauseId::InvalidHandshake, "the packet that drew the reset is not a SYN-ACK");
    evidence.excluded(CauseId::HalfOpen, "a SYN came just before");
    Diagnosis diagnosis = evidence.take();
    if (use)
        addPreviousUse(diagnosis, reset, *use);
    return diagnosis;
}

/// The side that was asked answers the SYN itself with a RST of the old connection.
std::optional<Diagnosis> explainSynInWindow(const ResetContext& reset)
{
    const std::optional<LocatedSegment> syn = synIntoOpenUse(reset);
    if (!syn)
        return std::nullopt;
    Evidence evidence(reset, CauseId::PortReuse, Confidence::Likely);
    evidence.sub("syn-in-window").add(Role::NewSyn, *syn).addReset().possible(CauseId::ApplicationAbort);
    return finish(evidence, reset, reset.y, *syn);
}

/// The RST bears the number that the old connection expected next, but the ACK that it answers is not in the capture.
std::optional<Diagnosis> explainWithoutAck(const ResetContext& reset)
{
    const Segment& rst = reset.reset->segment;
    if (rst.flags.ack() || reset.form.trigger)
        return std::nullopt;
    const std::optional<LocatedSegment> syn = synJustBefore(reset, reset.x, rst.frame);
    const std::optional<OlderUse> use = syn ? olderUse(reset, *syn) : std::nullopt;
    if (!use)
        return std::nullopt;
    const std::optional<SeqNum> expected = expectedBy(*use, reset.y, syn->segment.frame);
    if (!expected || !(*expected == reset.flow(reset.x).rawSeq(rst.seq)))
        return std::nullopt;
    Evidence evidence(reset, CauseId::PortReuse, Confidence::Likely);
    evidence.add(Role::NewSyn, *syn).addReset().missing(Missing::TriggerNotCaptured);
    return finish(evidence, reset, reset.x, *syn);
}

} // namespace

std::optional<Diagnosis> explainPortReuse(const ResetContext& reset)
{
    if (reset.isDeath())
        return std::nullopt;
    if (auto diagnosis = explainSynInWindow(reset))
        return diagnosis;
    if (auto diagnosis = explainWithoutAck(reset))
        return diagnosis;
    if (reset.form.form != ResetForm::Reply || !reset.form.trigger->segment.isPureAck())
        return std::nullopt;
    const std::optional<LocatedSegment> syn = synBefore(reset, reset.x, reset.form.trigger->segment.frame);
    const bool challenged = syn && reset.form.trigger->segment.ack != syn->segment.end();
    if (!challenged || (reset.atReset.sender(reset.x).acknowledged && syn->segment.seq == StreamOffset{0}))
        return std::nullopt;
    Evidence evidence(reset, CauseId::PortReuse, Confidence::Certain);
    evidence.add(Role::NewSyn, *syn).add(Role::ChallengeAck, *reset.form.trigger).addReset();
    return finish(evidence, reset, reset.x, *syn);
}

} // namespace whyrst
