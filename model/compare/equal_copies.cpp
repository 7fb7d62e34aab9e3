#include "model/compare/equal_copies.h"

#include <algorithm>
#include <limits>

namespace whyrst {

namespace {

constexpr size_t mostCombinations = 250'000; // comparison.md 3.4

std::vector<std::pair<size_t, size_t>> walkInOrder(size_t sent, size_t arrived, const LinkCost& cost)
{
    std::vector<std::pair<size_t, size_t>> links;
    size_t from = 0;
    for (size_t to = 0; to < arrived && from < sent; ++to) {
        if (cost(from, to))
            links.emplace_back(from++, to);
    }
    return links;
}

/// Least costs of the first `s` sent and `a` arrived members.
class Assignment
{
public:
    Assignment(size_t sent, size_t arrived, Duration omission, const LinkCost& cost)
        : m_width(arrived + 1)
        , m_costs((sent + 1) * m_width)
        , m_steps(m_costs.size())
        , m_omission(omission.count())
    {
        for (size_t s = 0; s <= sent; ++s) {
            for (size_t a = 0; a <= arrived; ++a)
                fill(s, a, cost);
        }
    }

    std::vector<std::pair<size_t, size_t>> links(size_t s, size_t a) const
    {
        std::vector<std::pair<size_t, size_t>> links;
        while (s > 0 || a > 0) {
            const Step step = m_steps[s * m_width + a];
            if (step == Step::Link)
                links.emplace_back(s - 1, a - 1);
            s -= step != Step::OmitArrived ? 1 : 0;
            a -= step != Step::OmitSent ? 1 : 0;
        }
        std::ranges::reverse(links);
        return links;
    }

private:
    enum class Step : uint8_t
    {
        Link,
        OmitSent,
        OmitArrived
    };

    void fill(size_t s, size_t a, const LinkCost& cost)
    {
        int64_t& best = m_costs[s * m_width + a];
        Step& step = m_steps[s * m_width + a];
        best = s == 0 && a == 0 ? 0 : std::numeric_limits<int64_t>::max();
        const auto offer = [&](size_t before, int64_t added, Step way) {
            if (m_costs[before] + added < best) {
                best = m_costs[before] + added;
                step = way;
            }
        };
        if (s > 0 && a > 0) {
            if (const auto price = cost(s - 1, a - 1))
                offer((s - 1) * m_width + a - 1, *price, Step::Link);
        }
        if (s > 0)
            offer((s - 1) * m_width + a, m_omission, Step::OmitSent);
        if (a > 0)
            offer(s * m_width + a - 1, m_omission, Step::OmitArrived);
    }

    size_t m_width;
    std::vector<int64_t> m_costs;
    std::vector<Step> m_steps;
    int64_t m_omission;
};

} // namespace

std::vector<std::pair<size_t, size_t>> assignInOrder(
    size_t sent, size_t arrived, Duration omission, const LinkCost& cost)
{
    if (sent * arrived > mostCombinations)
        return walkInOrder(sent, arrived, cost);
    return Assignment(sent, arrived, omission, cost).links(sent, arrived);
}

} // namespace whyrst
