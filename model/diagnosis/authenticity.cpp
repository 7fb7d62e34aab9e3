#include "model/diagnosis/authenticity.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/genuine_packets.h"
#include "model/number_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace whyrst {

namespace {

constexpr Duration leastShown = std::chrono::milliseconds(1); ///< a clock that ticks in milliseconds tells no more

void judgeTtl(Authenticity& result, const GenuinePackets& genuine, const Segment& rst)
{
    const uint32_t packets = genuine.ttlPackets();
    if (packets == 0)
        return;
    const auto nearest = std::min_element(genuine.ttls.begin(), genuine.ttls.end(),
        [&](const auto& a, const auto& b) { return std::abs(a.first - rst.ttl) < std::abs(b.first - rst.ttl); });
    const int difference = std::abs(nearest->first - rst.ttl);
    const bool isConstant = genuine.ttls.size() == 1;
    const bool isFew = packets < fewPackets;
    result.ttlFits = isConstant && difference == 0 && !isFew;
    const auto finding = [&] {
        return "TTL " + std::to_string(rst.ttl) + ", while the host's other packets have "
            + std::to_string(nearest->first);
    };
    const bool otherClass = initialTtlOf(nearest->first) != initialTtlOf(rst.ttl);
    if (isFew && difference >= differentTtl && isConstant && otherClass)
        result.tests.push_back({"auth-ttl", points::ttlOfFew, finding()});
    else if (!isFew && difference >= differentTtl && (isConstant || otherClass))
        result.tests.push_back({"auth-ttl", points::ttl, finding()});
    else if (difference == 1 && isConstant && packets >= manyPackets)
        result.tests.push_back({"auth-ttl", points::ttlOffByOne, finding()});
}

/// A RST without ACK flag and without options or IP ID may answer a packet that was not captured: so do hosts without
/// the connection.
bool mayBeReply(const Segment& rst)
{
    return !rst.flags.ack() && !rst.hasTimestamps && rst.ipId == 0 && rst.rawWindow == 0;
}

void judgeIpId(Authenticity& result, const GenuinePackets& genuine, const Segment& rst, bool isAborting)
{
    if (!rst.hasIpId || !genuine.ipIdCounts)
        return;
    const Segment& last = genuine.segments.back();
    const auto step = static_cast<double>(static_cast<uint16_t>(rst.ipId - last.ipId));
    if (step >= 1 && step <= largestIpIdStep(genuine, rst))
        return;
    const std::string finding = "IP ID " + std::to_string(rst.ipId) + " after " + std::to_string(last.ipId);
    if (isAborting)
        result.tests.push_back({"auth-ipid", points::ipId, finding});
    else if (rst.ipId != 0)
        result.tests.push_back({"auth-ipid", points::ipIdOfReply, finding});
}

/// Linux by the order of its SYN options (p0f: mss,sok,ts,nop,ws); nothing without SYN.
std::optional<bool> isLinux(const Flow& flow)
{
    constexpr uint8_t linuxOrder[] = {2, 4, 8, 1, 3};
    if (!flow.synOptions)
        return std::nullopt;
    const SynOptions& syn = *flow.synOptions;
    return syn.orderLength >= sizeof linuxOrder && std::memcmp(syn.order.data(), linuxOrder, sizeof linuxOrder) == 0;
}

void judgeTimestamps(
    Authenticity& result, const GenuinePackets& genuine, const Segment& rst, const Flow& flow, bool isAborting)
{
    const bool sentBefore = !genuine.segments.empty() && genuine.segments.back().hasTimestamps;
    const std::optional<bool> linux = isLinux(flow);
    if (!isAborting || !sentBefore || linux == false)
        return;
    const int points = linux ? points::timestamp : points::timestampUnknownStack;
    const auto off = offTimestampLine(genuine, rst);
    const bool jumps = off && std::chrono::abs(*off) > timestampOffLine;
    if (!rst.hasTimestamps)
        result.tests.push_back({"auth-timestamp", points, "no timestamp option, which the host's other packets have"});
    else if (jumps)
        result.tests.push_back(
            {"auth-timestamp", points, "timestamp " + humanDuration(*off) + " off the host's clock"});
}

void judgeWindow(Authenticity& result, const GenuinePackets& genuine, const Segment& rst, ResetForm form)
{
    if (rst.rawWindow == 0 || genuine.segments.empty())
        return;
    if (isReply(form) && !rst.flags.ack()) { // a host without the connection has no window to offer
        result.tests.push_back({"auth-window", points::window,
            "window " + std::to_string(rst.rawWindow) + ", where a host that does not know a connection sends 0"});
        return;
    }
    if (!isAbort(form))
        return;
    const size_t begin = genuine.segments.size() - std::min<size_t>(genuine.segments.size(), rememberedWindows);
    const bool known = std::any_of(genuine.segments.begin() + static_cast<std::ptrdiff_t>(begin),
        genuine.segments.end(), [&](const Segment& segment) { return segment.rawWindow == rst.rawWindow; });
    if (!known)
        result.tests.push_back({"auth-window", points::window,
            "window " + std::to_string(rst.rawWindow) + " was never advertised before"});
}

/// RSTs of the same side within a second of `reset` and with other numbers, in capture order.
std::vector<Segment> trainOf(const Connection& connection, const LocatedSegment& reset)
{
    const SegmentRows& rows = connection.flow(reset.side).segments;
    std::vector<Segment> train;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        const bool near = std::chrono::abs(segment.time - reset.segment.time) <= trainTime;
        const bool differs = segment.seq != reset.segment.seq || segment.ack != reset.segment.ack;
        if (near && differs && row.row() != reset.row && segment.flags.rst() && !segment.isCaptureDuplicate)
            train.push_back(segment);
    }
    return train;
}

