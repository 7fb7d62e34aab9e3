// Captures in formats that we do not read, as Wireshark's editcap turns them into pcapng.
#pragma once

#include "model/capture/byte_source.h"

#include <memory>
#include <string>

namespace whyrst {

/// Runs editcap, where it is installed, on the file `path`: what it writes to its standard output, a pcapng capture or
/// nothing. A failure after bytes were given says that the file is damaged. Null: editcap cannot be run.
std::unique_ptr<ByteSource> convertToPcapng(const std::string& path);

} // namespace whyrst
