// Packets of a connection as a chart steps through them.
#pragma once

#include "model/tcp/connection.h"

#include <functional>
#include <optional>

namespace whyrst {

/// Neighbours and times of a connection's packets, both directions. The connection must outlive it.
class PacketOrder
{
public:
    /// Turns a recorded time into one of the chart.
    using ChartTime = std::function<Duration(Timestamp)>;

    /// Without `chartTime` times count from the connection's first packet.
    explicit PacketOrder(const Connection& connection, ChartTime chartTime = {})
        : m_connection(&connection)
        , m_chartTime(std::move(chartTime))
    {
    }

    /// Time of a packet on the chart; nothing when it is not one of the connection's segments.
    std::optional<Duration> timeOf(PacketNumber frame) const;

    /// The packet after `frame`, which need not be one of the connection's; nothing after the last.
    std::optional<PacketNumber> next(PacketNumber frame) const;

    /// The packet before `frame`; nothing before the first.
    std::optional<PacketNumber> previous(PacketNumber frame) const;

private:
    const Connection* m_connection;
    ChartTime m_chartTime;
};

} // namespace whyrst
