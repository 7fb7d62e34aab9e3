#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

/// What usually leaves so much room for an IP packet (diagnosis.md 4.11).
struct KnownLimit
{
    uint32_t bytes;
    const char* name;
};
constexpr std::array knownLimits = {
    KnownLimit{1280, "1,280 bytes, the least that IPv6 allows"},
    KnownLimit{1400, "1,400 bytes of many VPNs"},
    KnownLimit{1420, "1,420 bytes of WireGuard over IPv6"},
    KnownLimit{1440, "1,440 bytes of WireGuard over IPv4"},
    KnownLimit{1450, "1,450 bytes of VXLAN"},
    KnownLimit{1476, "1,476 bytes of GRE"},
    KnownLimit{1480, "1,480 bytes of IP in IP"},
    KnownLimit{1492, "1,492 bytes of PPPoE"},
};

/// The only known limit between what passed and what did not; null when there are none or several.
const KnownLimit* guessLimit(uint32_t passed, uint32_t stuck)
{
    const auto fits = [&](const KnownLimit& limit) { return limit.bytes >= passed && limit.bytes < stuck; };
    const auto* const found = std::find_if(knownLimits.begin(), knownLimits.end(), fits);
    return std::count_if(knownLimits.begin(), knownLimits.end(), fits) == 1 ? &*found : nullptr;
}

void addSizes(Evidence& evidence, const Trouble& trouble)
{
    evidence.fact("largest_passed", trouble.largestDelivered, bytesText(trouble.largestDelivered));
    evidence.fact("smallest_stuck", trouble.smallestStuck, bytesText(trouble.smallestStuck));
    evidence.fact("stuck_large", trouble.stuckLarge, groupedDigits(trouble.stuckLarge));
    if (const KnownLimit* limit = guessLimit(trouble.largestDelivered, trouble.smallestStuck))
        evidence.fact("limit_guess", limit->bytes, limit->name);
}

} // namespace

std::optional<Diagnosis> explainMtuBlackHole(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::MtuBlackHole)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const bool severalLarge = trouble.stuckLarge >= enoughLarge;
    Confidence confidence = severalLarge ? Confidence::Likely : Confidence::Possible;
    if (trouble.onlySmallCame)
        confidence = Confidence::Possible;
    if (trouble.isTooBigIgnored || (severalLarge && trouble.smallDelivered && !trouble.limitChanged))
        confidence = Confidence::Certain;
    Evidence evidence(reset, CauseId::MtuBlackHole, confidence);
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    if (trouble.limitChanged)
        evidence.sub("path-change");
    if (trouble.isTooBigIgnored)
        evidence.sub("ptb-ignored");
    if (!trouble.tooBig.empty()) {
        const IcmpEvent& last = reset.connection.icmpErrors()[trouble.tooBig.back()];
        evidence.addIcmp(Role::Ptb, trouble.tooBig);
        evidence.fact("icmp_sender", 0, toString(last.sender));
        evidence.fact("path_mtu", last.mtu, bytesText(last.mtu));
    }
    addStuckData(evidence, reset);
    addLaterDelivery(evidence, reset);
    addSizes(evidence, trouble);
    if (confidence != Confidence::Certain)
        evidence.possible(CauseId::SegmentBlackHole);
    evidence.excluded(CauseId::PathOutage, "the other side was still heard");
    return evidence.take();
}

} // namespace whyrst
