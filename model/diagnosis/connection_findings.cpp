#include "model/diagnosis/connection_findings.h"

namespace whyrst {

std::vector<PacketNumber> ignoredResets(const std::vector<Diagnosis>& resets)
{
    std::vector<PacketNumber> frames;
    for (const Diagnosis& reset : resets) {
        if (reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Dropped)
            frames.push_back(reset.frame);
    }
    return frames;
}

Findings findingsOf(const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis)
{
    return findEpisodes(connection, analysis, ignoredResets(diagnosis.resets));
}

} // namespace whyrst
