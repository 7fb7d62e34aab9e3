// Memory of a trace's segments: handed out in small pieces, freed all together.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace whyrst {

/// Hands out memory that stays where it is as long as the arena lives. One thread may allocate while others read what
/// they were given before.
class Arena
{
public:
    /// `bytes` of memory, aligned for 64-bit values, not zeroed.
    std::byte* allocate(size_t bytes);

    /// Bytes handed out so far.
    size_t used() const { return m_used; }

private:
    struct Free
    {
        void operator()(std::byte* block) const;
    };
    std::vector<std::unique_ptr<std::byte, Free>> m_blocks;
    std::byte* m_free = nullptr;
    size_t m_left = 0;
    size_t m_used = 0;
};

} // namespace whyrst
