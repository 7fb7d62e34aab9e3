#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace whyrst {

namespace {

constexpr StreamOffset afterSyn{1}; ///< ISN + 1
constexpr size_t mostLookedAt = 32; ///< resets: those of a scan come thick, and a flood of one service has millions

/// A connection of the same source that never got further than its SYN: refused, or given up when it was agreed to.
bool isAttempt(const ResetContext& reset, const Connection& other, Side from)
{
    if (other.client.address != reset.connection.client.address)
        return false;
    const bool noData = other.flow(Side::Client).payloadBytes + other.flow(Side::Server).payloadBytes == 0;
    const bool refused = from == Side::Server && other.flow(Side::Server).onlyResets;
    const bool abandoned = from == Side::Client && other.flow(Side::Server).synSeen();
    return noData && (refused || abandoned);
}

/// Whether the client tried many addresses and ports around this one.
bool isScan(const ResetContext& reset)
{
    std::set<std::pair<IpAddress, uint16_t>> targets;
    size_t lookedAt = 0;
    const auto addTarget = [&](const LocatedReset& found) {
        if (lookedAt == mostLookedAt)
            return false;
        targets.insert({found.connection.server.address, found.connection.server.port});
        return targets.size() < scanTargets;
    };
    const auto isWanted = [&](const Connection& other, Side from) {
        return ++lookedAt == mostLookedAt || isAttempt(reset, other, from);
    };
    visitResetsNear(reset, scanTime, addTarget, isWanted);
    return targets.size() >= scanTargets;
}

/// Whether the same client got another connection to the same service while this one was still opening.
bool otherCameFirst(const ResetContext& reset, const Opening& opening)
{
    const std::vector<const Connection*> others = neighboursOf(reset);
    return std::any_of(others.begin(), others.end(), [&](const Connection* other) {
        const bool sameService
            = other->client.address == reset.connection.client.address && other->server == reset.connection.server;
        const bool inBetween = other->firstTime >= opening.syn->segment.time && other->firstTime <= reset.time;
        const bool established = other->flow(Side::Server).synSeen() && other->flow(Side::Client).size() > 1
            && !other->flow(Side::Client).rstSeen;
        return sameService && inBetween && established;
    });
}

void addSubs(Evidence& evidence, const ResetContext& reset, const Opening& opening)
{
    const Duration wait = opening.synAck->segment.time - opening.syn->segment.time;
    evidence.fact("agreed_after_ns", wait);
    if (isScan(reset))
        evidence.sub("scan");
    else if (wait >= slowAnswer || otherCameFirst(reset, opening))
        evidence.sub("cancelled");
    if (std::abs(opening.syn->segment.ttl - reset.reset->segment.ttl) >= spoofedTtl)
        evidence.sub("spoofed");
}

} // namespace

std::optional<Diagnosis> explainHandshakeAbandoned(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && !reset.isForged() && reset.phase == Phase::Opening && reset.x == Side::Client
        && !reset.analysis.simultaneousOpen;
    const bool fromClient
        = fits && reset.reset->segment.seq == afterSyn && (isReply(reset.form.form) || isAbort(reset.form.form));
    if (!fromClient)
        return std::nullopt;
    const Opening opening = findOpening(reset);
    const bool agreed = opening.syn && opening.synAck && opening.synAck->segment.ack == afterSyn;
    if (!agreed || opening.thirdAck)
        return std::nullopt;
    Evidence evidence(reset, CauseId::HandshakeAbandoned, Confidence::Certain);
    evidence.harm(Harm::None).dataSender(Side::Client);
    evidence.add(Role::Syn, *opening.syn).add(Role::SynAck, *opening.synAck).addReset();
    if (!reset.isBrief) // a scan asks for millions
        addSubs(evidence, reset, opening);
    evidence.fact("given_up_after_ns", reset.time - opening.synAck->segment.time);
    evidence.excluded(CauseId::InvalidHandshake, "the SYN-ACK answers the SYN with the right number");
    evidence.excluded(CauseId::ConnectionRefused, "the server agreed");
    return evidence.take();
}

} // namespace whyrst
