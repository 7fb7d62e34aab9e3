#include "model/compare/pair_choice.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

namespace whyrst {

namespace {

constexpr int acceptedScore = 60; // comparison.md 2.4
constexpr int doubtfulScore = 40; // comparison.md 2.4
constexpr double nearRival = 0.7; // comparison.md 2.4

/// The two best scores that a connection has.
struct BestScores
{
    int first = 0;
    int second = 0;
    uint32_t candidates = 0; ///< with at least the doubtful score

    void add(int score)
    {
        if (score > first)
            second = std::exchange(first, score);
        else
            second = std::max(second, score);
        candidates += score >= doubtfulScore ? 1 : 0;
    }
    /// The best score of the others.
    int rivalOf(int score) const { return score == first ? second : first; }
};

/// Chooses the pairs, the best first.
class Chooser
{
public:
    Chooser(const Trace& a, const Trace& b)
        : m_best{Rivals(a.connections.size()), Rivals(b.connections.size())}
        , m_bestOpen(m_best)
        , m_isTakenA(a.connections.size())
        , m_isTakenB(b.connections.size())
    {
    }

    void take(const Candidate& candidate, bool isByHand)
    {
        m_isTakenA[candidate.a.value] = m_isTakenB[candidate.b.value] = true;
        const bool isFlipped = candidate.evidence.otherSide > candidate.evidence.sameSide;
        m_pairing.matched.push_back({candidate.a, candidate.b, candidate.evidence, isFlipped, isByHand, {}});
    }

    void take(const MatchedConnections& matched)
    {
        m_isTakenA[matched.a.value] = m_isTakenB[matched.b.value] = true;
        m_pairing.matched.push_back(matched);
    }

    bool isFree(const Candidate& candidate) const
    {
        return !m_isTakenA[candidate.a.value] && !m_isTakenB[candidate.b.value];
    }

    /// Lists two connections that were parted and found nobody else.
    void addParted(const Candidate& candidate)
    {
        if (isFree(candidate))
            refuse(candidate, "parted by hand");
    }

    void choose(std::vector<Candidate> candidates)
    {
        for (const Candidate& candidate : candidates) {
            addTo(m_best, candidate);
            if (isFree(candidate))
                addTo(m_bestOpen, candidate);
        }
        std::ranges::stable_sort(candidates, std::greater(), &Candidate::score);
        for (const Candidate& candidate : candidates)
            decide(candidate);
        for (const Candidate& candidate : candidates)
            addPart(candidate);
    }

    ConnectionPairing finish()
    {
        std::ranges::sort(m_pairing.matched, {}, &MatchedConnections::a);
        addRest(m_isTakenA, m_pairing.unmatchedA);
        addRest(m_isTakenB, m_pairing.unmatchedB);
        return std::move(m_pairing);
    }

private:
    using Rivals = std::vector<BestScores>; ///< by connection

    static void addTo(std::array<Rivals, 2>& best, const Candidate& candidate)
    {
        best[0][candidate.a.value].add(candidate.score);
        best[1][candidate.b.value].add(candidate.score);
    }

    void decide(const Candidate& candidate)
    {
        if (!isFree(candidate) || candidate.score < doubtfulScore)
            return;
        // Content was looked at only where connections were open: what was paired before is no rival.
        const auto& best = candidate.evidence.hasContents() ? m_bestOpen : m_best;
        const BestScores& a = best[0][candidate.a.value];
        const BestScores& b = best[1][candidate.b.value];
        const int rival = std::max(a.rivalOf(candidate.score), b.rivalOf(candidate.score));
        if (candidate.score < acceptedScore)
            refuse(candidate, "only " + candidate.evidence.text());
        else if (rival > nearRival * candidate.score)
            refuse(candidate, "ambiguous: " + std::to_string(std::max(a.candidates, b.candidates)) + " candidates");
        else
            take(candidate, false);
    }

    void addPart(const Candidate& candidate)
    {
        const bool isTakenA = m_isTakenA[candidate.a.value];
        const bool isTakenB = m_isTakenB[candidate.b.value];
        if (candidate.evidence.samePackets == 0 || isTakenA == isTakenB)
            return;
        if (isTakenA)
            m_pairing.parts.push_back({candidate.a, candidate.b, true});
        else
            m_pairing.parts.push_back({candidate.b, candidate.a, false});
    }

    void refuse(const Candidate& candidate, std::string why)
    {
        m_isTakenA[candidate.a.value] = m_isTakenB[candidate.b.value] = true;
        m_pairing.doubtful.push_back({candidate.a, candidate.b, std::move(why)});
    }

    static void addRest(const std::vector<bool>& isTaken, std::vector<ConnectionId>& rest)
    {
        for (uint32_t id = 0; id < isTaken.size(); ++id) {
            if (!isTaken[id])
                rest.emplace_back(id);
        }
    }

    std::array<Rivals, 2> m_best;     ///< by capture
    std::array<Rivals, 2> m_bestOpen; ///< of connections that were not paired before
    std::vector<bool> m_isTakenA;
    std::vector<bool> m_isTakenB;
    ConnectionPairing m_pairing;
};

} // namespace

ConnectionPairing choosePairs(const Trace& a, const Trace& b, std::vector<Candidate> candidates,
    const ConnectionCouples& byHand, const ConnectionCouples& apart, const std::vector<MatchedConnections>& matched)
{
    const auto candidateOf = [&](const std::pair<ConnectionId, ConnectionId>& couple) {
        const auto known = std::ranges::find_if(candidates,
            [&](const Candidate& candidate) { return candidate.a == couple.first && candidate.b == couple.second; });
        return known == candidates.end() ? Candidate{couple.first, couple.second, {}, 0} : *known;
    };
    Chooser chooser(a, b);
    for (const MatchedConnections& pair : matched)
        chooser.take(pair);
    for (const auto& couple : byHand) {
        const Candidate chosen = candidateOf(couple);
        if (chooser.isFree(chosen))
            chooser.take(chosen, true);
    }
    std::vector<Candidate> parted;
    for (const auto& couple : apart)
        parted.push_back(candidateOf(couple));
    std::erase_if(candidates, [&](const Candidate& candidate) {
        return std::ranges::find(apart, std::pair(candidate.a, candidate.b)) != apart.end();
    });
    chooser.choose(std::move(candidates));
    for (const Candidate& candidate : parted)
        chooser.addParted(candidate);
    return chooser.finish();
}

} // namespace whyrst
