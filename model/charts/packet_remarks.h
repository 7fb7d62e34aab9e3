// What there is to say of single packets besides their numbers: the same words in the packet table and on the charts.
#pragma once

#include "model/analysis/analysis.h"
#include "model/tcp/trace.h"

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

namespace whyrst {

/// Remarks of a connection's packets: comments in the capture, ICMP errors that quote the packet, segments that a
/// network card cuts or has merged, packets that were recorded twice. The connection must outlive it.
class PacketRemarks
{
public:
    /// Linear in the comments and ICMP errors, each found in the logarithm of the segments.
    PacketRemarks(const Trace& trace, const Connection& connection, const Analysis& analysis);

    /// Remarks of a packet, comments first; empty for most.
    std::vector<std::string> of(PacketNumber frame) const;

private:
    void addComments(const Trace& trace);
    void addIcmpErrors();

    const Connection* m_connection;
    std::array<uint32_t, 2> m_mss; ///< largest payload of a wire segment, by Side; 0: not known
    std::unordered_map<PacketNumber, std::vector<std::string>> m_remarks;
};

} // namespace whyrst
