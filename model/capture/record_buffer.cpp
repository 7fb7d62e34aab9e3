#include "model/capture/record_buffer.h"

#include <atomic>
#include <cstring>
#include <utility>

namespace whyrst {

namespace {

constexpr size_t blockLength = size_t{256} << 10; ///< larger blocks read no faster and fall out of the cache

std::shared_ptr<std::byte[]> makeBlock(size_t length)
{
    return std::shared_ptr<std::byte[]>(new std::byte[length]); // not zeroed
}

/// Whether only the buffer itself holds `block`. What other threads read there happened before.
bool isHeldOnce(const std::shared_ptr<std::byte[]>& block)
{
    if (block.use_count() != 1)
        return false;
    std::atomic_thread_fence(std::memory_order_acquire);
    return true;
}

} // namespace

RecordBuffer::RecordBuffer(std::unique_ptr<ByteSource> source)
    : m_source(std::move(source))
    , m_bytes(makeBlock(blockLength))
    , m_capacity(blockLength)
{
}

uint64_t RecordBuffer::skip(uint64_t count)
{
    uint64_t left = count;
    do {
        const auto consumed = static_cast<size_t>(std::min<uint64_t>(left, available()));
        consume(consumed);
        left -= consumed;
        if (left > 0)
            moveToFreeBlock();
    } while (left > 0 && readBlock());
    return count - left;
}

void RecordBuffer::startWaiting(std::function<bool()> keepWaiting)
{
    m_isWaiting = true;
    m_keepWaiting = std::move(keepWaiting);
}

void RecordBuffer::fill(size_t count)
{
    if (m_ended)
        return;
    moveToFreeBlock();
    do {
        if (m_end == m_capacity)
            grow();
    } while (readBlock() && m_end < count);
}

/// Takes what is not consumed to the start of a block that nobody else holds.
void RecordBuffer::moveToFreeBlock()
{
    std::shared_ptr<std::byte[]> target = isHeldOnce(m_bytes) ? m_bytes : freeBlock(available());
    std::memmove(target.get(), m_bytes.get() + m_begin, available());
    m_end -= std::exchange(m_begin, 0);
    if (target == m_bytes)
        return;
    m_bytes.swap(target);
    if (m_capacity == blockLength)
        m_heldBlocks.push_back(std::move(target));
    m_capacity = std::max(m_end, blockLength);
}

/// A block for `length` bytes: one that was held once, or a new one.
std::shared_ptr<std::byte[]> RecordBuffer::freeBlock(size_t length)
{
    const auto free = std::find_if(m_heldBlocks.begin(), m_heldBlocks.end(), isHeldOnce);
    if (free == m_heldBlocks.end() || length > blockLength)
        return makeBlock(std::max(length, blockLength));
    std::shared_ptr<std::byte[]> block = std::move(*free);
    m_heldBlocks.erase(free);
    return block;
}

void RecordBuffer::grow()
{
    auto larger = makeBlock(2 * m_capacity);
    std::memcpy(larger.get(), m_bytes.get(), m_end);
    m_bytes = std::move(larger);
    m_capacity *= 2;
}

/// False at the end of the source, and when it has nothing yet.
bool RecordBuffer::readBlock()
{
    if (m_ended)
        return false;
    auto count = m_source->read({m_bytes.get() + m_end, m_capacity - m_end});
    while (!count && isPatient())
        count = m_source->read({m_bytes.get() + m_end, m_capacity - m_end});
    if (!count)
        return false;
    m_end += *count;
    m_bytesRead += *count;
    m_ended = *count == 0;
    return !m_ended;
}

bool RecordBuffer::isPatient()
{
    if (!m_isWaiting)
        return false;
    m_hasGivenUp = m_keepWaiting && !m_keepWaiting();
    return !m_hasGivenUp;
}

} // namespace whyrst
