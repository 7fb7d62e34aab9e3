#include "model/diagnosis/authenticity.h"

#include "model/analysis/thresholds.h"
#include "model/number_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

namespace whyrst {

namespace {

constexpr int differentTtl = 2;
constexpr uint32_t manyPackets = 10; ///< a TTL one off counts only against so many constant ones
constexpr uint32_t ipIdSlack = 64;   ///< packets to other hosts in between
constexpr uint32_t rememberedWindows = 20;
constexpr Duration trainTime = std::chrono::seconds(1);
constexpr Duration goesOnSlack = std::chrono::milliseconds(100);
constexpr Duration causalRoundTrip = std::chrono::milliseconds(2);
constexpr uint32_t causalSamples = 3;
constexpr uint16_t genuineIpIdStep = 16;
constexpr Duration timestampLineSlack = std::chrono::milliseconds(10);
constexpr Duration timestampOffLine = std::chrono::seconds(1);

/// The genuine packets of the RST's side, up to some time after it.
struct Genuine
{
    std::vector<Segment> segments; ///< not RSTs, not capture duplicates, before the RST
    std::map<uint8_t, uint32_t> ttls;
    bool ipIdCounts = false; ///< increments from packet to packet
};

bool isSynAck(const Segment& segment)
{
    return segment.flags.syn() && segment.flags.ack();
}

Genuine collectGenuine(const TraceContext& context, const Connection& connection, const LocatedSegment& reset)
{
    constexpr uint32_t enough = 400; ///< the last packets decide; a long flow has no more to say
    Genuine genuine;
    const SegmentRows& rows = connection.flow(reset.side).segments;
    const uint32_t first = reset.row > enough ? reset.row - enough : 0;
    genuine.segments.reserve(reset.row - first);
    for (auto row = rows.from(first); !(row == rows.end()) && row.row() < reset.row; ++row) {
        const Segment segment = *row;
        if (!segment.flags.rst() && !segment.isCaptureDuplicate)
            genuine.segments.push_back(segment);
    }
    for (const Segment& segment : genuine.segments) {
        if (!segment.flags.syn() || genuine.segments.size() == 1)
            ++genuine.ttls[segment.ttl]; // the TTL of a SYN-ACK may be a SYN proxy's
    }
    if (genuine.segments.size() < fewPackets) {
        if (const HostFacts* host = context.host(connection.endpoint(reset.side).address))
            for (const auto& [ttl, packets] : host->ttls) {
                if (packets > 0)
                    genuine.ttls[ttl] += packets;
            }
    }
    uint32_t steps = 0;
    uint32_t small = 0;
    for (size_t index = 1; index < genuine.segments.size(); ++index) {
        if (isSynAck(genuine.segments[index - 1]))
            continue; // Linux gives SYN-ACKs the ID 0
        const auto step = static_cast<uint16_t>(genuine.segments[index].ipId - genuine.segments[index - 1].ipId);
        ++steps;
        small += genuine.segments[index].hasIpId && step > 0 && step <= ipIdSlack ? 1 : 0;
    }
    genuine.ipIdCounts = steps >= 2 && small * 10 >= steps * 8;
    return genuine;
}

uint32_t packetsIn(const std::map<uint8_t, uint32_t>& ttls)
{
    uint32_t packets = 0;
    for (const auto& [ttl, count] : ttls)
        packets += count;
    return packets;
}

void judgeTtl(Authenticity& result, const Genuine& genuine, const Segment& rst)
{
    const uint32_t packets = packetsIn(genuine.ttls);
    if (packets == 0)
        return;
    const auto nearest = std::min_element(genuine.ttls.begin(), genuine.ttls.end(),
        [&](const auto& a, const auto& b) { return std::abs(a.first - rst.ttl) < std::abs(b.first - rst.ttl); });
    const int difference = std::abs(nearest->first - rst.ttl);
    const bool isConstant = genuine.ttls.size() == 1;
    const auto finding = [&] {
        return "TTL " + std::to_string(rst.ttl) + ", while the host's other packets have "
            + std::to_string(nearest->first);
    };
    const bool otherClass = initialTtlOf(nearest->first) != initialTtlOf(rst.ttl);
    if ((difference >= differentTtl && isConstant && packets >= fewPackets)
        || (difference >= differentTtl && otherClass))
        result.tests.push_back({"auth-ttl", 3, finding()});
    else if (difference == 1 && isConstant && packets >= manyPackets)
        result.tests.push_back({"auth-ttl", 1, finding()});
}

/// A RST without ACK flag and without options or IP ID may answer a packet that was not captured: so do hosts without
/// the connection.
bool mayBeReply(const Segment& rst)
{
    return !rst.flags.ack() && !rst.hasTimestamps && rst.ipId == 0 && rst.rawWindow == 0;
}

void judgeIpId(Authenticity& result, const Genuine& genuine, const Segment& rst, bool isAborting)
{
    if (!rst.hasIpId || !genuine.ipIdCounts)
        return;
    const Segment& last = genuine.segments.back();
    const double seconds = std::max(0.0, toSeconds(rst.time - last.time));
    const auto first = std::find_if(
        genuine.segments.begin(), genuine.segments.end(), [](const Segment& segment) { return !isSynAck(segment); });
    const double span = toSeconds(last.time - first->time);
    const auto sent = static_cast<double>(static_cast<uint16_t>(last.ipId - first->ipId));
    const double rate = span > 0 ? sent / span : 0;
    const auto step = static_cast<double>(static_cast<uint16_t>(rst.ipId - last.ipId));
    if (step >= 1 && step <= ipIdSlack + rate * seconds)
        return;
    const std::string finding = "IP ID " + std::to_string(rst.ipId) + " after " + std::to_string(last.ipId);
    if (isAborting)
        result.tests.push_back({"auth-ipid", 2, finding});
    else if (rst.ipId != 0)
        result.tests.push_back({"auth-ipid", 1, finding});
}

/// Milliseconds per tick of the side's TSval, by its first and last genuine packet; nothing when it cannot be told.
std::optional<double> ticksPerSecond(const std::vector<Segment>& segments)
{
    if (segments.size() < 2)
        return std::nullopt;
    const Segment& first = segments.front();
    const Segment& last = segments.back();
    const double seconds = toSeconds(last.time - first.time);
    if (!first.hasTimestamps || !last.hasTimestamps || seconds < 0.05)
        return std::nullopt;
    return static_cast<double>(static_cast<int32_t>(last.timestamps.value - first.timestamps.value)) / seconds;
}

/// How far the RST's TSval lies off the line of the genuine ones.
std::optional<Duration> offTimestampLine(const Genuine& genuine, const Segment& rst)
{
    const auto rate = ticksPerSecond(genuine.segments);
    if (!rate || *rate <= 0 || !rst.hasTimestamps)
        return std::nullopt;
    const Segment& last = genuine.segments.back();
    const double expected = *rate * toSeconds(rst.time - last.time);
    const auto got = static_cast<double>(static_cast<int32_t>(rst.timestamps.value - last.timestamps.value));
    constexpr double limit = 1e9; // seconds; a clock that hardly ticks may be off by any time
    const double off = std::clamp((got - expected) / *rate, -limit, limit);
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(off));
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
    Authenticity& result, const Genuine& genuine, const Segment& rst, const Flow& flow, bool isAborting)
{
    const bool sentBefore = !genuine.segments.empty() && genuine.segments.back().hasTimestamps;
    const std::optional<bool> linux = isLinux(flow);
    if (!isAborting || !sentBefore || linux == false)
        return;
    const auto off = offTimestampLine(genuine, rst);
    const bool jumps = off && std::chrono::abs(*off) > timestampOffLine;
    if (!rst.hasTimestamps)
        result.tests.push_back(
            {"auth-timestamp", linux ? 2 : 1, "no timestamp option, which the host's other packets have"});
    else if (jumps)
        result.tests.push_back(
            {"auth-timestamp", linux ? 2 : 1, "timestamp " + humanDuration(*off) + " off the host's clock"});
}

void judgeWindow(Authenticity& result, const Genuine& genuine, const Segment& rst, ResetForm form)
{
    if (rst.rawWindow == 0 || genuine.segments.empty())
        return;
    if (isReply(form) && !rst.flags.ack()) { // a host without the connection has no window to offer
        result.tests.push_back({"auth-window", 1,
            "window " + std::to_string(rst.rawWindow) + ", where a host that does not know a connection sends 0"});
        return;
    }
    if (!isAbort(form))
        return;
    const size_t begin = genuine.segments.size() - std::min<size_t>(genuine.segments.size(), rememberedWindows);
    const bool known = std::any_of(genuine.segments.begin() + static_cast<std::ptrdiff_t>(begin),
        genuine.segments.end(), [&](const Segment& segment) { return segment.rawWindow == rst.rawWindow; });
    if (!known)
        result.tests.push_back(
            {"auth-window", 1, "window " + std::to_string(rst.rawWindow) + " was never advertised before"});
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
            {"auth-train", 3, std::to_string(others + 1) + " resets with different numbers at once"});
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
        result.tests.push_back({"auth-goes-on", isReply(form.form) ? 2 : 4, finding});
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
            result.tests.push_back({"auth-too-early", 5,
                "it came " + humanDuration(age) + " after the packet that it answers, sooner than the round trip of "
                    + humanDuration(roundTrip.minimum)});
            return;
        }
    }
}

