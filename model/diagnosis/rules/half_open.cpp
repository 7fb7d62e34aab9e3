#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace whyrst {

namespace {

constexpr size_t mostForgotten = 16; ///< more prove no more

constexpr auto trainGap = std::chrono::seconds(1); // diagnosis.md 2.9: RSTs of one cluster

/// An earlier RST of X, other than those of the train of answers to which this one belongs: they were ignored.
std::optional<LocatedSegment> rstBefore(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    Timestamp train = reset.time;
    for (uint32_t row = std::min(reset.reset->row, rows.size()); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (!segment.flags.rst() || segment.isCaptureDuplicate)
            continue;
        if (segment.flags.ack() || train - segment.time > trainGap)
            return LocatedSegment{reset.x, row, segment};
        train = segment.time;
    }
    return std::nullopt;
}

std::optional<LocatedSegment> lastHeardFromX(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    for (uint32_t row = std::min(reset.reset->row, rows.size()); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (!segment.flags.rst())
            return LocatedSegment{reset.x, row, segment};
    }
    return std::nullopt;
}

/// How far the trigger lies from what X can take, in bytes: below what it acknowledged, beyond its window, or behind a
/// gap. Nothing when it is a packet as X expects it, or a probe, which lies below by design.
std::optional<int64_t> distanceOfInvalid(const ResetContext& reset)
{
    const LocatedSegment& trigger = *reset.form.trigger;
    const Segment& q = trigger.segment;
    const SenderState& sender = reset.atMoment.sender(reset.y);
    const Kinds probes = Kinds(Kind::KeepAlive) | Kinds(Kind::ZeroWindowProbe);
    if (q.segLen() == 0 || !sender.acknowledged || reset.flowAnalysis(reset.y).kinds[trigger.row].hasAny(probes))
        return std::nullopt;
    const StreamOffset inOrder = sender.seen.contiguousEnd(sender.sndUna);
    const bool isBeyond = sender.edgeKnown && q.seq > sender.edge;
    const bool isOff = q.end() <= sender.sndUna || isBeyond || q.seq > inOrder;
    return isOff ? std::optional(q.seq - inOrder) : std::nullopt;
}

/// When X was heard last before its RST in `row`; nothing when it was not, or when it had closed.
std::optional<Timestamp> heardBefore(const Flow& flow, uint32_t row)
{
    constexpr uint32_t rowsBack = 64; ///< a train of RSTs may be endless
    const uint32_t end = row;
    while (row-- > 0 && end - row <= rowsBack) {
        const Segment segment = flow.segments.at(row);
        if (segment.flags.fin())
            return std::nullopt;
        if (!segment.flags.rst() && segment.flags.ack())
            return segment.time;
    }
    return std::nullopt;
}

/// A time within which X lost its memory.
struct Gap
{
    Timestamp begin;
    Timestamp end;
};

/// Whether X knew a connection before the gap and after it.
bool remembersAny(const ResetContext& reset, Gap gap)
{
    const IpAddress& address = reset.connection.endpoint(reset.x).address;
    const std::vector<const Connection*> others = neighboursOf(reset);
    return std::ranges::any_of(others, [&](const Connection* other) {
        const Side side = other->server.address == address ? Side::Server : Side::Client;
        const Flow& flow = other->flow(side);
        if (!(other->endpoint(side).address == address) || flow.empty() || other->firstTime >= gap.begin)
            return false;
        const Segment last = flow.segments.at(flow.size() - 1);
        return !last.flags.rst() && last.time > gap.end;
    });
}

/// How many other connections of X it answered alike, `mostForgotten` at most: as one that lost them all at one moment.
/// 0 when it remembers one.
uint32_t countForgottenToo(const ResetContext& reset, const LocatedSegment& heard)
{
    const IpAddress& address = reset.connection.endpoint(reset.x).address;
    Gap gap{heard.segment.time, reset.time};
    std::set<ConnectionId> forgotten;
    const auto visit = [&](const LocatedReset& other) {
        if (other.segment.isCaptureDuplicate || forgotten.contains(other.connection.id))
            return true;
        const Flow& flow = other.connection.flow(other.from);
        const auto before = heardBefore(flow, flow.segments.lowerBound(other.segment.frame));
        const bool isAlike
            = !other.segment.flags.ack() && before && *before < gap.end && gap.begin < other.segment.time;
        if (isAlike) {
            gap = {std::max(gap.begin, *before), std::min(gap.end, other.segment.time)};
            forgotten.insert(other.connection.id);
        }
        return forgotten.size() < mostForgotten;
    };
    visitResetsNear(reset, reset.trace.settings.idle, visit, [&](const Connection& connection, Side from) {
        return connection.endpoint(from).address == address && connection.id != reset.connection.id;
    });
    return forgotten.empty() || remembersAny(reset, gap) ? 0 : static_cast<uint32_t>(forgotten.size());
}

/// What the RST, an earlier one, the trigger and other connections tell of why X does not know this one.
void addReason(Evidence& evidence, const ResetContext& reset, const std::optional<LocatedSegment>& heard,
    const std::optional<LocatedSegment>& earlier)
{
    if (reset.isForged())
        evidence.sub("box");
    if (earlier) {
        const PacketNumber frame = earlier->segment.frame;
        evidence.sub("earlier-rst-missed").fact("earlier_reset", frame.value, "#" + std::to_string(frame.value));
    }
    if (earlier || reset.isForged())
        return;
    const bool isHealthy = heard && !reset.trouble && reset.phase == Phase::Open;
    const std::optional<int64_t> distance = isHealthy ? distanceOfInvalid(reset) : std::nullopt;
    if (distance) {
        evidence.sub("invalid-packet").fact("off_by", *distance, bytesText(std::abs(*distance)));
        return;
    }
    if (reset.isBrief)
        return; // nobody reads how many other connections were forgotten, and a flood has a RST for each
    const bool isSoon = heard && reset.time - heard->segment.time < reset.trace.settings.idle;
    const uint32_t forgotten = isSoon && reset.phase == Phase::Open ? countForgottenToo(reset, *heard) : 0;
    if (forgotten > 0)
        evidence.sub("rebooted")
            .fact("forgotten_too", forgotten,
                counted(forgotten, "other connection") + (forgotten == mostForgotten ? " or more" : ""));
}

/// Whether the capture holds the whole connection: else X's own end may be what is missing.
bool isWhole(const ResetContext& reset)
{
    return reset.analysis.handshakeSeen && reset.flowAnalysis(Side::Client).unseenAckedBytes == 0
        && reset.flowAnalysis(Side::Server).unseenAckedBytes == 0;
}

/// The silence in which something other than X may have forgotten the connection: with others alike it would be
/// idle-timeout. 0 without one.
Duration forgettingTime(const ResetContext& reset)
{
    const bool mayBeBox = reset.silence.endedByPacket && reset.endsLongSilence() && !reset.isCapturedAt(reset.x);
    return mayBeBox ? reset.silence.length : Duration();
}

/// Whether X had sent data more than once that Y had not acknowledged before the trigger: X's TCP may have given up.
bool mayHaveGivenUp(const ResetContext& reset)
{
    const SenderState& own = reset.atMoment.sender(reset.x);
    const SentRange* stuck = own.hasOutstanding() ? own.rangeAt(own.sndUna) : nullptr;
    return stuck != nullptr && stuck->sends > 1;
}

/// Whether X may have closed before.
void addClose(Evidence& evidence, const ResetContext& reset)
{
    if (findHiddenFin(reset))
        evidence.possible(CauseId::DataAfterClose);
    else
        evidence.excluded(CauseId::DataAfterClose,
            reset.finBefore(reset.x) ? "no new bytes came after the FIN"
                                     : "the sender of the reset had not sent a FIN");
}

} // namespace

