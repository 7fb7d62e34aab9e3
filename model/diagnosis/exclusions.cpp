#include "model/diagnosis/exclusions.h"

#include "model/diagnosis/words.h"
#include "model/number_text.h"

#include <algorithm>
#include <span>
#include <string>

namespace whyrst {

namespace {

/// What rules a cause out; nothing when nothing does.
using Observation = std::optional<std::string>;

std::string the(Side side)
{
    return std::string("the ") + sideName(side);
}

std::string packet(const Segment& segment)
{
    return "packet #" + std::to_string(segment.frame.value);
}

/// The first FIN of `side` before the RST.
std::optional<Segment> finOf(const ResetContext& reset, Side side)
{
    if (!reset.finBefore(side))
        return std::nullopt;
    for (const Segment segment : reset.flow(side).segments) {
        if (segment.flags.fin() && segment.frame < reset.reset->segment.frame)
            return segment;
    }
    return std::nullopt;
}

/// The test of who sent the RST with this id; null when it did not speak.
const AuthenticityTest* findTest(const ResetContext& reset, std::string_view id)
{
    const std::vector<AuthenticityTest>& tests = reset.authenticity.tests;
    const auto found = std::ranges::find_if(tests, [&](const AuthenticityTest& test) { return test.id == id; });
    return found == tests.end() ? nullptr : &*found;
}

bool isExactAbort(const ResetContext& reset)
{
    return reset.form.form == ResetForm::Abort && reset.reset->segment.flags.ack();
}

Observation againstInjection(const ResetContext& reset)
{
    const VantagePlace own = reset.x == Side::Client ? VantagePlace::Client : VantagePlace::Server;
    const bool isOutbound = reset.reset->segment.direction == HostDirection::Outbound;
    if (isOutbound && reset.vantage.onHost && reset.vantage.place == own)
        return "the capture on " + the(reset.x) + " marks it as sent by that host";
    const AuthenticityTest* genuine = findTest(reset, "auth-genuine");
    if (genuine == nullptr || reset.authenticity.suspicion() >= strongSign)
        return std::nullopt;
    return genuine->finding;
}

/// A host without the connection does not know its numbers: it repeats those of the packet that it answers.
Observation againstHalfOpen(const ResetContext& reset)
{
    if (!isExactAbort(reset) || reset.atReset.sender(reset.x).sndNxt <= StreamOffset{1})
        return std::nullopt;
    const Segment& rst = reset.reset->segment;
    return "it goes on where " + the(reset.x) + " was, at byte " + groupedDigits(rst.seq.value) + ", and acknowledges "
        + the(reset.y) + "'s bytes below " + groupedDigits(rst.ack.value) + ": its sender knew the connection";
}

/// Only the answer of a kernel repeats the number of the packet that it answers, without an ACK.
Observation againstAbort(const ResetContext& reset)
{
    if (const AuthenticityTest* goesOn = findTest(reset, "auth-goes-on"); goesOn != nullptr && reset.isForged())
        return goesOn->finding;
    if (const std::optional<Segment> fin = finOf(reset, reset.x))
        return the(reset.x) + " had closed in " + packet(*fin) + " before it";
    if (reset.form.form != ResetForm::Reply || !reset.form.trigger)
        return std::nullopt;
    return "it bears no ACK and the very number that " + packet(reset.form.trigger->segment)
        + " acknowledges: a kernel's answer, not a program's end";
}

Observation againstLateData(const ResetContext& reset)
{
    if (reset.finBefore(reset.x) || !reset.analysis.handshakeSeen)
        return std::nullopt; // a capture that starts late may have missed the FIN
    return the(reset.x) + " had sent no FIN before it";
}

Observation againstTeardown(const ResetContext& reset)
{
    for (const Side side : {Side::Client, Side::Server}) {
        const SenderState& sender = reset.atReset.sender(side);
        if (sender.hasOutstanding() && !reset.allDataAcknowledged(side))
            return bytesText(sender.flightSize()) + " of " + the(side) + " were not acknowledged";
    }
    if (!reset.analysis.handshakeSeen || reset.finBefore(Side::Client) || reset.finBefore(Side::Server))
        return std::nullopt;
    return "neither side had sent a FIN";
}

/// Nothing is stuck: neither a hole nor an outage.
Observation againstOutage(const ResetContext& reset)
{
    std::string sent;
    for (const Side side : {Side::Client, Side::Server}) {
        const SenderState& sender = reset.atReset.sender(side);
        if (!sender.started || sender.sndUna <= StreamOffset{1})
            continue;
        if (!reset.allDataAcknowledged(side))
            return std::nullopt;
        if (reset.flow(side).payloadBytes > 0)
            sent += (sent.empty() ? "" : " and ") + the(side) + "'s bytes below " + groupedDigits(sender.sndNxt.value);
    }
    return sent.empty() ? std::nullopt : Observation("all of " + sent + " had been acknowledged");
}

Observation againstClosedWindow(const ResetContext& reset)
{
    const ReceiverState& client = reset.atReset.receiver(Side::Client);
    const ReceiverState& server = reset.atReset.receiver(Side::Server);
    if (!client.windowSeen || !server.windowSeen || client.lastRawWindow == 0 || server.lastRawWindow == 0)
        return std::nullopt;
    const Side side = client.lastWindow < server.lastWindow ? Side::Client : Side::Server;
    const int64_t window = std::min(client.lastWindow, server.lastWindow);
    const bool isScaled = reset.flowAnalysis(side).windowShiftKnown;
    return "the last window of " + the(side) + " was " + (isScaled ? "" : "at least ") + bytesText(window);
}

Observation againstIdle(const ResetContext& reset)
{
    const Duration silence = reset.silence.length;
    if (!reset.silence.lastHeard || silence >= reset.trace.settings.idle)
        return std::nullopt;
    return "data passed " + humanDuration(silence) + " before (" + packet(reset.silence.lastHeard->segment)
        + "), and idle limits begin at " + humanDuration(reset.trace.settings.idle);
}

Observation againstWaiting(const ResetContext& reset)
{
    const Exchange& exchange = reset.exchange;
    if (!exchange.lastData || !exchange.requester || exchange.lastData->side == *exchange.requester)
        return std::nullopt;
    return "the last data was " + the(exchange.lastData->side) + "'s (" + packet(exchange.lastData->segment)
        + "): no request waited for its answer";
}

Observation againstUnread(const ResetContext& reset)
{
    if (!reset.analysis.handshakeSeen || reset.flow(reset.y).payloadBytes > 0
        || reset.flowAnalysis(reset.y).unseenAckedBytes > 0)
        return std::nullopt;
    return the(reset.y) + " had sent no data that could be unread";
}

Observation againstOverflow(const ResetContext& reset)
{
    if (reset.flow(Side::Server).synSeen())
        return std::nullopt;
    return "no SYN-ACK came before it";
}

Observation againstRefusal(const ResetContext& reset)
{
    if (!reset.flow(Side::Server).synSeen())
        return std::nullopt;
    const Segment synAck = reset.flow(Side::Server).segments.at(0);
    if (!synAck.flags.syn() || !synAck.flags.ack() || synAck.frame > reset.reset->segment.frame)
        return std::nullopt;
    return "the server had agreed in " + packet(synAck);
}

/// After the RST the connection went on.
Observation becauseItWentOn(const ResetContext& reset)
{
    if (!reset.effect.continuation)
        return std::nullopt;
    const Segment& next = reset.effect.continuation->segment;
    return the(reset.y) + " went on " + humanDuration(next.time - reset.time) + " later in " + packet(next);
}

struct Test
{
    CauseId cause;
    Observation (*against)(const ResetContext&);
};

/// The causes nearest to each answer, nearest first.
std::span<const Test> testsFor(CauseId answer)
{
    static constexpr std::array abort = std::to_array<Test>(
        {{CauseId::InjectedReset, againstInjection}, {CauseId::CloseWithUnreadData, againstUnread},
            {CauseId::HalfOpen, againstHalfOpen}, {CauseId::DataAfterClose, againstLateData},
            {CauseId::PathOutage, againstOutage}, {CauseId::IdleTimeout, againstIdle},
            {CauseId::ResponseTimeout, againstWaiting}, {CauseId::ZeroWindowStarvation, againstClosedWindow}});
    static constexpr std::array unread
        = std::to_array<Test>({{CauseId::InjectedReset, againstInjection}, {CauseId::HalfOpen, againstHalfOpen},
            {CauseId::IdleTimeout, againstIdle}, {CauseId::Teardown, againstTeardown}});
    static constexpr std::array closing
        = std::to_array<Test>({{CauseId::InjectedReset, againstInjection}, {CauseId::ApplicationAbort, againstAbort}});
    static constexpr std::array teardown = std::to_array<Test>({{CauseId::InjectedReset, againstInjection},
        {CauseId::ApplicationAbort, againstAbort}, {CauseId::PathOutage, againstOutage}});
    static constexpr std::array answers
        = std::to_array<Test>({{CauseId::InjectedReset, againstInjection}, {CauseId::ApplicationAbort, againstAbort},
            {CauseId::PathOutage, againstOutage}, {CauseId::IdleTimeout, againstIdle}});
    static constexpr std::array waiting
        = std::to_array<Test>({{CauseId::InjectedReset, againstInjection}, {CauseId::HalfOpen, againstHalfOpen},
            {CauseId::PathOutage, againstOutage}, {CauseId::DataAfterClose, againstLateData}});
    static constexpr std::array forged = std::to_array<Test>({{CauseId::ApplicationAbort, againstAbort},
        {CauseId::DataAfterClose, againstLateData}, {CauseId::Teardown, againstTeardown}});
    static constexpr std::array ignored = std::to_array<Test>({{CauseId::InjectedReset, againstInjection},
        {CauseId::ApplicationAbort, becauseItWentOn}, {CauseId::Teardown, againstTeardown}});
    static constexpr std::array refused = std::to_array<Test>(
        {{CauseId::AcceptQueueOverflow, againstOverflow}, {CauseId::InjectedReset, againstInjection}});
    static constexpr std::array opening = std::to_array<Test>(
        {{CauseId::ConnectionRefused, againstRefusal}, {CauseId::InjectedReset, againstInjection}});
    static constexpr std::array trouble
        = std::to_array<Test>({{CauseId::InjectedReset, againstInjection}, {CauseId::DataAfterClose, againstLateData}});
    switch (answer) {
    case CauseId::ApplicationAbort:
        return abort;
    case CauseId::CloseWithUnreadData:
        return unread;
    case CauseId::DataAfterClose:
        return closing;
    case CauseId::Teardown:
        return teardown;
    case CauseId::HalfOpen:
        return answers;
    case CauseId::IdleTimeout:
    case CauseId::KeepaliveTimeout:
    case CauseId::ResponseTimeout:
        return waiting;
    case CauseId::InjectedReset:
        return forged;
    case CauseId::IgnoredReset:
        return ignored;
    case CauseId::ConnectionRefused:
        return refused;
    case CauseId::AcceptQueueOverflow:
    case CauseId::InvalidHandshake:
    case CauseId::HandshakeAbandoned:
    case CauseId::PortReuse:
        return opening;
    case CauseId::Unknown:
        return {}; // what is possible is all that there is to say
    default:
        return trouble;
    }
}

bool isNamed(const Diagnosis& diagnosis, CauseId cause)
{
    return diagnosis.cause == cause
        || std::ranges::find(diagnosis.alternatives, cause, &Alternative::cause) != diagnosis.alternatives.end();
}

/// A strong sign against the host that what speaks for it outweighs leaves it open.
bool mayBeForged(const Diagnosis& diagnosis, const ResetContext& reset)
{
    return diagnosis.cause != CauseId::Unknown && !isNamed(diagnosis, CauseId::InjectedReset) && !reset.isForged()
        && reset.authenticity.suspicion() >= strongSign;
}

} // namespace

void addExclusions(Diagnosis& diagnosis, const ResetContext& reset)
{
    constexpr size_t enough = 5; // more are no longer near
    if (reset.isDeath())
        return;
    auto count = static_cast<size_t>(std::ranges::count_if(
        diagnosis.alternatives, [](const Alternative& each) { return !each.excludedBy.empty(); }));
    if (mayBeForged(diagnosis, reset))
        diagnosis.alternatives.push_back({CauseId::InjectedReset, Confidence::Possible, {}});
    for (const Test& test : testsFor(diagnosis.cause)) {
        if (isNamed(diagnosis, test.cause) || count >= enough)
            continue;
        if (Observation observation = test.against(reset)) {
            diagnosis.alternatives.push_back({test.cause, std::nullopt, std::move(*observation)});
            ++count;
        }
    }
}

} // namespace whyrst
