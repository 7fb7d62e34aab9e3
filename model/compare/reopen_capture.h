// Opens the file of a trace once more: traces do not keep what packets carry.
#pragma once

#include "model/capture/capture_reader.h"
#include "model/tcp/trace.h"

#include <memory>

namespace whyrst {

/// A reader at the first packet of what was read before. Null when the capture is no file (any more): standard input,
/// an interface, a trace built in memory.
std::unique_ptr<CaptureReader> openAgain(const CaptureInfo& capture);

} // namespace whyrst
