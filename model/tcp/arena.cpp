#include "model/tcp/arena.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t blockLength = size_t{4} << 20; ///< pages that are never touched cost nothing

} // namespace

std::byte* Arena::allocate(size_t bytes)
{
    constexpr size_t alignment = alignof(int64_t);
    bytes = (bytes + alignment - 1) / alignment * alignment;
    if (bytes > m_left) {
        const size_t block = std::max(bytes, blockLength);
        m_blocks.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
        m_free = m_blocks.back().get();
        m_left = block;
    }
    std::byte* memory = m_free;
    m_free += bytes;
    m_left -= bytes;
    m_used += bytes;
    return memory;
}

} // namespace whyrst