/// Several RSTs within a second, with differing numbers and without triggers of their own.
void judgeTrain(Authenticity& result, const Connection& connection, const LocatedSegment& reset)
{
    const std::vector<Segment> train = trainOf(connection, reset);
    if (train.empty())
        return;
    const SegmentRows& peer = connection.flow(otherSide(reset.side)).segments;
    uint32_t first = peer.lowerBound(train.front().frame);
    while (first > 0 && train.front().time - peer.at(first - 1).time <= trainTime)
        --first;
    std::map<StreamOffset, Timestamp> acknowledged; // when the peer said so last
    auto row = peer.from(first);
    uint32_t others = 0;
    for (const Segment& segment : train) {
        for (; !(row == peer.end()) && (*row).frame < segment.frame; ++row) {
            const Segment candidate = *row;
            if (candidate.flags.ack())
                acknowledged[candidate.ack] = candidate.time;
        }
        const auto trigger = acknowledged.find(segment.seq);
        others += trigger == acknowledged.end() || segment.time - trigger->second > trainTime ? 1 : 0;
    }
    if (others > 0)
        result.tests.push_back(
            {"auth-train", points::train, std::to_string(others + 1) + " resets with different numbers at once"});
}

/// X sends on, too late to have been on its way before the RST. However soon, it also counts after an ABORT that X
/// sends data from the RST's own number on, for an abort is the last that a TCP sends; and after a REPLY that X
/// acknowledges the data of the packet that the RST rejects, for then it had a connection.
void judgeGoesOn(Authenticity& result, const Connection& connection, const Analysis& analysis,
    const LocatedSegment& reset, const FormVerdict& form)
{
    const SegmentRows& rows = connection.flow(reset.side).segments;
    const Duration after = triggerWindow(analysis, reset.side) + goesOnSlack;
    const bool rejectsData = isReply(form.form) && form.trigger && form.trigger->segment.payloadLength > 0;
    for (auto row = rows.from(reset.row + 1); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        const bool speaks = !segment.flags.rst() && !segment.flags.syn() && !segment.isCaptureDuplicate;
        const bool takesData = rejectsData && segment.flags.ack() && segment.ack >= form.trigger->segment.end();
        const Duration later = segment.time - reset.segment.time;
        const bool sendsBeyond = isAbort(form.form) && segment.payloadLength > 0 && segment.seq >= reset.segment.seq
            && later > orderTolerance;
        if (!speaks || (later <= after && !takesData && !sendsBeyond))
            continue;
        const std::string finding = takesData ? "the host acknowledged the data that the reset rejects"
                                              : "the host went on sending " + humanDuration(later) + " later";
        result.tests.push_back(
            {"auth-goes-on", isReply(form.form) ? points::goesOnAfterReply : points::goesOnAfterAbort, finding});
        return;
    }
}

