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

/// A stream of bytes that is read once from its start to its end.
class ByteSource
{
public:
    virtual ~ByteSource() = default;

    /// Reads at most `into.size()` bytes and returns how many; 0 at the end and after a failure. Nothing when a growing
    /// source had no byte for `growthWait`: call again.
    virtual std::optional<size_t> read(std::span<std::byte> into) = 0;

    /// The system's reason why the last read failed; empty when none did.
    virtual std::string failure() const = 0;

    /// Bytes of the whole stream, 0 when that cannot be known (a pipe).
    virtual uint64_t size() const = 0;
};

/// Opens a file, a named pipe, or standard input for "-". Errors: CannotOpen, IsDirectory.
Result<std::unique_ptr<ByteSource>> openByteSource(const std::string& path);

} // namespace whyrst
