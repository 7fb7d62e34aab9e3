#include "model/diagnosis/evidence.h"
#include "model/diagnosis/genuine_packets.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

namespace whyrst {

namespace {

constexpr StreamOffset afterSyn{1}; ///< ISN + 1

/// What is wrong with the SYN-ACK.
enum class Fault
{
    None,
    WrongAck,      ///< acknowledges another number than the SYN's
    WrongAckThere, ///< ... where the client is: the RST repeats a number that was not in the SYN-ACK here
    Unsolicited,   ///< nobody asked
    Forged,        ///< somebody else asked in the client's name
    Timestamp,     ///< echoes a timestamp that was not sent
};

/// The SYN-ACK that the RST answers; nothing when it answers something else.
std::optional<LocatedSegment> answeredSynAck(const ResetContext& reset, const Opening& opening)
{
    const auto& trigger = reset.form.trigger;
    if (trigger && trigger->segment.flags.syn() && trigger->segment.flags.ack())
        return trigger;
    const bool bare = !reset.reset->segment.flags.ack() && !trigger;
    return bare && reset.form.form == ResetForm::Off ? opening.synAck : std::nullopt;
}

bool isFromOtherHost(const Segment& syn, const Segment& reset)
{
    return std::abs(syn.ttl - reset.ttl) >= spoofedTtl;
}

/// Whether SYN and RST were sent by one card on the link of the capture, which no router shares: then the host of the
/// RST made the SYN itself, whatever TTL it wrote into it. Port scanners write any.
bool isFromSameCard(const ResetContext& reset)
{
    const Flow& client = reset.flow(Side::Client);
    return client.mac != 0 && client.rare->macChanges.empty() && isInitialTtl(reset.reset->segment.ttl)
        && !reset.trace.sharedMacs.contains(client.mac);
}

/// Whether the client's SYNs to this service come from elsewhere than its resets: one host does not change its distance
/// with every SYN. A scanner that makes its own SYNs asks each service once, or from one distance.
bool isFlooded(const ResetContext& reset)
{
    std::set<ConnectionId> forged;
    std::set<uint8_t> distances;
    visitResetsNear(reset, backscatterTime, [&](const LocatedReset& found) {
        const Connection& other = found.connection;
        const Flow& client = other.flow(Side::Client);
        const bool sameAttempt = other.client.address == reset.connection.client.address
            && other.server == reset.connection.server && found.from == Side::Client && client.synSeen()
            && client.payloadBytes == 0 && found.segment.ttl == reset.reset->segment.ttl;
        const auto syn = sameAttempt ? std::optional(client.segments.at(0)) : std::nullopt; // others may have none
        if (syn && syn->flags.syn() && isFromOtherHost(*syn, found.segment)) {
            forged.insert(other.id);
            distances.insert(syn->ttl);
        }
        return forged.size() < backscatterCount || distances.size() < 2;
    });
    return forged.size() >= backscatterCount && distances.size() >= 2;
}

Fault faultOf(const ResetContext& reset, const Opening& opening, const Segment& synAck)
{
    if (!reset.flow(Side::Client).synSeen() || !opening.syn)
        return reset.form.form == ResetForm::Reply ? Fault::Unsolicited : Fault::None;
    const bool acceptable = synAck.ack >= afterSyn && synAck.ack <= opening.syn->segment.end(); // data in a SYN: TFO
    if (reset.form.form != ResetForm::Reply)
        return acceptable ? Fault::WrongAckThere : Fault::None;
    if (!acceptable)
        return Fault::WrongAck;
    const Segment& syn = opening.syn->segment;
    const bool strangeEcho = syn.hasTimestamps && synAck.hasTimestamps && synAck.timestamps.echo != syn.timestamps.value
        && synAck.timestamps.echo != 0
        && reset.flow(Side::Client).segments.at(0).timestamps.value != synAck.timestamps.echo;
    if (strangeEcho)
        return Fault::Timestamp;
    const bool otherHost = isFromOtherHost(syn, reset.reset->segment) && !isFromSameCard(reset);
    return otherHost && isFlooded(reset) ? Fault::Forged : Fault::None;
}

/// A SYN-ACK that nobody had asked for, to the same host or from the same source.
bool isUnsolicited(const ResetContext& reset, const LocatedReset& found)
{
    const Connection& other = found.connection;
    const bool related = other.client.address == reset.connection.client.address
        || other.server.address == reset.connection.server.address;
    return related && found.from == Side::Client && !other.flow(Side::Client).synSeen()
        && other.flow(Side::Server).synSeen();
}

/// Whether the capture would hold the SYN, had there been one.
bool wouldShowSyn(const ResetContext& reset, const Segment& synAck)
{
    if (synAck.time - reset.trace.trace->capture.firstTime >= longestConnect)
        return true;
    std::set<ConnectionId> unsolicited;
    visitResetsNear(reset, backscatterTime, [&](const LocatedReset& found) {
        if (isUnsolicited(reset, found))
            unsolicited.insert(found.connection.id);
        return unsolicited.size() < backscatterCount;
    });
    if (unsolicited.size() >= backscatterCount)
        return true;
    const std::vector<const Connection*> others = neighboursOf(reset);
    return std::any_of(others.begin(), others.end(), [&](const Connection* other) {
        return other->client.address == reset.connection.client.address && other->flow(Side::Client).synSeen()
            && other->flow(Side::Server).synSeen();
    });
}

const char* subOf(Fault fault)
{
    switch (fault) {
    case Fault::Unsolicited:
        return "unsolicited";
    case Fault::Forged:
        return "forged-syn";
    case Fault::Timestamp:
        return "timestamp";
    default:
        return "wrong-ack";
    }
}

Confidence confidenceOf(Fault fault, bool synWouldShow)
{
    if (fault == Fault::Unsolicited)
        return synWouldShow ? Confidence::Likely : Confidence::Possible;
    return fault == Fault::WrongAckThere || fault == Fault::Forged ? Confidence::Likely : Confidence::Certain;
}

} // namespace

std::optional<Diagnosis> explainInvalidHandshake(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && !reset.isForged() && reset.phase == Phase::Opening && reset.x == Side::Client
        && !reset.analysis.simultaneousOpen;
    if (!fits)
        return std::nullopt;
    const Opening opening = findOpening(reset);
    const std::optional<LocatedSegment> synAck = answeredSynAck(reset, opening);
    if (!synAck || opening.thirdAck)
        return std::nullopt;
    const Fault fault = faultOf(reset, opening, synAck->segment);
    if (fault == Fault::None)
        return std::nullopt;
    const bool synWouldShow = fault == Fault::Unsolicited && wouldShowSyn(reset, synAck->segment);
    Evidence evidence(reset, CauseId::InvalidHandshake, confidenceOf(fault, synWouldShow));
    const bool nobodyAsked = fault == Fault::Unsolicited || fault == Fault::Forged;
    evidence.sub(subOf(fault)).harm(nobodyAsked ? Harm::None : Harm::ConnectFailed);
    evidence.dataSender(Side::Client);
    if (opening.syn)
        evidence.add(Role::Syn, *opening.syn);
    evidence.add(Role::Trigger, *synAck).addReset();
    if (fault == Fault::Unsolicited && !synWouldShow)
        evidence.missing(Missing::StartedLate);
    const StreamOffset named = fault == Fault::WrongAckThere ? reset.reset->segment.seq : synAck->segment.ack;
    if (fault == Fault::WrongAck || fault == Fault::WrongAckThere)
        evidence.fact("off_by", named - afterSyn, bytesText(std::abs(named - afterSyn)));
    if (fault == Fault::WrongAckThere)
        evidence.sub("changed-on-the-way").possible(CauseId::HandshakeAbandoned);
    if (fault == Fault::Forged) {
        evidence.fact("syn_ttl", opening.syn->segment.ttl, std::to_string(opening.syn->segment.ttl));
        evidence.fact("reset_ttl", reset.reset->segment.ttl, std::to_string(reset.reset->segment.ttl));
        evidence.possible(CauseId::HandshakeAbandoned);
    }
    evidence.excluded(CauseId::PortReuse, "the packet that drew the reset is a SYN-ACK");
    return evidence.take();
}

} // namespace whyrst
