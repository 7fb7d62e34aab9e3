#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace whyrst {

namespace {

/// The RST came sooner than the host itself answers elsewhere in the trace.
bool cameTooSoon(const ResetContext& reset)
{
    const HostFacts* host = reset.trace.host(reset.connection.endpoint(reset.x).address);
    const Duration wait = reset.time - reset.form.trigger->segment.time;
    return host != nullptr && host->handshakeRoundTrip && wait < *host->handshakeRoundTrip / 2
        && *host->handshakeRoundTrip > orderTolerance;
}

/// What boxes that reset what they do not know may stumble over in a SYN: ECN, or an option that few SYNs carry.
struct Unusual
{
    bool isEcn = false;
    std::vector<uint8_t> options;

    bool empty() const { return !isEcn && options.empty(); }
};

Unusual unusualIn(const Segment& syn, const std::optional<SynOptions>& options)
{
    constexpr std::array<uint8_t, 6> usual{0, 1, 2, 3, 4, 8}; // RFC 9293 3.1, RFC 7323, RFC 2018
    Unusual unusual;
    unusual.isEcn = syn.flags.ece() || syn.flags.cwr();
    if (!options)
        return unusual;
    for (size_t index = 0; index < options->orderLength; ++index) {
        if (std::ranges::find(usual, options->order[index]) == usual.end())
            unusual.options.push_back(options->order[index]);
    }
    return unusual;
}

std::string nameOf(const Unusual& unusual)
{
    if (unusual.isEcn)
        return "ECN";
    switch (unusual.options.front()) {
    case 19: // RFC 2385
        return "the MD5 option";
    case 28: // RFC 5482
        return "the user timeout option";
    case 29: // RFC 5925
        return "the authentication option";
    case 30: // RFC 8684
        return "Multipath TCP";
    case 34: // RFC 7413
        return "TCP Fast Open";
    default:
        return "TCP option " + std::to_string(unusual.options.front());
    }
}

/// What was unusual in the refused SYN, when one without it was accepted soon after (RFC 3360).
std::optional<Unusual> refusedForFlags(const ResetContext& reset)
{
    const Unusual refused = unusualIn(reset.form.trigger->segment, reset.flow(reset.y).synOptions);
    if (refused.empty())
        return std::nullopt;
    const std::vector<const Connection*> others = neighboursOf(reset); // a scan with ECN asks for millions
    const bool isAccepted = std::any_of(others.begin(), others.end(), [&](const Connection* other) {
        const bool samePair
            = other->client.address == reset.connection.client.address && other->server == reset.connection.server;
        if (!samePair || other->flow(Side::Client).empty() || !other->flow(Side::Server).synSeen())
            return false;
        const Segment retry = other->flow(Side::Client).segments.at(0);
        const Duration later = retry.time - reset.time;
        return retry.flags.syn() && unusualIn(retry, other->flow(Side::Client).synOptions).empty()
            && later >= Duration() && later <= retryWithout;
    });
    return isAccepted ? std::optional(refused) : std::nullopt;
}

} // namespace

std::optional<Diagnosis> explainConnectionRefused(const ResetContext& reset)
{
    const bool answered = reset.flow(reset.x).synSeen() && reset.flow(reset.x).segments.at(0).frame < reset.momentFrame
        && reset.flow(reset.x).segments.at(0).flags.ack();
    if (reset.form.form != ResetForm::Refuse || answered)
        return std::nullopt;
    const bool byPolicy = reset.authenticity.has("auth-ttl") || cameTooSoon(reset);
    Evidence evidence(reset, CauseId::ConnectionRefused, Confidence::Certain);
    std::vector<uint32_t> syns;
    const SegmentRows& rows = reset.flow(reset.y).segments;
    for (auto row = rows.begin(); !(row == rows.end()) && row.row() <= reset.form.trigger->row; ++row) {
        if ((*row).flags.syn() && !(*row).isCaptureDuplicate)
            syns.push_back(row.row());
    }
    evidence.addFolded(Role::Syn, reset.y, syns).add(Role::Rst, *reset.reset).harm(Harm::ConnectFailed);
    evidence.dataSender(reset.y);
    if (byPolicy)
        evidence.sub("policy");
    if (const std::optional<Unusual> refused = refusedForFlags(reset))
        evidence.sub("syn-flags")
            .fact("refused_option", refused->isEcn ? 0 : refused->options.front(), nameOf(*refused));
    evidence.fact("refused_after_ns", reset.time - reset.form.trigger->segment.time);
    evidence.fact(
        "port", reset.connection.endpoint(reset.x).port, std::to_string(reset.connection.endpoint(reset.x).port));
    evidence.excluded(CauseId::HandshakeAbandoned, "the side that was asked sent the reset");
    return evidence.take();
}

} // namespace whyrst
