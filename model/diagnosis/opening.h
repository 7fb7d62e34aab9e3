// Facts about the opening of a connection that several rules ask for.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <optional>
#include <vector>

namespace whyrst {

/// The handshake up to the RST, as far as the capture shows it.
struct Opening
{
    std::optional<LocatedSegment> syn;    ///< the client's last SYN before its answer
    std::optional<LocatedSegment> synAck; ///< the first one
    std::optional<LocatedSegment>
        thirdAck;                       ///< the client's first segment after it that acknowledges it; no SYN, no RST
    std::vector<uint32_t> synAcksAgain; ///< rows of the server: SYN-ACKs sent again after the third ACK
};

Opening findOpening(const ResetContext& reset);

/// Connections whose first resets lie within `span` of this one and that `matches`, this one included; looks at the
/// 1,024 nearest on either side, a flood proves no more than a few. `matches` takes the connection and the reset.
std::vector<const Connection*> resetsNear(
    const ResetContext& reset, Duration span, bool (*matches)(const ResetContext&, const Connection&, const ResetRef&));

/// Connections of the trace that began shortly before or after this one: up to 256 on either side.
std::vector<const Connection*> neighboursOf(const ResetContext& reset);

} // namespace whyrst
