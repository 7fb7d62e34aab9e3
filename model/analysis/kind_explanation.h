// Why a packet is marked as it is: the rule, the numbers that were compared, and the packets compared with.
#pragma once

#include "model/analysis/analysis.h"

#include <string>
#include <vector>

namespace whyrst {

/// One kind of a packet and why it is of that kind: "Seq 29,201 is below the highest end sent, 45,261; the same bytes
/// as #25, 317 ms before ...".
struct KindExplanation
{
    Kind kind = Kind::New;
    std::string text; ///< sentences with relative numbers, times and frames
};

/// Explains each kind of packet `frame`, in the order of Kind; empty when it has none or is none of the connection's.
/// Runs the analysis up to the packet: linear in the segments before it, and in those that follow for `Spurious`.
std::vector<KindExplanation> explainKinds(const Connection& connection, const Analysis& analysis, PacketNumber frame);

} // namespace whyrst
