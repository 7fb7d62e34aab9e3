#include "model/capture/decompressor.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace whyrst {

namespace {

using namespace std::string_view_literals;

struct Magic
{
    std::string_view bytes;
    std::unique_ptr<Decompressor> (*make)();
};

constexpr std::array<Magic, 3> magics{{
    {"\x1f\x8b\x08"sv, makeGzipDecompressor}, // deflate, the only method there is
    {"\x28\xb5\x2f\xfd"sv, makeZstdDecompressor},
    {"\x04\x22\x4d\x18"sv, makeLz4Decompressor},
}};

} // namespace

std::unique_ptr<Decompressor> makeDecompressor(std::span<const std::byte> start)
{
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    const auto* magic = std::ranges::find_if(magics, [&](const Magic& known) { return text.starts_with(known.bytes); });
    return magic == magics.end() ? nullptr : magic->make();
}

} // namespace whyrst
