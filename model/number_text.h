// Numbers as a person reads them.
#pragma once

#include <cstdint>
#include <string>

namespace whyrst {

/// Digits in groups of three: "1,234,567".
std::string groupedDigits(int64_t number);

/// A count and what is counted: "1 probe", "1,234 probes". `many` is the plural; by default `one` with an s.
std::string counted(int64_t count, const char* one, const char* many = nullptr);

/// "once", "twice", "1,448 times".
std::string timesText(int64_t count);

/// "1,448 bytes".
std::string bytesText(int64_t bytes);

/// "bytes 1,001 to 2,460": [begin, end) of a stream, whose first byte is 1.
std::string bytesFromTo(int64_t begin, int64_t end);

} // namespace whyrst
