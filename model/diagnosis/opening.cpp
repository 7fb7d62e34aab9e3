#include "model/diagnosis/opening.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>

namespace whyrst {

namespace {

constexpr int mostResets = 1024;
constexpr int restOfTime = 32; ///< of so many resets that nobody wants one is read to see whether the time is over
constexpr uint32_t mostNeighbours = 256;

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
