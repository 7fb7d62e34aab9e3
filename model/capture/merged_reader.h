// Several captures as one, such as the files of a ring buffer.
#pragma once

#include "model/capture/capture_reader.h"

#include <string>
#include <vector>

namespace whyrst {

/// Opens `files` as one capture in order of time; packets of equal time come in the order of the files, and those of
/// one file in their own order. They are numbered anew from 1. A file is held open only while its packets are due.
///
/// A file that cannot be opened is a note. Errors: those of openCapture for the first file, when none can be opened;
/// BadFilter; Cancelled.
Result<std::unique_ptr<CaptureReader>> openCaptures(
    const std::vector<std::string>& files, const OpenOptions& options = {});

} // namespace whyrst
