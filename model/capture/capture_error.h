// Makes the errors of opening a capture.
#pragma once

#include "model/capture/byte_source.h"
#include "model/result.h"

#include <string>
#include <utility>

namespace whyrst {

/// An error about a whole file; `offset` as the code of the error defines it.
inline Error captureError(ErrorCode code, std::string file, std::string detail = {}, uint64_t offset = 0)
{
    return Error{code, std::move(file), offset, PacketNumber(), std::move(detail)};
}

/// The error of a file that could not be read so far that it could be opened.
inline Error captureError(std::string file, const SourceFailure& failure)
{
    const bool isSystem = failure.kind == SourceFailure::Kind::System;
    const std::string cut = failure.kind == SourceFailure::Kind::CutShort ? ", cut short" : "";
    return captureError(
        isSystem ? ErrorCode::ReadFailed : ErrorCode::Damaged, std::move(file), failure.reason + cut, failure.offset);
}

} // namespace whyrst
