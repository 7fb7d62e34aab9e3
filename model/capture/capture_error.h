// Makes the errors of opening a capture.
#pragma once

#include "model/result.h"

#include <string>
#include <utility>

namespace whyrst {

/// An error about a whole file; `offset` as the code of the error defines it.
inline Error captureError(ErrorCode code, std::string file, std::string detail = {}, uint64_t offset = 0)
{
    return Error{code, std::move(file), offset, PacketNumber(), std::move(detail)};
}

} // namespace whyrst
