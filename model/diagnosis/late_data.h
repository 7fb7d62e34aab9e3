// Facts about closing that several rules ask for.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <optional>
#include <vector>

namespace whyrst {

/// Bytes of Y that came after X's FIN and that X's RST answers (diagnosis.md 1.19).
struct LateData
{
    std::optional<LocatedSegment> fin;    ///< of X; nothing when it was not captured
    std::optional<LocatedSegment> finAck; ///< Y's acknowledgment of it; known when there is no `fin`
    std::vector<uint32_t> rows;           ///< of Y: the late data up to the RST, in order
    std::vector<uint32_t> copies;         ///< of X: further RSTs with the same number
    StreamOffset begin;
    int64_t bytes = 0;          ///< all late bytes of Y seen in the capture
    bool isCloseNotify = false; ///< the late bytes are one TLS alert and nothing else
    /// They may be: one packet, as long as an alert can be, of which too little was captured to tell.
    bool mayBeCloseNotify = false;
};

/// Y's first acknowledgment of a FIN of X that was not captured (diagnosis.md 2.9): of exactly one number behind all
/// that was seen of X. A single byte of data would look the same. Nothing when a FIN was captured, or nothing such.
std::optional<LocatedSegment> findHiddenFin(const ResetContext& reset);

/// The late data that the RST answers; nothing when X sent no FIN, or nothing new came after it.
std::optional<LateData> findLateData(const ResetContext& reset);

/// All data acknowledged, but for a closing TLS alert, and a FIN of either side before the RST (diagnosis.md 1.21).
bool isFinished(const ResetContext& reset);

/// X closed its direction, Y left its own open, and a later keep-alive of Y finds that X has forgotten the connection.
bool isForgottenHalfClose(const ResetContext& reset);

/// Keep-alives of X since Y was last heard, none of which was answered (diagnosis.md 1.15): their rows.
std::vector<uint32_t> unansweredKeepAlives(const ResetContext& reset);

/// Causes that fit to an undecided RST, for `unknown`: the trouble's leaf, a forged RST, an unfinished opening.
std::vector<CauseId> compatibleCauses(const ResetContext& reset);

} // namespace whyrst
