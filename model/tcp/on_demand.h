// A value that most of its owners never need: it takes a pointer's room until it is written.
#pragma once

#include <memory>

namespace whyrst {

/// Reads as a default `T` until `edit` is called. A copy has its own value.
template <typename T> class OnDemand
{
public:
    OnDemand() = default;
    OnDemand(const OnDemand& other)
        : m_value(other.m_value ? std::make_unique<T>(*other.m_value) : nullptr)
    {
    }
    OnDemand(OnDemand&&) noexcept = default;
    OnDemand& operator=(const OnDemand& other) { return *this = OnDemand(other); }
    OnDemand& operator=(OnDemand&&) noexcept = default;
    ~OnDemand() = default;

    bool isSet() const { return m_value != nullptr; }
    const T* operator->() const { return m_value ? m_value.get() : &nothing(); }

    T& edit()
    {
        if (!m_value)
            m_value = std::make_unique<T>();
        return *m_value;
    }

private:
    static const T& nothing()
    {
        static const T value;
        return value;
    }

    std::unique_ptr<T> m_value;
};

} // namespace whyrst
