#include "model/compare/pair_evidence.h"

#include "model/number_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace whyrst {

namespace {

// Points: comparison.md 2.2.
constexpr int endpointPoints = 40;
constexpr int isnPoints = 40;
constexpr int pointsAHit = 12;
constexpr int mostNumberPoints = 60;
constexpr int mostSetPoints = 75;
constexpr double leastShare = 0.08;

double setPoints(uint32_t hits, uint32_t sampled)
{
    if (hits == 0 || sampled == 0)
        return 0;
    const double share = static_cast<double>(hits) / sampled;
    if (share <= leastShare)
        return 0;
    return std::min<double>(mostSetPoints, pointsAHit * static_cast<double>(hits))
        * std::sqrt(std::min(1.0, 2 * share));
}

std::string packetsWith(uint32_t number, const char* what)
{
    return counted(number, "packet") + " with " + what;
}

} // namespace

int PairEvidence::score() const
{
    double points = (sameEndpoints ? endpointPoints : 0) + isnPoints * sameIsns;
    points += std::min<double>(mostNumberPoints, pointsAHit * static_cast<double>(samePackets));
    points += setPoints(sameTimestamps, sampledTimestamps) + setPoints(sameSteps, sampledSteps);
    points += setPoints(sameContents, sampledContents);
    return static_cast<int>(points);
}

bool PairEvidence::hasNumbers() const
{
    return sameIsns > 0 || samePackets > 0 || setPoints(sameTimestamps, sampledTimestamps) > 0;
}

bool PairEvidence::hasContents() const
{
    return setPoints(sameContents, sampledContents) > 0;
}

bool PairEvidence::hasSteps() const
{
    return setPoints(sameSteps, sampledSteps) > 0;
}

bool PairEvidence::isCertain() const
{
    return kinds() > 1 && (hasNumbers() || hasSteps());
}

int PairEvidence::kinds() const
{
    return (sameEndpoints ? 1 : 0) + (sameIsns > 0 ? 1 : 0) + (samePackets > 0 ? 1 : 0)
        + (setPoints(sameTimestamps, sampledTimestamps) > 0 ? 1 : 0) + (hasSteps() ? 1 : 0) + (hasContents() ? 1 : 0);
}

std::string PairEvidence::text() const
{
    std::vector<std::string> parts;
    if (sameEndpoints)
        parts.emplace_back("addresses and ports agree");
    if (sameIsns > 0)
        parts.emplace_back(sameIsns > 1 ? "both initial sequence numbers agree" : "one initial sequence number agrees");
    if (samePackets > 0)
        parts.push_back(packetsWith(samePackets, "equal numbers"));
    else if (sameTimestamps > 0)
        parts.push_back(packetsWith(sameTimestamps, "equal timestamps"));
    else if (sameSteps > 0)
        parts.push_back(packetsWith(sameSteps, "equal numbers since the SYN"));
    if (sameContents > 0)
        parts.push_back(counted(sameContents, "place") + " of equal content");
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

} // namespace whyrst
