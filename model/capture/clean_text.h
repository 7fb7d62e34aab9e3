// Texts out of captures: nothing in them is believed.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace whyrst {

/// Valid UTF-8 of `bytes` up to the first NUL: what is none (RFC 3629), and control characters other than tab and line
/// feed, become U+FFFD; CR LF becomes LF.
std::string cleanText(std::span<const std::byte> bytes);

} // namespace whyrst
