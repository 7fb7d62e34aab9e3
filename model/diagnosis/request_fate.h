// Requests that a reset followed at once, and whether all that asked for the same name fared the same: what filters on
// the way do (diagnosis.md 2.4 K).
#pragma once

#include "model/analysis/analysis.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace whyrst {

/// A request that was not answered before the reset.
struct RejectedRequest
{
    std::string name; ///< of the host that was asked for
    Side from = Side::Client;
    PacketNumber frame;
    Duration before{}; ///< how long before the reset
};

/// The latest request of the connection, when `reset` followed it within the time of the handshake and 100 ms and
/// nothing of the asked side came in between.
std::optional<RejectedRequest> requestRejectedBy(const Connection& connection, const LocatedSegment& reset);

/// How the requests for names fared, over the connections of a trace.
class RequestFates
{
public:
    /// Counts what `connection` asked for.
    void add(const Connection& connection);
    /// Counts the first RST of a connection.
    void addReset(const Connection& connection, const LocatedSegment& reset);

    /// Whether no connection asked for a name.
    bool empty() const { return m_names.empty(); }
    /// How many connections asked for `name`, when all of them were reset at once by the asked side; 0 when not.
    uint32_t allRejected(const std::string& name) const;
    /// Whether `service` answered another connection that asked for a name.
    bool answers(const Endpoint& service) const { return m_answering.contains(service); }

private:
    struct NameFate
    {
        uint32_t asked = 0;
        uint32_t rejected = 0;
    };

    std::map<std::string, NameFate> m_names;
    std::set<Endpoint> m_answering;
};

/// Whether `reset` bears the address of the side that was asked, which never sent data.
bool isRejection(const Connection& connection, const RejectedRequest& request, const LocatedSegment& reset);

} // namespace whyrst
