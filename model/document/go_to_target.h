// The go-to box: finds the packet that a typed text means.
#pragma once

#include "model/document/session.h"

#include <QString>

#include <optional>

namespace whyrst {

/// A packet, or a sentence that says why there is none.
struct GoToTarget
{
    std::optional<PacketNumber> frame;
    QString problem;
};

/// What `text` means in `session`.
///
/// - `#46` or `46`   packet 46 of the capture, if it is a TCP segment
/// - `12.773`        the packet of the selected connection nearest to that many seconds after its first
/// - `seq 29201`     its first segment that carries this sequence number, relative or raw
/// - `rst`           its first RST
GoToTarget findTarget(const Session& session, const QString& text);

} // namespace whyrst
