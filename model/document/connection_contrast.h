// A good and a bad connection with what sets them apart: what travels to the window, to pictures and to commands.
#pragma once

#include "model/charts/chart_table.h"
#include "model/compare/divergence.h"
#include "model/document/session.h"

#include <array>
#include <memory>

namespace whyrst {

/// Two different connections, of one capture or of two. Neither copied nor moved: its parts refer to each other.
class ConnectionContrast
{
public:
    using Details = std::shared_ptr<const ConnectionDetails>;

    /// Linear in the segments of both.
    ConnectionContrast(Details good, Details bad);
    ConnectionContrast(const ConnectionContrast&) = delete;
    ConnectionContrast& operator=(const ConnectionContrast&) = delete;

    const Details& details(Outcome outcome) const { return m_details[outcomeIndex(outcome)]; }
    const Connection& connection(Outcome outcome) const { return details(outcome)->connection(); }
    const GoodAndBad& both() const { return m_both; }
    const Divergence& divergence() const { return m_divergence; }
    /// Whether both are connections of one and the same trace, so that a packet number names one packet.
    bool isOneTrace() const;

    /// The sequence chart of one of them with the differences as marks; both have one length.
    ChartData chart(Outcome outcome, Side flow) const;
    /// The bad one's with the good one's data and acknowledgments behind it.
    ChartData overlay(Side flow) const;
    /// Time of a packet since the connection's first one; nothing when it is none of its segments.
    std::optional<Duration> timeOf(Outcome outcome, PacketNumber frame) const;
    /// From the first packet to the last one of the longer connection.
    Duration length() const;

private:
    std::array<Details, outcomeCount> m_details; ///< by Outcome
    GoodAndBad m_both;
    Divergence m_divergence;
};

/// The two connections in their roles: the one that fared better is the good one, the first one when neither did.
std::shared_ptr<const ConnectionContrast> contrastOf(
    const ConnectionContrast::Details& first, const ConnectionContrast::Details& second);

/// From the first to the last packet of a difference in either connection, with room around it; nothing without
/// packets.
std::optional<TimeSpan> differenceSpan(const Difference& difference);

/// The direction that the first divergence is about, else the one with more data of the bad connection.
Side tellingDirection(const ConnectionContrast& contrast);

} // namespace whyrst