std::optional<Diagnosis> explainHalfOpen(const ResetContext& reset)
{
    if (reset.isDeath() || !isReply(reset.form.form) || !reset.form.trigger || reset.troubleWins())
        return std::nullopt;
    const bool byBox = reset.isForged();
    const bool opening = reset.phase == Phase::Opening;
    const bool triggerIsSyn = reset.form.trigger->segment.flags.syn();
    const bool closed = reset.finBefore(reset.x) && !isForgottenHalfClose(reset);
    if (closed || triggerIsSyn)
        return std::nullopt;
    if (byBox && !reset.isAnsweredByBox())
        return std::nullopt;
    if (opening && (reset.x == Side::Client || reset.form.trigger->segment.payloadLength == 0))
        return std::nullopt;
    const bool onHost = reset.isCapturedAt(reset.x);
    const std::optional<Trouble> early = reset.earlyTrouble();
    const std::optional<LocatedSegment> heard = lastHeardFromX(reset);
    const std::optional<LocatedSegment> earlier = rstBefore(reset);
    const bool gaveUp = !early && mayHaveGivenUp(reset);
    const bool isSure
        = onHost && isWhole(reset) && !early && !gaveUp; // with trouble it may just have given its data up
    Confidence confidence = isSure ? Confidence::Certain : Confidence::Likely;
    if (opening || !heard || earlier)
        confidence = Confidence::Possible;
    Evidence evidence(reset, CauseId::HalfOpen, confidence);
    evidence.dataSender(reset.y);
    evidence.wait(forgettingTime(reset));
    if (heard) {
        evidence.add(Role::LastHeard, *heard);
        const Duration silence = reset.form.trigger->segment.time - heard->segment.time;
        evidence.fact("silence_ns", silence);
        if (silence >= reset.trace.settings.idle)
            evidence.addSpan(Role::Silence, heard->segment.time, reset.form.trigger->segment.time)
                .possible(CauseId::IdleTimeout);
    } else {
        evidence.missing(Missing::StartedLate).possible(CauseId::DataAfterClose).possible(CauseId::ApplicationAbort);
    }
    evidence.addReset();
    addReason(evidence, reset, heard, earlier);
    if (early || gaveUp)
        evidence.possible(early ? early->leaf : CauseId::PathOutage);
    if (!onHost)
        evidence.possible(CauseId::InjectedReset);
    if (heard)
        addClose(evidence, reset);
    return evidence.take();
}

} // namespace whyrst
