// A window over a ByteSource in which each record of a capture lies in one piece.
#pragma once

#include "model/capture/byte_source.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace whyrst {

/// Reads by blocks. A record that lies inside the block is seen where it is; only one that crosses a block boundary is
/// moved. Grows beyond a block only as far as bytes really arrive, so a length that lies costs nothing.
class RecordBuffer
{
public:
    explicit RecordBuffer(std::unique_ptr<ByteSource> source);

    /// The next `count` bytes without consuming them; fewer when the source ends before, or has nothing yet:
    /// `hasEnded` tells. The view is valid until the next call of `peek` or `skip`.
    std::span<const std::byte> peek(size_t count)
    {
        if (available() < count)
            fill(count);
        return {m_bytes.get() + m_begin, std::min(count, available())};
    }

    /// The block in which the bytes peeked last lie. Who holds it keeps them: the next bytes go to another block.
    const std::shared_ptr<std::byte[]>& memory() const { return m_bytes; }

    /// All bytes that are there, at least one unless the source has ended or has nothing yet.
    std::span<const std::byte> peekSome()
    {
        peek(1);
        return {m_bytes.get() + m_begin, available()};
    }

    /// Consumes `count` bytes that were peeked. The view of them stays valid.
    void consume(size_t count) { m_begin += count; }

    /// Consumes `count` bytes, peeked or not, without keeping them. Returns how many; fewer as with `peek`.
    uint64_t skip(uint64_t count);

    /// Whether the source has no more bytes than the last `peek` or `skip` has seen; false: it had nothing yet.
    bool hasEnded() const { return m_ended; }

    /// Makes `peek` and `skip` wait for a source that has nothing yet as long as `keepWaiting` says so; an empty
    /// function waits without end. For the headers that a file must begin with.
    void startWaiting(std::function<bool()> keepWaiting);
    void stopWaiting() { m_isWaiting = false; }
    /// Whether `keepWaiting` said no.
    bool hasGivenUp() const { return m_hasGivenUp; }

    /// Bytes consumed so far; of a compressed file they are unpacked.
    uint64_t position() const { return m_bytesRead - available(); }
    /// Bytes of the file that were read, and its size: those of the compressed file.
    uint64_t filePosition() const { return m_source->position(); }
    uint64_t size() const { return m_source->size(); }
    std::optional<SourceFailure> failure() const { return m_source->failure(); }

private:
    size_t available() const { return m_end - m_begin; }
    void fill(size_t count);
    void moveToFreeBlock();
    std::shared_ptr<std::byte[]> freeBlock(size_t length);
    void grow();
    bool readBlock();
    bool isPatient();

    std::unique_ptr<ByteSource> m_source;
    std::shared_ptr<std::byte[]> m_bytes;
    size_t m_capacity = 0;
    std::vector<std::shared_ptr<std::byte[]>> m_heldBlocks; ///< of the usual length; free again when nobody holds them
    size_t m_begin = 0;                                     ///< of what is not consumed
    size_t m_end = 0;
    uint64_t m_bytesRead = 0;
    bool m_ended = false;
    bool m_isWaiting = false;
    bool m_hasGivenUp = false;
    std::function<bool()> m_keepWaiting;
};

} // namespace whyrst
