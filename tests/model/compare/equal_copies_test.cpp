#include "model/compare/equal_copies.h"

#include <gtest/gtest.h>

#include <array>

namespace whyrst {

using namespace std::chrono_literals;

using Links = std::vector<std::pair<size_t, size_t>>;

TEST(EqualCopies, LostFirstSendAndDuplicateCostLessThanALateLink)
{
    // comparison.md 3.7: the same bytes sent at 1350.2 and 1393.7 ms, both arrivals at 1421.1; 27 ms is usual.
    const std::array<Duration, 2> sent{1350200us, 1393700us};
    const std::array<Duration, 2> arrived{1421100us, 1421200us};
    const auto cost
        = [&](size_t s, size_t a) -> std::optional<int64_t> { return std::abs((arrived[a] - sent[s] - 27ms).count()); };
    EXPECT_EQ(assignInOrder(2, 2, 7300us, cost), (Links{{1, 0}}));
}

TEST(EqualCopies, OneThatIsImpossibleIsLeftOut)
{
    const auto cost = [](size_t s, size_t a) -> std::optional<int64_t> {
        return s == 1 ? std::nullopt : std::optional<int64_t>(s > a ? 10 : 0);
    };
    EXPECT_EQ(assignInOrder(3, 2, 1ms, cost), (Links{{0, 0}, {2, 1}}));
}

TEST(EqualCopies, MillionsOfCombinationsAreWalkedInOrder)
{
    const auto cost = [](size_t, size_t) { return std::optional<int64_t>(0); };
    const Links links = assignInOrder(1000, 999, 1ms, cost);
    ASSERT_EQ(links.size(), 999U);
    EXPECT_EQ(links.back(), (std::pair<size_t, size_t>{998, 998}));
}

} // namespace whyrst
