// The connections of a trace, at addresses that stay.
#pragma once

#include "model/tcp/connection.h"

#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

namespace whyrst {

/// A list that grows by blocks: nothing is moved and little is left over, with ten connections or ten million.
class ConnectionStore
{
    template <typename List, typename Value> class BasicIterator
    {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Connection;
        using difference_type = std::ptrdiff_t;
        using pointer = Value*;
        using reference = Value&;

        BasicIterator() = default;
        BasicIterator(List* list, size_t index)
            : m_list(list)
            , m_index(index)
        {
        }
        reference operator*() const { return (*m_list)[m_index]; }
        pointer operator->() const { return &**this; }
        BasicIterator& operator++()
        {
            ++m_index;
            return *this;
        }
        BasicIterator operator++(int)
        {
            BasicIterator before = *this;
            ++m_index;
            return before;
        }
        friend bool operator==(const BasicIterator& a, const BasicIterator& b) { return a.m_index == b.m_index; }

    private:
        List* m_list = nullptr;
        size_t m_index = 0;
    };

public:
    using Iterator = BasicIterator<ConnectionStore, Connection>;
    using ConstIterator = BasicIterator<const ConnectionStore, const Connection>;

    ConnectionStore() = default;
    ConnectionStore(const ConnectionStore& other);
    ConnectionStore(ConnectionStore&& other) noexcept;
    ConnectionStore& operator=(ConnectionStore other) noexcept;
    ~ConnectionStore() = default;

    /// Adds a connection and gives it its id.
    Connection& add();

    size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    const Connection& operator[](size_t index) const { return m_blocks[index / blockSize][index % blockSize]; }
    Connection& operator[](size_t index) { return m_blocks[index / blockSize][index % blockSize]; }
    const Connection& front() const { return (*this)[0]; }
    Connection& front() { return (*this)[0]; }

    Iterator begin() { return {this, 0}; }
    Iterator end() { return {this, m_size}; }
    ConstIterator begin() const { return {this, 0}; }
    ConstIterator end() const { return {this, m_size}; }

private:
    static constexpr size_t blockSize = 256;

    std::vector<std::unique_ptr<Connection[]>> m_blocks;
    size_t m_size = 0;
};

} // namespace whyrst