void judgeMac(Authenticity& result, const Connection& connection, const LocatedSegment& reset)
{
    const Flow& flow = connection.flow(reset.side);
    const std::vector<MacChange>& changes = flow.rare->macChanges;
    const bool changesHere
        = std::any_of(changes.begin(), changes.end(), [&](const MacChange& change) { return change.row == reset.row; });
    if (reset.row == 0 || !changesHere)
        return;
    if (flow.mac != 0 && changes.front().row == reset.row)
        result.tests.push_back({"auth-mac", 1, "another Ethernet source address than the host's other packets"});
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
            result.tests.push_back({"auth-twin", 3, "both sides were reset " + humanDuration(apart) + " apart"});
            return;
        }
    }
}

void judgeBehind(Authenticity& result, const Analysis& analysis, const Genuine& genuine, const LocatedSegment& reset,
    const ConnectionState& state, ResetForm form)
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
        result.tests.push_back({"auth-behind", 2, "its number lies before data that was already sent"});
}

/// A filter resets whoever asks for a name, and lets others through to the same host.
void judgeContent(
    Authenticity& result, const TraceContext& context, const Connection& connection, const LocatedSegment& reset)
{
    constexpr uint32_t alikeNeeded = 3; // this one and two others
    const std::optional<RejectedRequest> request = requestRejectedBy(connection, reset);
    if (!request || !isRejection(connection, *request, reset)
        || !context.requests.answers(connection.endpoint(reset.side)))
        return;
    const uint32_t alike = context.requests.allRejected(request->name);
    if (alike >= alikeNeeded)
        result.tests.push_back({"auth-content", 2,
            "all " + groupedDigits(alike) + " connections that asked for " + request->name
                + " were reset at once, while the host answers those that ask for other names"});
}

void judgeGenuine(Authenticity& result, const Genuine& genuine, const Segment& rst)
{
    const auto known = genuine.ttls.find(rst.ttl);
    if (known == genuine.ttls.end() || genuine.segments.empty())
        return;
    const Segment& last = genuine.segments.back();
    const auto step = static_cast<uint16_t>(rst.ipId - last.ipId);
    const bool nextId = rst.hasIpId && genuine.ipIdCounts && step >= 1 && step <= genuineIpIdStep;
    const auto off = offTimestampLine(genuine, rst);
    const bool onLine = off && std::chrono::abs(*off) <= timestampLineSlack;
    if (nextId || onLine)
        result.tests.push_back({"auth-genuine", -4,
            nextId ? "TTL as before and IP ID " + std::to_string(last.ipId) + " -> " + std::to_string(rst.ipId)
                   : "TTL as before and its timestamp on the clock of its other packets"});
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
    const Genuine genuine = collectGenuine(context, connection, reset);
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
    judgeMac(result, connection, reset);
    judgeBehind(result, analysis, genuine, reset, state, form.form);
    judgeContent(result, context, connection, reset);
    judgeGenuine(result, genuine, rst);
    return result;
}

} // namespace whyrst
