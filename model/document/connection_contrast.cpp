#include "model/document/connection_contrast.h"

#include "model/charts/packet_order.h"

#include <algorithm>

namespace whyrst {

namespace {

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
