// Compressed files for tests, made by the libraries themselves.
#pragma once

#include <cstddef>
#include <vector>

namespace whyrst::test {

using Bytes = std::vector<std::byte>;

Bytes gzipped(const Bytes& bytes);    ///< one member
Bytes zstdPacked(const Bytes& bytes); ///< one frame with a checksum
Bytes lz4Packed(const Bytes& bytes);  ///< one frame with checksums, in blocks of 64 KiB

} // namespace whyrst::test
