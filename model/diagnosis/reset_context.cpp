#include "model/diagnosis/reset_context.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/vantage.h"

#include <algorithm>
#include <cstring>

namespace whyrst {

namespace {

template <size_t Size> bool beginsWith(const SynOptions& syn, const uint8_t (&order)[Size])
{
    return syn.orderLength >= Size && std::memcmp(syn.order.data(), order, Size) == 0;
}

/// OPENING: the accepting side has sent nothing but SYN-ACKs, or nothing.
bool isOpening(const Connection& connection, const ConnectionState& state, PacketNumber before)
{
    if (!connection.flow(Side::Client).synSeen() && !connection.flow(Side::Server).synSeen())
        return false;
    const bool serverIsMissing = !state.lastHeard[sideIndex(Side::Server)];
    if (serverIsMissing && state.sender(Side::Server).sndUna > StreamOffset{1})
        return false; // its packets were not captured, but the client has acknowledged its data
    if (connection.flow(Side::Client).synSeen() && !state.sender(Side::Client).acknowledged)
        return true; // what the server sent so far belongs to an older connection
    if (state.sender(Side::Server).sndNxt > StreamOffset{1} || state.sender(Side::Server).finSent)
        return false;
    for (const Segment segment : connection.flow(Side::Server).segments) {
        if (segment.frame >= before)
            break;
        // A server that was not answered yet may ask back: a RST that it does not take draws a challenge ACK.
        const bool asksBack
            = segment.isPureAck() && segment.ack == StreamOffset{1} && !state.sender(Side::Server).acknowledged;
        if (!segment.flags.syn() && !segment.flags.rst() && !asksBack)
            return false;
    }
    return true;
}

Phase phaseAt(const Connection& connection, const ConnectionState& state, PacketNumber before)
{
    if (isOpening(connection, state, before))
        return Phase::Opening;
    const SenderState& client = state.sender(Side::Client);
    const SenderState& server = state.sender(Side::Server);
    if (client.finAcknowledged() && server.finAcknowledged())
        return Phase::Closed;
    return client.finSent || server.finSent ? Phase::Closing : Phase::Open;
}

/// What Y, or X, has of the bytes of `side` at t0; the RST's own acknowledgment counts.
StreamOffset acknowledgedOf(const ResetContext& context, Side side)
{
    const StreamOffset acknowledged = context.atReset.sender(side).sndUna;
    const bool fromPeer = context.reset && side == context.y && context.reset->segment.flags.ack();
    return fromPeer ? std::max(acknowledged, context.reset->segment.ack) : acknowledged;
}

/// Goes back over the data segments of a flow.
class DataBackwards
{
public:
    DataBackwards(const SegmentRows& rows, PacketNumber before)
        : m_rows(rows)
        , m_row(rows.lowerBound(before))
    {
        next();
    }