/// The RST knows something that its sender could learn only from a packet younger than the round trip.
void judgeCausality(Authenticity& result, const Connection& connection, const Analysis& analysis,
    const LocatedSegment& reset, const FormVerdict& form)
{
    const RoundTrip& roundTrip = analysis.flow(reset.side).roundTrip;
    if (roundTrip.samples < causalSamples || roundTrip.minimum < causalRoundTrip)
        return;
    const Segment& rst = reset.segment;
    const SegmentRows& peer = connection.flow(otherSide(reset.side)).segments;
    const auto limit = std::chrono::duration_cast<Duration>(roundTrip.minimum * nearlyRoundTrip);
    const uint32_t before = peer.lowerBound(rst.frame);
    for (uint32_t row = before; row-- > 0;) {
        const Segment q = peer.at(row);
        const Duration age = rst.time - q.time;
        if (age >= limit)
            return;
        const bool newAck = q.ack == rst.seq && form.trigger && form.trigger->segment.frame == q.frame && row > 0
            && peer.at(row - 1).ack < q.ack;
        const bool newData = rst.flags.ack() && q.payloadLength > 0 && rst.ack == q.end();
        if (newAck || newData) {
            result.tests.push_back({"auth-too-early", points::tooEarly,
                "it came " + humanDuration(age) + " after the packet that it answers, sooner than the round trip of "
                    + humanDuration(roundTrip.minimum)});
            return;
        }
    }
}

void judgeMac(Authenticity& result, const TraceContext& context, const Connection& connection,
    const LocatedSegment& reset, const GenuinePackets& genuine)
{
    const Flow& flow = connection.flow(reset.side);
    const std::vector<MacChange>& changes = flow.rare->macChanges;
    if (reset.row == 0 || flow.mac == 0 || changes.empty() || changes.front().row != reset.row)
        return;
    if (changes.front().vlan != flow.vlan)
        return; // ours: a host with interfaces in two VLANs may answer by the other one
    const bool onLink = isOnLink(context, flow, genuine);
    result.tests.push_back({"auth-mac", onLink ? points::macOnLink : points::macBehindRouter,
        std::string("another Ethernet source address than the host's other packets")
            + (onLink ? ", on the same link" : "")});
}

/// Resets to both sides at once: no stack answers a RST with a RST.
void judgeTwin(Authenticity& result, const Connection& connection, const Analysis& analysis,
    const LocatedSegment& reset, const FormVerdict& form)
{
    if (form.trigger)
        return;
    const Duration near = std::max<Duration>(orderTolerance,
        std::min(analysis.flow(Side::Client).roundTrip.minimum, analysis.flow(Side::Server).roundTrip.minimum));
    for (const Segment segment : connection.flow(otherSide(reset.side)).segments) {
        const Duration apart = std::chrono::abs(segment.time - reset.segment.time);
        if (segment.flags.rst() && !segment.isCaptureDuplicate && apart <= near) {
            result.tests.push_back(
                {"auth-twin", points::twin, "both sides were reset " + humanDuration(apart) + " apart"});
            return;
        }
    }
}

void judgeBehind(Authenticity& result, const Analysis& analysis, const GenuinePackets& genuine,
    const LocatedSegment& reset, const ConnectionState& state, ResetForm form)
{
    const Segment& rst = reset.segment;
    if (!(isAbort(form) || form == ResetForm::Off) || !rst.flags.ack())
        return;
    StreamOffset highest{0};
    for (const Segment& segment : genuine.segments)
        highest = std::max(highest, segment.end());
    const SenderState& own = state.sender(reset.side);
    const bool atEdge = own.edgeKnown && (rst.seq == own.edge || rst.seq == own.sndUna) && own.sndNxt > own.edge;
    if (!genuine.segments.empty() && rst.seq < highest && !atEdge && analysis.handshakeSeen)
        result.tests.push_back({"auth-behind", points::behind, "its number lies before data that was already sent"});
}

