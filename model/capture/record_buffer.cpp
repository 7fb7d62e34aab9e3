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

uint64_t RecordBuffer::skip(uint64_t count)
{
    uint64_t left = count;
    do {
        const auto consumed = static_cast<size_t>(std::min<uint64_t>(left, available()));
        consume(consumed);
        left -= consumed;
        if (left > 0)
            m_begin = m_end = 0;
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
    std::memmove(m_bytes.get(), m_bytes.get() + m_begin, available());
    m_end -= std::exchange(m_begin, 0);
    do {
        if (m_end == m_capacity)
            grow();
    } while (readBlock() && m_end < count);
}

void RecordBuffer::grow()
{
    auto larger = std::make_unique_for_overwrite<std::byte[]>(2 * m_capacity);
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
