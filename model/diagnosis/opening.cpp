#include "model/diagnosis/opening.h"

#include "model/analysis/thresholds.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>

namespace whyrst {

namespace {

constexpr int mostResets = 1024;
constexpr int restOfTime = 32; ///< of so many resets that nobody wants one is read to see whether the time is over
constexpr uint32_t mostNeighbours = 256;
constexpr int mostRowsBack = 64; ///< keep-alives and acknowledgments that are read to find the last or first data

/// Whether `side` sent data shortly before the reset.
bool hasRecentData(const LocatedReset& reset, Side side, Duration idle)
{
    const SegmentRows& rows = reset.connection.flow(side).segments;
    uint32_t row = rows.lowerBound(reset.segment.frame);
    for (int left = mostRowsBack; left > 0 && row > 0; --left) {
        const Segment segment = rows.at(--row);
        if (reset.segment.time - segment.time >= idle)
            return false;
        if (segment.payloadLength > 0)
            return true;
    }
    return false;
}

/// When a flow began to send data; nothing when it did not soon.
std::optional<Timestamp> firstDataOf(const Flow& flow)
{
    const uint32_t rows = std::min<uint32_t>(flow.segments.size(), mostRowsBack);
    for (uint32_t row = 0; row < rows; ++row) {
        const Segment segment = flow.segments.at(row);
        if (segment.payloadLength > 0)
            return segment.time;
    }
    return std::nullopt;
}

/// Aborts by one client.
struct AbortCount
{
    std::set<ConnectionId> connections;
    std::set<Endpoint> services;
    bool someInUse = false;
};

AbortCount countAborts(const ResetContext& reset, Duration span)
{
    AbortCount count;
    const Duration idle = reset.trace.settings.idle;
    const auto add = [&](const LocatedReset& found) {
        const bool isNew = found.segment.flags.ack() && count.connections.insert(found.connection.id).second;
        if (isNew && count.services.size() < 2)
            count.services.insert(found.connection.server);
        count.someInUse = count.someInUse
            || (isNew && (hasRecentData(found, Side::Client, idle) || hasRecentData(found, Side::Server, idle)));
        return true;
    };
    visitResetsNear(reset, span, add, [&](const Connection& connection, Side from) {
        return from == Side::Client && connection.client.address == reset.connection.client.address;
    });
    return count;
}

} // namespace

Opening findOpening(const ResetContext& reset)
{
    Opening opening;
    LocatedSegment located;
    for (ConnectionWalk walk(reset.connection); walk.next(located);) {
        const Segment& segment = located.segment;
        if (reset.reset && segment.frame >= reset.reset->segment.frame)
            break;
        if (segment.flags.rst() || segment.isCaptureDuplicate)
            continue;
        const bool fromClient = located.side == Side::Client;
        if (fromClient && segment.flags.syn() && !opening.synAck)
            opening.syn = located;
        else if (!fromClient && segment.flags.syn() && segment.flags.ack() && !opening.synAck)
            opening.synAck = located;
        else if (!fromClient && segment.flags.syn() && segment.flags.ack() && opening.thirdAck)
            opening.synAcksAgain.push_back(located.row);
        else if (fromClient && opening.synAck && !opening.thirdAck && segment.flags.ack() && !segment.flags.syn())
            opening.thirdAck = located;
    }
    return opening;
}

void visitResetsNear(const ResetContext& reset, Duration span, const std::function<bool(const LocatedReset&)>& visit,
    const std::function<bool(const Connection&, Side)>& isWanted)
{
    const auto& resets = reset.trace.trace->resets;
    const auto own = std::ranges::lower_bound(resets, reset.reset->segment.frame, {}, &ResetRef::frame);
    bool isEnough = false;
    const auto visitFrom = [&](auto at, auto end) {
        for (int left = mostResets; left > 0 && at != end && !isEnough; --left, ++at) {
            const Connection& connection = reset.trace.trace->connection(at->connection);
            const bool wanted = !isWanted || isWanted(connection, at->from);
            if (!wanted && left % restOfTime != 0)
                continue;
            const Segment segment = connection.flow(at->from).segments.at(at->row);
            if (std::chrono::abs(segment.time - reset.time) > span)
                return;
            isEnough = wanted && !visit({connection, at->from, segment});
        }
    };
    visitFrom(own, resets.end());
    visitFrom(std::make_reverse_iterator(own), resets.rend());
}

uint32_t resetsOfSameService(const ResetContext& reset, Duration span)
{
    std::set<ConnectionId> same;
    const Endpoint& service = reset.connection.endpoint(reset.x);
    const size_t enough = reset.isBrief ? processExitCount : 2 * mostResets; // nobody reads how many more
    const auto count = [&](const LocatedReset& found) {
        if (found.segment.flags.ack())
            same.insert(found.connection.id);
        return same.size() < enough;
    };
    visitResetsNear(reset, span, count,
        [&](const Connection& connection, Side from) { return connection.endpoint(from) == service; });
    return static_cast<uint32_t>(same.size());
}

bool reactsOnArrival(const ResetContext& reset)
{
    const ReceiverState& receiver = reset.atReset.receiver(reset.x);
    const Segment& rst = reset.reset->segment;
    const bool hasNoWindow = receiver.windowSeen && receiver.lastRawWindow > 0 && rst.rawWindow == 0;
    if (!hasNoWindow || !rst.flags.ack() || !receiver.ackSeen || rst.ack <= receiver.lastAck)
        return false;
    const SentRange* newest = reset.atReset.sender(reset.y).rangeAt(rst.ack - 1);
    const Duration roundTrip = reset.flowAnalysis(reset.x).roundTrip.minimum;
    return newest != nullptr && reset.time - newest->lastTime - roundTrip <= orderTolerance;
}

bool endsProcess(const ResetContext& reset)
{
    return resetsOfSameService(reset, processExitTime) >= processExitCount && !reactsOnArrival(reset)
        && !serviceGoesOn(reset);
}

bool serviceGoesOn(const ResetContext& reset)
{
    const Endpoint& service = reset.connection.endpoint(reset.x);
    return std::ranges::any_of(neighboursOf(reset), [&](const Connection* other) {
        const bool isOlder = other->firstFrame < reset.reset->segment.frame && other->endpoint(reset.x) == service;
        const auto first = isOlder ? firstDataOf(other->flow(reset.x)) : std::nullopt;
        return first && *first - reset.time > processExitTime;
    });
}

AbortsAtOnce clientAbortsAtOnce(const ResetContext& reset)
{
    if (reset.x != Side::Client || !isAbort(reset.form.form))
        return {};
    const AbortCount atOnce = countAborts(reset, processExitTime);
    if (atOnce.connections.size() < processExitCount || atOnce.services.size() < 2)
        return {};
    const size_t around = countAborts(reset, aroundAborts).connections.size();
    if (2 * atOnce.connections.size() < around)
        return {};
    return {static_cast<uint32_t>(atOnce.connections.size()), atOnce.someInUse};
}

std::vector<const Connection*> neighboursOf(const ResetContext& reset)
{
    const ConnectionStore& all = reset.trace.trace->connections;
    const uint32_t own = reset.connection.id.value;
    const auto count = static_cast<uint32_t>(all.size());
    std::vector<const Connection*> found;
    for (uint32_t id = own - std::min(own, mostNeighbours); id < count && id <= own + mostNeighbours; ++id) {
        if (id != own)
            found.push_back(&all[id]);
    }
    return found;
}

} // namespace whyrst