/// A filter resets whoever asks for a name, and lets others through to the same host.
void judgeContent(
    Authenticity& result, const TraceContext& context, const Connection& connection, const LocatedSegment& reset)
{
    const std::optional<RejectedRequest> request = requestRejectedBy(connection, reset);
    if (!request || !isRejection(connection, *request, reset)
        || !context.requests.answers(connection.endpoint(reset.side)))
        return;
    const uint32_t alike = context.requests.allRejected(request->name);
    if (alike >= requestsAlike)
        result.tests.push_back({"auth-content", points::content,
            "all " + groupedDigits(alike) + " connections that asked for " + request->name
                + " were reset at once, while the host answers those that ask for other names"});
}

void judgeGenuine(Authenticity& result, const GenuinePackets& genuine, const Segment& rst)
{
    if (!genuine.ttls.contains(rst.ttl) || genuine.segments.empty())
        return;
    const Segment& last = genuine.segments.back();
    const auto step = static_cast<uint16_t>(rst.ipId - last.ipId);
    const bool nextId = rst.hasIpId && genuine.ipIdCounts && step >= 1 && step <= genuineIpIdStep;
    const auto off = offTimestampLine(genuine, rst);
    const bool onLine = off && std::chrono::abs(*off) <= timestampLineSlack;
    if (!nextId && !onLine)
        return;
    std::string finding = "TTL " + std::to_string(rst.ttl) + " as before";
    if (nextId)
        finding += ", IP ID " + std::to_string(last.ipId) + " -> " + std::to_string(rst.ipId);
    if (onLine)
        finding += ", timestamp as predicted within " + humanDuration(std::max(leastShown, std::chrono::abs(*off)));
    result.tests.push_back({"auth-genuine", points::genuine, std::move(finding)});
}

} // namespace

int initialTtlOf(int ttl)
{
    return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

int Authenticity::score() const
{
    int sum = 0;
    for (const AuthenticityTest& test : tests)
        sum += test.points;
    return sum;
}

int Authenticity::suspicion() const
{
    int sum = 0;
    for (const AuthenticityTest& test : tests)
        sum += std::max(0, test.points);
    return sum;
}

bool Authenticity::has(const char* id) const
{
    return std::any_of(tests.begin(), tests.end(), [&](const auto& test) { return std::strcmp(test.id, id) == 0; });
}

bool Authenticity::tellsOnlyPlace() const
{
    return std::all_of(tests.begin(), tests.end(), [](const AuthenticityTest& test) {
        const std::string id = test.id;
        return id == "auth-ttl" || id == "auth-too-early" || id == "auth-mac";
    });
}

std::string Authenticity::strongest() const
{
    const auto best = std::max_element(
        tests.begin(), tests.end(), [](const auto& a, const auto& b) { return a.points < b.points; });
    return best == tests.end() || best->points <= 0 ? std::string() : best->finding;
}

Authenticity judgeAuthenticity(const TraceContext& context, const Connection& connection, const Analysis& analysis,
    const LocatedSegment& reset, const FormVerdict& form, const ConnectionState& state)
{
    Authenticity result;
    const GenuinePackets genuine = collectGenuine(context, connection, reset);
    const Segment& rst = reset.segment;
    judgeTtl(result, genuine, rst);
    const bool isAborting = isAbort(form.form) && !mayBeReply(rst);
    const bool isTimed = !analysis.clockStep; // diagnosis.md 2.9: times tell nothing across a step of the clock
    if (isTimed) {
        judgeIpId(result, genuine, rst, isAborting);
        judgeTimestamps(result, genuine, rst, connection.flow(reset.side), isAborting);
    }
    judgeWindow(result, genuine, rst, form.form);
    if (isTimed) {
        judgeTrain(result, connection, reset);
        judgeGoesOn(result, connection, analysis, reset, form);
        judgeCausality(result, connection, analysis, reset, form);
        judgeTwin(result, connection, analysis, reset, form);
    }
    judgeMac(result, context, connection, reset, genuine);
    judgeBehind(result, analysis, genuine, reset, state, form.form);
    judgeContent(result, context, connection, reset);
    judgeGenuine(result, genuine, rst);
    return result;
}

} // namespace whyrst
