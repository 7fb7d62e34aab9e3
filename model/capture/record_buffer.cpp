#include "model/capture/record_buffer.h"

#include <cstring>
#include <utility>

namespace whyrst {

namespace {

constexpr size_t blockLength = size_t{1} << 20; // larger blocks read no faster and fall out of the cache

} // namespace

RecordBuffer::RecordBuffer(std::unique_ptr<ByteSource> source)
    : m_source(std::move(source))
    , m_bytes(std::make_unique_for_overwrite<std::byte[]>(blockLength))
    , m_capacity(blockLength)
{
}

bool RecordBuffer::skip(uint64_t count)
{
    while (available() < count && !m_ended) {
        count -= available();
        m_begin = m_end = 0;
        readBlock();
    }
    const size_t consumed = static_cast<size_t>(std::min<uint64_t>(count, available()));
    consume(consumed);
    return consumed == count;
}

void RecordBuffer::fill(size_t count)
{
    std::memmove(m_bytes.get(), m_bytes.get() + m_begin, available());
    m_end -= std::exchange(m_begin, 0);
    while (m_end < count && !m_ended) {
        if (m_end == m_capacity)
            grow();
        readBlock();
    }
}

void RecordBuffer::grow()
{
    auto larger = std::make_unique_for_overwrite<std::byte[]>(2 * m_capacity);
    std::memcpy(larger.get(), m_bytes.get(), m_end);
    m_bytes = std::move(larger);
    m_capacity *= 2;
}

void RecordBuffer::readBlock()
{
    const size_t count = m_source->read({m_bytes.get() + m_end, m_capacity - m_end});
    m_end += count;
    m_bytesRead += count;
    m_ended = count == 0;
}

} // namespace whyrst
