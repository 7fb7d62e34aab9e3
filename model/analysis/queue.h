// A queue that lies in one piece of memory, and takes none while it is empty.
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace whyrst {

/// Elements are added at the back and leave at the front; each is moved at most once on average.
template <typename T> class Queue
{
public:
    bool empty() const { return m_begin == m_elements.size(); }
    size_t size() const { return m_elements.size() - m_begin; }
    T& front() { return m_elements[m_begin]; }
    const T& front() const { return m_elements[m_begin]; }
    T& back() { return m_elements.back(); }
    const T& back() const { return m_elements.back(); }
    T& operator[](size_t index) { return m_elements[m_begin + index]; }
    const T& operator[](size_t index) const { return m_elements[m_begin + index]; }
    auto begin() const { return m_elements.begin() + static_cast<std::ptrdiff_t>(m_begin); }
    auto end() const { return m_elements.end(); }

    void push_back(T element) { m_elements.push_back(std::move(element)); }

    void pop_front()
    {
        ++m_begin;
        if (2 * m_begin < m_elements.size())
            return;
        m_elements.erase(m_elements.begin(), begin());
        m_begin = 0;
    }

    /// Puts `element` before element `index`. Linear in the elements behind it.
    void insert(size_t index, T element)
    {
        m_elements.insert(m_elements.begin() + static_cast<std::ptrdiff_t>(m_begin + index), std::move(element));
    }

    /// Drops the elements from `first` up to `last`. Linear in the elements behind them.
    void erase(size_t first, size_t last)
    {
        const auto all = m_elements.begin() + static_cast<std::ptrdiff_t>(m_begin);
        m_elements.erase(all + static_cast<std::ptrdiff_t>(first), all + static_cast<std::ptrdiff_t>(last));
    }

    /// Takes the second half of the elements off.
    Queue splitInHalf()
    {
        const auto middle = m_elements.begin() + static_cast<std::ptrdiff_t>(m_begin + size() / 2);
        Queue upper;
        upper.m_elements.assign(std::make_move_iterator(middle), std::make_move_iterator(m_elements.end()));
        m_elements.erase(middle, m_elements.end());
        return upper;
    }

private:
    std::vector<T> m_elements;
    size_t m_begin = 0;
};

} // namespace whyrst
