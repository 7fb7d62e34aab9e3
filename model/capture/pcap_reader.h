// Reads the classic pcap format (draft-ietf-opsawg-pcap): micro- and nanoseconds, both byte orders, the modified format
// of the 1990s with longer record headers (Kuznetzov), and those of Navtel and Ixia.
#pragma once

#include "model/capture/capture_reader.h"
#include "model/capture/record_buffer.h"

#include <bit>
#include <span>

namespace whyrst {

/// Whether a file that starts with `start` is pcap: at least its four magic bytes.
bool isPcap(std::span<const std::byte> start);

/// A reader for the pcap file in `buffer`, which stands at its first byte; `file` is for errors.
/// Errors: Damaged (the header is cut), UnsupportedVersion.
Result<std::unique_ptr<CaptureReader>> makePcapReader(RecordBuffer buffer, const std::string& file);

} // namespace whyrst
