// Which of several equal-looking packets arrived as which (comparison.md 3.4).
#pragma once

#include "model/time.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace whyrst {

/// Cost of a link in ns; nothing when it is impossible.
using LinkCost = std::function<std::optional<int64_t>(size_t sent, size_t arrived)>;

/// Links `sent` and `arrived` members in order at the least cost; leaving one out costs `omission` ns. Above 250,000
/// combinations each takes the first that it may.
std::vector<std::pair<size_t, size_t>> assignInOrder(
    size_t sent, size_t arrived, Duration omission, const LinkCost& cost);

} // namespace whyrst
