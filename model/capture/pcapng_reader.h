// Reads pcapng (draft-ietf-opsawg-pcapng): several sections and interfaces, each with its own byte order, link type and
// time resolution, and the drop counters that libpcap leaves out.
#pragma once

#include "model/capture/capture_reader.h"
#include "model/capture/record_buffer.h"

#include <span>

namespace whyrst {

/// Whether a file that starts with `start` is pcapng: at least the four bytes of a section header's type.
bool isPcapng(std::span<const std::byte> start);

/// A reader for the pcapng file in `buffer`, which stands at its first byte; `file` is for errors.
/// Errors: Damaged (the first section header), UnsupportedVersion.
Result<std::unique_ptr<CaptureReader>> makePcapngReader(RecordBuffer buffer, const std::string& file);

} // namespace whyrst
