#include "model/tcp/arena.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace whyrst {

namespace {

constexpr size_t hugePage = size_t{2} << 20;
constexpr size_t blockLength = 2 * hugePage; ///< small pages that are never touched cost nothing

} // namespace

void Arena::Free::operator()(std::byte* block) const
{
    std::free(block);
}

std::byte* Arena::allocate(size_t bytes)
{
    constexpr size_t alignment = alignof(int64_t);
    bytes = (bytes + alignment - 1) / alignment * alignment;
    if (bytes > m_left) {
        const size_t length = (std::max(bytes, blockLength) + hugePage - 1) / hugePage * hugePage;
        auto* block = static_cast<std::byte*>(std::aligned_alloc(hugePage, length));
        if (block == nullptr)
            throw std::bad_alloc();
        // Segments of many connections lie all over the blocks: with huge pages the processor finds them faster. The
        // first block stays small for small captures.
        if (!m_blocks.empty())
            madvise(block, length, MADV_HUGEPAGE);
        m_blocks.emplace_back(block);
        m_free = block;
        m_left = length;
    }
    std::byte* memory = m_free;
    m_free += bytes;
    m_left -= bytes;
    m_used += bytes;
    return memory;
}

} // namespace whyrst
