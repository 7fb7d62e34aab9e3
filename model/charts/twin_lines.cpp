#include "model/charts/twin_lines.h"

#include <algorithm>
#include <set>

namespace whyrst {

namespace {

bool isOnTheWay(const Ladder& ladder, uint32_t relation, PairSpan view)
{
    const TwinTimes times = twinTimes(ladder, ladder.arrow(relation));
    return std::max(times.at[0], times.at[1]) >= view.begin && std::min(times.at[0], times.at[1]) <= view.end;
}

/// Collects relations whose packets are on their way during a view, until there is one more than can be drawn.
class LineCollector
{
public:
    LineCollector(const Ladder& ladder, PairSpan view)
        : m_ladder(ladder)
        , m_view(view)
    {
    }

    bool isFull() const { return m_lines.size() > mostTwinLines; }
    void add(uint32_t relation)
    {
        if (m_ladder.isPacket(relation) && isOnTheWay(m_ladder, relation, m_view))
            m_lines.push_back(relation);
    }
    std::vector<uint32_t> take() { return std::move(m_lines); }

private:
    const Ladder& m_ladder;
    PairSpan m_view;
    std::vector<uint32_t> m_lines;
};

} // namespace

TwinTimes twinTimes(const Ladder& ladder, const LadderArrow& arrow)
{
    const Duration usual = ladder.usualDelay(arrow.flow);
    TwinTimes times;
    times.at[sideIndex(arrow.flow)] = arrow.sent.value_or(arrow.time() - usual);
    times.at[sideIndex(otherSide(arrow.flow))] = arrow.arrived.value_or(arrow.time() + usual);
    return times;
}

std::vector<uint32_t> relationsOfFindings(const ConnectionPair& pair, std::span<const PacketRelation> relations)
{
    std::array<std::set<PacketNumber>, 2> frames;
    for (const CompareFinding& finding : pair.findings) {
        frames[0].insert(finding.clientFrames.begin(), finding.clientFrames.end());
        frames[1].insert(finding.serverFrames.begin(), finding.serverFrames.end());
    }
    std::vector<uint32_t> found;
    for (uint32_t index = 0; index < relations.size(); ++index) {
        if (frames[0].contains(relations[index].clientFrame) || frames[1].contains(relations[index].serverFrame))
            found.push_back(index);
    }
    return found;
}

std::vector<uint32_t> twinLinesIn(const Ladder& ladder, std::span<const uint32_t> told, PairSpan view)
{
    const size_t first = ladder.firstRelationAt(view.begin - ladder.reach());
    const size_t last = ladder.firstRelationAt(view.end + ladder.reach());
    LineCollector all(ladder, view);
    for (size_t relation = first; relation < last && !all.isFull(); ++relation)
        all.add(static_cast<uint32_t>(relation));
    if (!all.isFull())
        return all.take();
    LineCollector few(ladder, view);
    for (auto one = std::ranges::lower_bound(told, first); one != told.end() && *one < last && !few.isFull(); ++one)
        few.add(*one);
    std::vector<uint32_t> lines = few.take();
    lines.resize(std::min(lines.size(), mostTwinLines));
    return lines;
}

} // namespace whyrst