    /// The latest data segment that was not passed; nothing when all were.
    const std::optional<Segment>& current() const { return m_current; }
    uint32_t row() const { return m_row; }
    void next()
    {
        m_current.reset();
        while (m_row > 0 && !m_current) {
            const Segment segment = m_rows.at(--m_row);
            if (segment.payloadLength > 0 && !segment.flags.rst() && !segment.isCaptureDuplicate)
                m_current = segment;
        }
    }
    void goBefore(PacketNumber frame)
    {
        while (m_current && m_current->frame >= frame)
            next();
    }

private:
    const SegmentRows& m_rows;
    uint32_t m_row; ///< of the current segment
    std::optional<Segment> m_current;
};

/// Whether `request` was acknowledged and not answered before packet `before`.
bool isPending(
    const LocatedSegment& request, const Connection& connection, const ConnectionState& state, PacketNumber before)
{
    const DataBackwards answers(connection.flow(otherSide(request.side)).segments, before);
    const SenderState& sender = state.sender(request.side);
    const bool isLast = !answers.current() || answers.current()->frame < request.segment.frame;
    return isLast && sender.sndUna >= request.segment.dataEnd() && (!sender.finSent || sender.finAcknowledged());
}

/// Gathers the data exchange up to `before`.
Exchange findExchange(const Connection& connection, const ConnectionState& state, PacketNumber before, Duration idle)
{
    Exchange exchange;
    std::optional<Segment> first;
    for (const Side side : {Side::Client, Side::Server}) {
        const SegmentRows& rows = connection.flow(side).segments;
        for (auto row = rows.begin(); !(row == rows.end()); ++row) {
            const Segment segment = *row;
            if (segment.payloadLength == 0 || segment.flags.rst())
                continue;
            if (segment.frame < before && (!first || segment.frame < first->frame)) {
                first = segment;
                exchange.requester = side;
            }
            break;
        }
        for (uint32_t row = rows.lowerBound(before); row-- > 0;) {
            const Segment segment = rows.at(row);
            if (segment.payloadLength == 0 || segment.flags.rst())
                continue;
            if (!exchange.lastData || exchange.lastData->segment.frame < segment.frame)
                exchange.lastData = LocatedSegment{side, row, segment};
            break;
        }
    }
    if (!exchange.requester)
        return exchange;
    const Side requester = *exchange.requester;
    exchange.lastRequest = lastRequestOf(connection, requester, before, idle);
    exchange.requestPending = exchange.lastRequest && isPending(*exchange.lastRequest, connection, state, before);
    exchange.answeredBefore = connection.flow(otherSide(requester)).payloadBytes > 0;
    return exchange;
}

/// Segments that do not end a silence: keep-alives, probes, and bare acknowledgments.
bool isQuiet(const Segment& segment, Kinds kinds)
{
    return segment.flags.rst() || kinds.hasAny(Kinds(Kind::KeepAlive) | Kinds(Kind::ZeroWindowProbe))
        || (segment.segLen() == 0);
}

/// The last acknowledged data segment before t* of either side. Bytes that nobody acknowledged any more belong to the
/// end of a silence, not to the talk before it.
std::optional<LocatedSegment> findLastHeard(const ResetContext& context)
{
    std::optional<LocatedSegment> last;
    for (const Side side : {Side::Client, Side::Server}) {
        const SegmentRows& rows = context.flow(side).segments;
        const StreamOffset una = context.atReset.sender(side).sndUna;
        for (uint32_t row = rows.lowerBound(context.momentFrame); row-- > 0;) {
            const Segment segment = rows.at(row);
            if (isQuiet(segment, context.flowAnalysis(side).kinds[row]) || segment.end() > una)
                continue;
            if (!last || last->segment.frame < segment.frame)
                last = LocatedSegment{side, row, segment};
            break;
        }
    }
    return last;
}

/// Counts keep-alives in the silence and finds the packet of `side` that ended it.
void scanSilence(Silence& silence, const ResetContext& context, Side side)
{
    const PacketNumber from = silence.lastHeard->segment.frame;
    const SegmentRows& rows = context.flow(side).segments;
    for (uint32_t row = rows.lowerBound(from); row < rows.size(); ++row) {
        const Segment segment = rows.at(row);
        if (segment.frame == from)
            continue;
        if (segment.frame > context.momentFrame)
            break;
        const Kinds kinds = context.flowAnalysis(side).kinds[row];
        silence.keepAlives += kinds.has(Kind::KeepAlive) ? 1 : 0;
        if (!isQuiet(segment, kinds) && segment.time < silence.end) {
            silence.end = segment.time;
            silence.endedByPacket = true;
        }
    }
}

/// The silence before t0 or before the packet that the RST answers.
Silence findSilence(const ResetContext& context)
{
    Silence silence;
    silence.end = context.time;
    silence.lastHeard = findLastHeard(context);
    if (!silence.lastHeard)
        return silence;
    silence.begin = silence.lastHeard->segment.time;
    scanSilence(silence, context, Side::Client);
    scanSilence(silence, context, Side::Server);
    const bool answered = isReply(context.form.form) && context.form.trigger;
    if (answered && context.form.trigger->segment.time < silence.end) {
        silence.end = context.form.trigger->segment.time;
        silence.endedByPacket = true;
    }
    silence.length = silence.end - silence.begin;
    return silence;
}

Mechanism mechanismOfAbort(const ResetContext& context, const Trouble& trouble)
{
    const Duration since = context.time - trouble.lastSend;
    const auto earliest = std::chrono::duration_cast<Duration>(trouble.lastInterval * timerEarly);
    const auto latest = std::chrono::duration_cast<Duration>(trouble.lastInterval * deadlineFactor);
    const bool byTimer = trouble.resendCount() > 1 && since >= earliest && since <= latest;
    const bool tellingCount = trouble.resendCount() == windowsResends || trouble.resendCount() == bsdResends;
    const StackHint stack = stackHintOf(context.flow(context.x));
    if (!byTimer || stack == StackHint::Linux || (stack == StackHint::None && !tellingCount))
        return Mechanism::ApplicationGaveUp;
    return Mechanism::GaveUp;
}

/// How the trouble turned into this RST (diagnosis.md 2.6); None when it does not explain it.
Mechanism findMechanism(const ResetContext& context)
{
    if (!context.trouble)
        return Mechanism::None;
    if (context.isDeath())
        return Mechanism::GaveUpSilently;
    const bool fromSender = context.trouble->sender == context.x;
    if (isReply(context.form.form))
        return fromSender ? Mechanism::GaveUpSilently : Mechanism::None;
    if (!isAbort(context.form.form))
        return Mechanism::None;
    return fromSender ? mechanismOfAbort(context, *context.trouble) : Mechanism::ReceiverClosed;
}

void complete(ResetContext& context)
{
    const bool sameMoment = !context.reset || context.momentFrame == context.reset->segment.frame;
    context.atMoment
        = sameMoment ? context.atReset : stateBefore(context.connection, context.analysis, context.momentFrame);
    const TroubleMoment moment{context.atMoment, context.momentFrame, context.moment};
    context.trouble
        = findTrouble(context.connection, context.analysis, {context.vantage, context.trace.settings}, moment);
    context.exchange
        = findExchange(context.connection, context.atMoment, context.momentFrame, context.trace.settings.idle);
}

} // namespace

std::optional<Trouble> ResetContext::earlyTrouble() const
{
    if (trouble)
        return std::nullopt;
    DiagnosisSettings impatient = trace.settings;
    impatient.resends = 1;
    std::optional<Trouble> early
        = findTrouble(connection, analysis, {vantage, impatient}, {atMoment, momentFrame, moment});
    const bool ofOneRange = early && !early->copies.empty() && !early->severalRanges;
    const bool isStuck = ofOneRange && early->leaf != CauseId::AckPathLoss && early->leaf != CauseId::Unknown;
    return isStuck && (early->sender == x || isAbort(form.form)) ? early : std::nullopt;
}

bool ResetContext::allDataAcknowledged(Side side) const
{
    const SenderState& sender = atReset.sender(side);
    const StreamOffset dataEnd = sender.finSent ? sender.finOffset : sender.sndNxt;
    return acknowledgedOf(*this, side) >= dataEnd;
}

bool ResetContext::allAcknowledgedButAlert(Side side) const
{
    if (allDataAcknowledged(side))
        return true;
    const SenderState& sender = atReset.sender(side);
    const StreamOffset dataEnd = sender.finSent ? sender.finOffset : sender.sndNxt;
    const DataBackwards data(flow(side).segments, reset ? reset->segment.frame : momentFrame);
    const std::optional<Segment>& last = data.current();
    return last && last->isTlsAlert && last->dataEnd() == dataEnd && acknowledgedOf(*this, side) >= last->dataBegin();
}

bool ResetContext::isCapturedAt(Side side) const
{
    return vantage.place == (side == Side::Client ? VantagePlace::Client : VantagePlace::Server);
}

Confidence ResetContext::certainAt(Side side) const
{
    const bool sure = vantage.confidence && *vantage.confidence >= Confidence::Likely;
    return isCapturedAt(side) && sure ? Confidence::Certain : Confidence::Likely;
}

bool ResetContext::endsLongSilence() const
{
    // Y's FIN after the silence may be the very packet that is answered.
    const bool closing = finBefore(x) || atMoment.sender(y).finSent;
    const bool open = !closing && phase != Phase::Opening;
    const bool ends = isReply(form.form) || (!silence.endedByPacket && form.form != ResetForm::Off);
    return open && ends && silence.lastHeard && silence.length >= trace.settings.idle
        && silence.length > minimumIdleRoundTrips * analysis.fullRoundTrip();
}

bool ResetContext::senderSpeaksAfter() const
{
    const SegmentRows& rows = flow(x).segments;
    for (auto row = rows.from(reset->row); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (!segment.flags.rst() && !segment.isCaptureDuplicate && segment.time - time > orderTolerance)
            return true;
    }
    return false;
}

bool ResetContext::isAnsweredByBox() const
{
    return isReply(form.form) && form.trigger && authenticity.tellsOnlyPlace() && !effect.continuation
        && !senderSpeaksAfter();
}

std::optional<LocatedSegment> lastRequestOf(const Connection& connection, Side side, PacketNumber before, Duration idle)
{
    DataBackwards own(connection.flow(side).segments, before);
    DataBackwards other(connection.flow(otherSide(side)).segments, before);
    while (own.current()) {
        const Segment candidate = *own.current();
        const uint32_t row = own.row();
        own.next();
        other.goBefore(candidate.frame);
        const std::optional<Segment>& mine = own.current();
        const std::optional<Segment>& theirs = other.current();
        if (mine && mine->dataBegin() == candidate.dataBegin() && mine->payloadLength == candidate.payloadLength)
            continue; // sent again: it began with the first
        const bool isFirst = !mine && !theirs;
        const Timestamp previous
            = std::max(mine ? mine->time : Timestamp::min(), theirs ? theirs->time : Timestamp::min());
        const bool keepsAlive
            = candidate.payloadLength < shortestRequest && !isFirst && candidate.time - previous >= idle;
        if (!candidate.isTlsAlert && !keepsAlive)
            return LocatedSegment{side, row, candidate};
    }
    return std::nullopt;
}

StackHint stackHintOf(const Flow& flow)
{
    constexpr uint8_t linuxOrder[] = {2, 4, 8};                // MSS, SACK, timestamps
    constexpr uint8_t linuxWithoutSack[] = {2, 1, 1, 8};       // Linux pads with NOPs where SACK stood
    constexpr uint8_t linuxWithoutTime[] = {2, 1, 1, 4, 1, 3}; // and puts the window scale last
    constexpr uint8_t windowsOrder[] = {2, 1, 3, 1, 1, 4};
    constexpr size_t fewestTelling = 5; ///< shorter lists are alike in several stacks
    if (!flow.synOptions)
        return StackHint::None;
    const SynOptions& syn = *flow.synOptions;
    const bool isReduced = (!syn.sackPermitted && beginsWith(syn, linuxWithoutSack))
        || (!syn.timestamps && beginsWith(syn, linuxWithoutTime)); // OpenBSD's list begins like that, and goes on
    if (beginsWith(syn, linuxOrder) || isReduced)
        return StackHint::Linux;
    if (beginsWith(syn, windowsOrder))
        return StackHint::Windows;
    return syn.orderLength < fewestTelling ? StackHint::None : StackHint::Other;
}

ResetContext buildResetContext(
    const TraceContext& trace, const Connection& connection, const Analysis& analysis, const LocatedSegment& reset)
{
    ResetContext context{trace, connection, analysis, vantageOf(trace, connection, analysis), reset, reset.side,
        otherSide(reset.side), reset.segment.time, {}, {}, Phase::Open, {}, {}, {}, {}, {}, {}, Mechanism::None, {},
        {}};
    context.atReset = stateBefore(connection, analysis, reset.segment.frame);
    context.form = classifyReset(connection, analysis, reset, context.atReset);
    context.effect = findEffect(connection, analysis, reset, context.atReset);
    context.phase = phaseAt(connection, context.atReset, reset.segment.frame);
    context.authenticity = judgeAuthenticity(trace, connection, analysis, reset, context.form, context.atReset);
    if (!context.isForged()) // what a victim says when it is asked back is no retry of the forger's
        context.effect = withRetry(connection, analysis, reset, context.effect);
    const bool answers = isReply(context.form.form) && context.form.trigger;
    const Segment& moment = answers ? context.form.trigger->segment : reset.segment;
    context.momentFrame = moment.frame;
    context.moment = moment.time;
    complete(context);
    context.mechanism = findMechanism(context);
    context.silence = findSilence(context);
    return context;
}

ResetContext buildDeathContext(const TraceContext& trace, const Connection& connection, const Analysis& analysis)
{
    ResetContext context{trace, connection, analysis, vantageOf(trace, connection, analysis), std::nullopt,
        Side::Client, Side::Server, trace.trace->capture.lastTime, {}, {}, Phase::Open, {}, {}, {}, {}, {}, {},
        Mechanism::None, {}, {}};
    context.momentFrame = PacketNumber(UINT32_MAX);
    context.moment = context.time;
    context.atReset = stateBefore(connection, analysis, context.momentFrame);
    context.phase = phaseAt(connection, context.atReset, context.momentFrame);
    complete(context);
    if (context.trouble) {
        context.x = context.trouble->sender;
        context.y = otherSide(context.x);
    }
    context.mechanism = findMechanism(context);
    return context;
}

} // namespace whyrst
