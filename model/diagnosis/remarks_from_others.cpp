#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/remarks.h"
#include "model/diagnosis/same_bytes.h"
#include "model/diagnosis/words.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace whyrst {

namespace {

constexpr uint32_t mostRowsLookedAt = 64;                ///< of a flow for one question
constexpr Duration sameMoment = std::chrono::seconds(1); // diagnosis.md 4.8
constexpr uint32_t fewestResets = 2;                     ///< ours: one other reset may be chance

std::string number(size_t count)
{
    return groupedDigits(static_cast<int64_t>(count));
}

std::string otherConnections(size_t count)
{
    return number(count) + (count == 1 ? " other connection" : " other connections");
}

std::string packetText(PacketNumber frame)
{
    return "packet " + std::to_string(frame.value);
}

/// The side of `other` that this address is; nothing when it takes no part.
std::optional<Side> sideOf(const Connection& other, const IpAddress& address)
{
    if (other.server.address == address)
        return Side::Server;
    return other.client.address == address ? std::optional(Side::Client) : std::nullopt;
}

/// The first packet of [from, to) that is no RST, or that carries data when only such count. Gives up in a flood of
/// others.
std::optional<Segment> firstIn(const Flow& flow, PacketNumber from, PacketNumber to, bool withData = false)
{
    const uint32_t begin = flow.segments.lowerBound(from);
    for (uint32_t row = begin; row < std::min(flow.size(), begin + mostRowsLookedAt); ++row) {
        const Segment segment = flow.segments.at(row);
        if (segment.frame >= to)
            break;
        if (withData ? segment.payloadLength > 0 : !segment.flags.rst())
            return segment;
    }
    return std::nullopt;
}

/// On how many other connections a host answered and did not answer.
struct Meanwhile
{
    size_t answered = 0;
    size_t silent = 0;
};

Meanwhile lookAround(const ResetContext& reset, const IpAddress& address, PacketNumber from, PacketNumber to)
{
    Meanwhile meanwhile;
    for (const Connection* other : neighboursOf(reset)) {
        const std::optional<Side> host = sideOf(*other, address);
        if (!host || other->lastFrame < from || to < other->firstFrame)
            continue;
        if (firstIn(other->flow(*host), from, to))
            ++meanwhile.answered;
        else if (other->firstFrame < from && firstIn(other->flow(otherSide(*host)), from, to, true))
            ++meanwhile.silent;
    }
    return meanwhile;
}

/// Whether the receiver answered on other connections while it did not take these bytes.
void addMeanwhile(Diagnosis& diagnosis, const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    if (trouble.copies.size() < 2)
        return;
    const Side r = otherSide(trouble.sender);
    const IpAddress& address = reset.connection.endpoint(r).address;
    const PacketNumber from = reset.flow(trouble.sender).segments.at(trouble.copies[1]).frame;
    const Meanwhile meanwhile = lookAround(reset, address, from, reset.momentFrame);
    const std::string host = toString(address);
    std::string text;
    if (meanwhile.answered > 0 && meanwhile.silent > 0)
        text = "Meanwhile " + host + " answered on " + otherConnections(meanwhile.answered) + " and left "
            + number(meanwhile.silent) + " without an answer.";
    else if (meanwhile.answered > 0)
        text = "Meanwhile " + host + " answered on " + otherConnections(meanwhile.answered)
            + ": the host was up, and so was a path to it.";
    else if (meanwhile.silent > 0)
        text = capital(otherConnections(meanwhile.silent)) + " with " + host
            + " got no answer at that time either: it is the host or the path, not this connection alone.";
    if (!text.empty())
        diagnosis.remarks.push_back({"meanwhile", std::move(text), std::nullopt});
}

/// How much more patience would have been enough: the silent host's next packet, on any connection.
void addPatience(Diagnosis& diagnosis, const ResetContext& reset)
{
    if (diagnosis.cause != CauseId::PathOutage || reset.isDeath())
        return;
    constexpr PacketNumber end(UINT32_MAX);
    const Side r = otherSide(reset.trouble->sender);
    const IpAddress& address = reset.connection.endpoint(r).address;
    const PacketNumber from(reset.reset->segment.frame.value + 1);
    std::optional<Segment> next = firstIn(reset.flow(r), from, end);
    bool isOther = false;
    for (const Connection* other : neighboursOf(reset)) {
        const std::optional<Side> far = sideOf(*other, address);
        const std::optional<Segment> found = far ? firstIn(other->flow(*far), from, end) : std::nullopt;
        if (found && (!next || found->frame < next->frame)) {
            next = found;
            isOther = true;
        }
    }
    if (!next)
        return;
    diagnosis.remarks.push_back({"would-have-helped",
        toString(address) + " was heard again " + humanDuration(next->time - reset.time) + " after the end ("
            + packetText(next->frame) + (isOther ? ", on another connection" : "") + "): the outage was over by then.",
        next->frame});
}

/// How many connections were reset from the same host's side at the same moment.
void addMassReset(Diagnosis& diagnosis, const ResetContext& reset)
{
    const IpAddress& address = reset.connection.endpoint(reset.x).address;
    std::set<ConnectionId> others;
    const auto count = [&](const LocatedReset& found) { return others.insert(found.connection.id), true; };
    visitResetsNear(reset, sameMoment, count, [&](const Connection& other, Side from) {
        return other.id != reset.connection.id && other.endpoint(from).address == address;
    });
    if (others.size() < fewestResets)
        return;
    diagnosis.remarks.push_back({"mass-reset",
        otherConnections(others.size()) + " of " + toString(address)
            + " were reset from its side within a second of this one.",
        std::nullopt});
}

/// How many connections got a RST from the same distance, which is not that of the hosts whose addresses these bear: a
/// box between resets more than one (diagnosis.md 4.7).
void addSameBox(Diagnosis& diagnosis, const ResetContext& reset)
{
    constexpr Duration sameTime = std::chrono::hours(1); ///< heuristic: routes and boxes stay that long
    constexpr int otherDistance = 2;                     ///< diagnosis.md 2.4 A
    if (!reset.isForged() || !reset.authenticity.has("auth-ttl"))
        return;
    const uint8_t ttl = reset.reset->segment.ttl;
    std::set<ConnectionId> others;
    std::set<IpAddress> hosts;
    visitResetsNear(
        reset, sameTime,
        [&](const LocatedReset& found) {
            const Flow& flow = found.connection.flow(found.from);
            const std::optional<Segment> own = firstIn(flow, PacketNumber(1), found.segment.frame);
            if (own && found.segment.ttl == ttl && std::abs(own->ttl - ttl) >= otherDistance) {
                others.insert(found.connection.id);
                hosts.insert(found.connection.endpoint(found.from).address);
            }
            return true;
        },
        [&](const Connection& other, Side) { return other.id != reset.connection.id; });
    if (others.size() < fewestResets)
        return;
    diagnosis.remarks.push_back({"same-box",
        capital(otherConnections(others.size())) + " got resets with the same time to live (" + std::to_string(ttl)
            + "), in the name of " + counted(static_cast<int64_t>(hosts.size()), "host")
            + (hosts.size() == 1 ? " whose own packets have" : " whose own packets all have")
            + " another: probably the same box.",
        std::nullopt});
}

/// Connections to the same service before and after this one.
struct ServiceHistory
{
    const Connection* acceptedBefore = nullptr; ///< the last one
    const Connection* acceptedAfter = nullptr;  ///< the first one
    size_t refused = 0;                         ///< between this one and that
};

ServiceHistory historyOfService(const ResetContext& reset)
{
    ServiceHistory history;
    for (const Connection* other : neighboursOf(reset)) {
        if (!(other->server == reset.connection.server) || history.acceptedAfter != nullptr)
            continue;
        const bool isLater = other->firstTime > reset.time;
        const bool accepted = other->flow(Side::Server).synSeen();
        if (accepted && isLater)
            history.acceptedAfter = other;
        else if (accepted && other->firstFrame < reset.connection.firstFrame)
            history.acceptedBefore = other;
        else if (isLater && other->flow(Side::Server).rstSeen && other->flow(Side::Server).onlyResets)
            ++history.refused;
    }
    return history;
}

/// When the service accepted connections before and after it refused some.
void addRestart(Diagnosis& diagnosis, const ResetContext& reset)
{
    const ServiceHistory history = historyOfService(reset);
    const bool wasRefused = diagnosis.cause == CauseId::ConnectionRefused;
    if (!wasRefused && history.refused == 0)
        return; // the service was not down
    std::vector<std::string> sentences;
    if (wasRefused && history.acceptedBefore)
        sentences.push_back("The service had accepted a connection "
            + humanDuration(reset.time - history.acceptedBefore->firstTime) + " before ("
            + packetText(history.acceptedBefore->firstFrame) + ").");
    if (history.refused > 0)
        sentences.push_back("After this one the service refused " + otherConnections(history.refused) + ".");
    if (history.acceptedAfter)
        sentences.push_back(std::string("It accepted one ") + (wasRefused && !history.acceptedBefore ? "" : "again ")
            + humanDuration(history.acceptedAfter->firstTime - reset.time) + " later ("
            + packetText(history.acceptedAfter->firstFrame) + ").");
    if (sentences.empty())
        return;
    std::string text;
    for (const std::string& sentence : sentences)
        text += (text.empty() ? "" : " ") + sentence;
    diagnosis.remarks.push_back({"restart", std::move(text),
        history.acceptedAfter ? std::optional(history.acceptedAfter->firstFrame) : std::nullopt});
}

} // namespace

void addRemarksFromOthers(Diagnosis& diagnosis, const ResetContext& reset)
{
    if (isAboutStuckData(diagnosis.cause) && reset.trouble) {
        addMeanwhile(diagnosis, reset);
        addPatience(diagnosis, reset);
        addSameBytes(diagnosis, reset);
    }
    if (reset.isDeath())
        return;
    const bool byService = diagnosis.cause == CauseId::ApplicationAbort && reset.x == Side::Server;
    if (byService || diagnosis.cause == CauseId::ConnectionRefused)
        addRestart(diagnosis, reset);
    const bool isTold = std::ranges::find_if(diagnosis.subs, [](const std::string& sub) {
        return sub == "process-exit" || sub == "all-at-once";
    }) != diagnosis.subs.end();
    if (reset.phase != Phase::Opening && reset.effect.effect == ResetEffect::Accepted && !isTold)
        addMassReset(diagnosis, reset);
    addSameBox(diagnosis, reset);
}

} // namespace whyrst
