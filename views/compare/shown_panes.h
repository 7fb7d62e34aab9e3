// Which panes of a comparison are seen, on the screen and in pictures.
#pragma once

#include <cstdint>

namespace whyrst {

enum class ShownPanes : uint8_t
{
    Charts,
    LadderOnly,
    Both
};

} // namespace whyrst
