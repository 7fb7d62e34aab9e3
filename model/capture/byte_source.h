// Where the bytes of a capture come from: a file or standard input, read in blocks.
#pragma once

#include "model/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace whyrst {

/// How long a read waits for a source that grows: a caller can answer a person within twice that.
constexpr std::chrono::milliseconds growthWait(50);

/// Why a source ended before its end.
struct SourceFailure
{
    enum class Kind : uint8_t
    {
        System,      ///< the system failed to read on; `reason` is its own
        CutShort,    ///< compressed data end in their middle; `reason` names the compression
        Damaged,     ///< compressed data cannot be unpacked
        Unconverted, ///< the program that converts the file gave up; `offset` is that of what it wrote
    };
    Kind kind = Kind::System;
    uint64_t offset = 0; ///< in the file, compressed as it is
    std::string reason;  ///< short, without full stop
};

/// A stream of bytes that is read once from its start to its end.
class ByteSource
{
public:
    virtual ~ByteSource() = default;

    /// Reads at most `into.size()` bytes and returns how many; 0 at the end and after a failure. Nothing when a growing
    /// source had no byte for `growthWait`: call again.
    virtual std::optional<size_t> read(std::span<std::byte> into) = 0;

    /// Why the last read failed; nothing when none did.
    virtual std::optional<SourceFailure> failure() const = 0;

    /// Bytes of the whole file, 0 when that cannot be known (a pipe).
    virtual uint64_t size() const = 0;

    /// Bytes of the file that were read.
    virtual uint64_t position() const = 0;
};

/// Opens a file, a named pipe, or standard input for "-". Errors: CannotOpen, IsDirectory.
Result<std::unique_ptr<ByteSource>> openByteSource(const std::string& path);

/// The reading end of a pipe, which is closed with the source.
std::unique_ptr<ByteSource> pipeSource(int descriptor);

} // namespace whyrst
