// What the receiver of a direction still waits for.
#pragma once

#include "model/compare/comparison.h"

#include <optional>

namespace whyrst {

/// The first byte of the data of `from` that its receiver did not acknowledge, as the highest of its ACKs in either
/// capture tells; in the offsets of the client's capture. Nothing when neither capture has an ACK of the receiver, or
/// when one of its SACK blocks (RFC 2018) holds the byte: then it has it.
std::optional<StreamOffset> firstMissingByte(const TracePair& traces, const ConnectionPair& pair, Side from);

} // namespace whyrst
