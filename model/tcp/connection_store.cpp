#include "model/tcp/connection_store.h"

#include <algorithm>
#include <utility>

namespace whyrst {

ConnectionStore::ConnectionStore(const ConnectionStore& other)
    : m_size(other.m_size)
{
    for (size_t begin = 0; begin < m_size; begin += blockSize) {
        m_blocks.push_back(std::make_unique<Connection[]>(blockSize));
        std::copy_n(
            other.m_blocks[begin / blockSize].get(), std::min(blockSize, m_size - begin), m_blocks.back().get());
    }
}

ConnectionStore::ConnectionStore(ConnectionStore&& other) noexcept
    : m_blocks(std::move(other.m_blocks))
    , m_size(std::exchange(other.m_size, 0))
{
}

ConnectionStore& ConnectionStore::operator=(ConnectionStore other) noexcept
{
    m_blocks.swap(other.m_blocks);
    std::swap(m_size, other.m_size);
    return *this;
}

Connection& ConnectionStore::add()
{
    if (m_size % blockSize == 0)
        m_blocks.push_back(std::make_unique<Connection[]>(blockSize));
    Connection& connection = (*this)[m_size];
    connection.id = ConnectionId(static_cast<uint32_t>(m_size));
    ++m_size;
    return connection;
}

} // namespace whyrst
