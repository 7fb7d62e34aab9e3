// A set of stream offsets kept as disjoint ranges: what a receiver has reported by SACK so far.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

namespace whyrst {

/// Disjoint half-open ranges. Linear over a connection's life, because reported ranges merge.
class CoveredRanges
{
public:
    using NewPart = std::function<void(int64_t begin, int64_t end)>;

    /// Adds [begin, end) and calls `onNew` for every part that was not covered before, in rising order.
    void add(int64_t begin, int64_t end, const NewPart& onNew);

    /// Forgets everything below `offset`.
    void forgetBelow(int64_t offset);

    size_t size() const { return m_ranges.size(); }

private:
    std::map<int64_t, int64_t> m_ranges; ///< begin -> end
};

} // namespace whyrst
