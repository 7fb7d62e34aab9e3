#include "model/document/connection_contrast.h"

#include "model/charts/contrast_chart.h"
#include "model/charts/packet_order.h"

#include <algorithm>

namespace whyrst {

namespace {

/// A single packet has no length. Heuristic: some round trips of a long path.
constexpr Duration shortestSpan = std::chrono::milliseconds(100);

KnownConnection known(const ConnectionDetails& details)
{
    return {*details.open.trace, details.connection(), details.analysis, details.diagnosis};
}

} // namespace

ConnectionContrast::ConnectionContrast(Details good, Details bad)
    : m_details{std::move(good), std::move(bad)}
    , m_both{known(*m_details[0]), known(*m_details[1])}
    , m_divergence(findDivergence(m_both))
{
}

bool ConnectionContrast::isOneTrace() const
{
    return m_details[0]->open.trace == m_details[1]->open.trace;
}

ChartData ConnectionContrast::chart(Outcome outcome, Side flow) const
{
    ChartData chart = buildContrastChart(m_both.of(outcome), m_divergence, outcome, flow);
    chart.length = length();
    return chart;
}

ChartData ConnectionContrast::overlay(Side flow) const
{
    ChartData overlaid = chart(Outcome::Bad, flow);
    addBackdrop(overlaid, chart(Outcome::Good, flow), outcomeName(Outcome::Good));
    return overlaid;
}

std::optional<Duration> ConnectionContrast::timeOf(Outcome outcome, PacketNumber frame) const
{
    return PacketOrder(connection(outcome)).timeOf(frame);
}

Duration ConnectionContrast::length() const
{
    const auto lengthOf
        = [this](Outcome outcome) { return connection(outcome).lastTime - connection(outcome).firstTime; };
    return std::max(lengthOf(Outcome::Good), lengthOf(Outcome::Bad));
}

std::shared_ptr<const ConnectionContrast> contrastOf(
    const ConnectionContrast::Details& first, const ConnectionContrast::Details& second)
{
    return outcomeOfFirst(first->diagnosis, second->diagnosis) == Outcome::Good
        ? std::make_shared<const ConnectionContrast>(first, second)
        : std::make_shared<const ConnectionContrast>(second, first);
}

std::optional<TimeSpan> differenceSpan(const Difference& difference)
{
    std::optional<TimeSpan> span;
    for (const DifferencePlace& place : difference.places) {
        for (const std::optional<Duration>& since : {place.since, place.lastSince}) {
            if (since)
                span = span ? TimeSpan{std::min(span->begin, *since), std::max(span->end, *since)}
                            : TimeSpan{*since, *since};
        }
    }
    if (!span)
        return {};
    const Duration room = std::max(span->end - span->begin, shortestSpan) / 3;
    return TimeSpan{span->begin - room, span->end + room};
}

Side tellingDirection(const ConnectionContrast& contrast)
{
    const Difference* first = contrast.divergence().firstDifference();
    const bool isAboutData
        = first && first->flow && (first->kind == DifferenceKind::Loss || first->kind == DifferenceKind::DuplicateAcks);
    if (isAboutData)
        return *first->flow;
    const ConnectionDetails& bad = *contrast.details(Outcome::Bad);
    return storyDirection(bad.connection(), bad.diagnosis.primary());
}

} // namespace whyrst
