// Numbers as a person reads them.
#pragma once

#include <cstdint>
#include <string>

namespace whyrst {

/// Digits in groups of three: "1,234,567".
std::string groupedDigits(int64_t number);

/// A count and what is counted: "1 probe", "1,234 probes". `many` is the plural; by default `one` with an s.
std::string counted(int64_t count, const char* one, const char* many = nullptr);

} // namespace whyrst
