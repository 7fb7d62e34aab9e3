#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <cstdlib>

namespace whyrst {

namespace {

constexpr auto retryTime = std::chrono::seconds(10); ///< RFC 3360: a retry without ECN follows at once

/// The RST came sooner than the host itself answers elsewhere in the trace.
bool cameTooSoon(const ResetContext& reset)
{
    const HostFacts* host = reset.trace.host(reset.connection.endpoint(reset.x).address);
    const Duration wait = reset.time - reset.form.trigger->segment.time;
    return host != nullptr && host->handshakeRoundTrip && wait < *host->handshakeRoundTrip / 2
        && *host->handshakeRoundTrip > orderTolerance;
}

/// The refused SYN asked for ECN, and one without it was accepted soon after (RFC 3360).
bool isAboutSynFlags(const ResetContext& reset)
{
    const Segment& syn = reset.form.trigger->segment;
    if (!syn.flags.ece() && !syn.flags.cwr())
        return false;
    const std::vector<const Connection*> others = neighboursOf(reset); // a scan with ECN asks for millions
    return std::any_of(others.begin(), others.end(), [&](const Connection* other) {
        const bool samePair
            = other->client.address == reset.connection.client.address && other->server == reset.connection.server;
        if (!samePair || other->flow(Side::Client).empty() || !other->flow(Side::Server).synSeen())
            return false;
        const Segment retry = other->flow(Side::Client).segments.at(0);
        const Duration later = retry.time - reset.time;
        return retry.flags.syn() && !retry.flags.ece() && later >= Duration() && later <= retryTime;
    });
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
    if (isAboutSynFlags(reset))
        evidence.sub("syn-flags");
    evidence.fact("refused_after_ns", reset.time - reset.form.trigger->segment.time);
    evidence.fact(
        "port", reset.connection.endpoint(reset.x).port, std::to_string(reset.connection.endpoint(reset.x).port));
    evidence.excluded(CauseId::HandshakeAbandoned, "the side that was asked sent the reset");
    return evidence.take();
}

} // namespace whyrst
