// The compressions that are read while they unpack: gzip, zstd and lz4 (frame format), recognised by content.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace whyrst {

/// Unpacks one stream piece by piece. Needs a fixed amount of memory, whatever the stream holds.
class Decompressor
{
public:
    virtual ~Decompressor() = default;

    struct Step
    {
        size_t consumed = 0;
        size_t produced = 0;
        std::string damage; ///< the library's reason why it cannot go on; empty when it can
    };
    /// Unpacks as much of `packed` into `unpacked` as goes; also without a packed byte, for what the library holds
    /// back.
    virtual Step unpack(std::span<const std::byte> packed, std::span<std::byte> unpacked) = 0;

    /// Whether the stream may end here: between two members or frames, which may follow each other.
    virtual bool isBetweenFrames() const = 0;

    /// "gzip", "zstd" or "lz4".
    virtual const char* name() const = 0;
};

/// Bytes that `makeDecompressor` needs to recognise a compression.
constexpr size_t compressionMagicLength = 4;

/// The decompressor for a file that starts with `start`; null when it is not compressed in a way that we read.
std::unique_ptr<Decompressor> makeDecompressor(std::span<const std::byte> start);

std::unique_ptr<Decompressor> makeGzipDecompressor(); ///< RFC 1952, several members
std::unique_ptr<Decompressor> makeZstdDecompressor(); ///< RFC 8878, several frames; a window of at most 128 MiB
std::unique_ptr<Decompressor> makeLz4Decompressor();  ///< LZ4 frame format 1.6, several frames

} // namespace whyrst
