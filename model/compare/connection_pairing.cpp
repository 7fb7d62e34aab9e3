#include "model/compare/connection_pairing.h"

#include "model/compare/common_values.h"
#include "model/compare/content_marks.h"
#include "model/compare/pair_choice.h"

#include <algorithm>
#include <array>
#include <future>
#include <unordered_map>

namespace whyrst {

namespace {

/// The connections that `ids` names and those of the doubtful pairs, rising.
std::vector<ConnectionId> openOnes(std::vector<ConnectionId> ids, const std::vector<DoubtfulConnections>& doubtful,
    ConnectionId DoubtfulConnections::*id)
{
    for (const DoubtfulConnections& couple : doubtful)
        ids.push_back(couple.*id);
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

/// The number that most places of equal content show; nothing when they do not agree.
std::array<std::optional<SeqNum>, 2> shiftsOf(const std::vector<SharedMark>& shared)
{
    std::array<std::unordered_map<uint32_t, size_t>, 2> votes;
    std::array<size_t, 2> voters{};
    for (const SharedMark& mark : shared) {
        if (mark.first.isRepeated || mark.second.isRepeated)
            continue;
        ++votes[sideIndex(mark.from)][mark.second.seq.value - mark.first.seq.value];
        ++voters[sideIndex(mark.from)];
    }
    constexpr size_t leastVotes = 2; // one place may be equal by accident
    std::array<std::optional<SeqNum>, 2> shifts;
    for (size_t side = 0; side < shifts.size(); ++side) {
        const auto most = std::ranges::max_element(votes[side], {}, [](const auto& vote) { return vote.second; });
        if (most != votes[side].end() && most->second >= leastVotes && 2 * most->second > voters[side])
            shifts[side] = SeqNum{most->first};
    }
    return shifts;
}

/// Looks at the content of what the other kinds of evidence left open (comparison.md 2.3), and decides again.
class ContentPairing
{
public:
    ContentPairing(const Trace& a, const Trace& b, const ConnectionPairing& before, Progress& progress)
    {
        const auto openA = withContent(a, openOnes(before.unmatchedA, before.doubtful, &DoubtfulConnections::a));
        const auto openB = withContent(b, openOnes(before.unmatchedB, before.doubtful, &DoubtfulConnections::b));
        if (openA.empty() || openB.empty())
            return;
        auto other = std::async(std::launch::async | std::launch::deferred,
            [&] { return readContentMarks(b, openB, pairingDone, progress); });
        m_marksA = readContentMarks(a, openA, pairingDone, progress);
        m_marksB = other.get();
    }

    bool hasBoth() const { return !m_marksA.all().empty() && !m_marksB.all().empty(); }
    const ContentMarks& ofA() const { return m_marksA; }
    const ContentMarks& ofB() const { return m_marksB; }

    void addShifts(ConnectionPairing& pairing) const
    {
        for (MatchedConnections& matched : pairing.matched) {
            if (matched.evidence.sameContents > 0)
                matched.contentShifts
                    = shiftsOf(sharedMarks(m_marksA.of(matched.a), m_marksB.of(matched.b), matched.isFlipped));
        }
    }

private:
    /// Those with enough data that equal content could pair them.
    static std::vector<ConnectionId> withContent(const Trace& trace, std::vector<ConnectionId> ids)
    {
        std::erase_if(ids, [&](ConnectionId id) {
            const Connection& connection = trace.connection(id);
            return connection.flow(Side::Client).payloadBytes + connection.flow(Side::Server).payloadBytes
                < leastContent;
        });
        return ids;
    }

    static constexpr double pairingDone = 0.1;     ///< of the whole work
    static constexpr uint64_t leastContent = 1024; ///< heuristic: one mark on average, and it takes at least two

    ContentMarks m_marksA;
    ContentMarks m_marksB;
};

} // namespace

ConnectionPairing pairConnections(
    const Trace& a, const Trace& b, const ConnectionCouples& byHand, const ConnectionCouples& apart, Progress& progress)
{
    CommonValues common(a, b);
    ConnectionPairing pairing = choosePairs(a, b, common.candidates(), byHand, apart, {});
    const ContentPairing contents(a, b, pairing, progress);
    if (!contents.hasBoth())
        return pairing;
    common.addContents(contents.ofA(), contents.ofB());
    pairing = choosePairs(a, b, common.candidates(), byHand, apart, pairing.matched);
    contents.addShifts(pairing);
    return pairing;
}

} // namespace whyrst
