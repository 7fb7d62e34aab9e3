#include "model/compare/segment_pairing.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t medianWidth = 9;                   // comparison.md 3.4
constexpr Duration earlyBy = microseconds(50);      // comparison.md 3.3
constexpr Duration leastOvertake = milliseconds(2); // comparison.md 3.3
constexpr Duration leastPatience = seconds(1);      // comparison.md 3.3: a queue may fill
constexpr Duration together = milliseconds(1);      // heuristic: less than a full-size packet at 10 Mbit/s
constexpr size_t fewPairs = 50;                     ///< heuristic: one in fifty packets is faster than all before
constexpr size_t mostPairs = 1U << 16;
constexpr Timestamp never = Timestamp::max();

Duration delayOf(const WayPackets& way, const SurePair& pair)
{
    return way.arrived[pair.arrived].time - way.sent[pair.sent].time;
}

Duration medianAround(const std::vector<Duration>& delays, size_t index)
{
    const size_t half = medianWidth / 2;
    const size_t begin
        = std::min(index > half ? index - half : 0, delays.size() - std::min(delays.size(), medianWidth));
    const size_t count = std::min(medianWidth, delays.size() - begin);
    std::array<Duration, medianWidth> around{};
    std::copy_n(delays.begin() + static_cast<std::ptrdiff_t>(begin), count, around.begin());
    auto* const middle = around.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(around.begin(), middle, around.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

} // namespace

UsualDelay::UsualDelay(const WayPackets& way, const std::vector<SurePair>& sure, Duration bound)
    : m_bound(bound)
{
    // Some tell as much as all: the delays of neighbours are alike.
    const size_t every = 1 + sure.size() / mostPairs;
    std::vector<SurePair> pairs;
    for (size_t index = 0; index < sure.size(); index += every)
        pairs.push_back(sure[index]);
    std::ranges::stable_sort(pairs, {}, [&](const SurePair& pair) { return way.sent[pair.sent].time; });
    std::vector<Duration> delays;
    delays.reserve(pairs.size());
    for (const SurePair& pair : pairs)
        delays.push_back(delayOf(way, pair));
    m_pairs.resize(pairs.size());
    std::array<Timestamp, 2> earliest{never, never};
    for (size_t index = pairs.size(); index-- > 0;) {
        const Timestamp arrival = way.arrived[pairs[index].arrived].time;
        if (arrival < earliest[0])
            earliest = {arrival, earliest[0]};
        else
            earliest[1] = std::min(earliest[1], arrival);
        m_pairs[index] = {way.sent[pairs[index].sent].time, delays[index], medianAround(delays, index), earliest[1]};
    }
    if (delays.empty())
        return;
    std::ranges::sort(delays);
    m_least = delays.front();
    m_median = delays[delays.size() / 2];
    m_spread = delays[delays.size() * 9 / 10] - delays[delays.size() / 10];
    const Duration spread = delays[(delays.size() - 1) * 999 / 1000] - m_least;
    m_earliest = m_least - bound - earlyBy;
    if (delays.size() < fewPairs) // only causality is sure
        m_earliest = std::min(m_earliest, Duration(0)) - bound - leastOvertake;
    m_most = m_least + std::max({3 * spread, 4 * bound, Duration(leastPatience)});
}

Duration UsualDelay::at(Timestamp time) const
{
    if (m_pairs.empty())
        return m_median;
    const auto after = std::ranges::lower_bound(m_pairs, time, {}, &Entry::sent);
    if (after == m_pairs.begin())
        return after->usual;
    const auto before = after - 1;
    if (after == m_pairs.end() || time - before->sent < after->sent - time)
        return before->usual;
    return after->usual;
}

std::optional<Duration> UsualDelay::justBefore(Timestamp time) const
{
    const auto after = std::ranges::upper_bound(m_pairs, time, {}, &Entry::sent);
    if (after == m_pairs.begin() || time - (after - 1)->sent > together)
        return std::nullopt;
    return (after - 1)->delay;
}

bool UsualDelay::isPossible(Timestamp sent, Timestamp arrived) const
{
    const Duration delay = arrived - sent;
    return !isKnown() || (delay >= m_earliest && delay <= m_most);
}

bool UsualDelay::isOvertaken(Timestamp sent, Timestamp arrived) const
{
    const auto after = std::ranges::upper_bound(m_pairs, sent, {}, &Entry::sent);
    const Duration margin = std::max(Duration(leastOvertake), m_bound * 9 / 5);
    return after != m_pairs.end() && after->secondArrival != never && after->secondArrival < arrived - margin;
}

} // namespace whyrst
