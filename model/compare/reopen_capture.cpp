#include "model/compare/reopen_capture.h"

#include "model/capture/merged_reader.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace whyrst {

namespace {

constexpr const char* standardInput = "-"; ///< as name of a capture

bool isFile(const std::string& name)
{
    std::error_code unknown;
    return name != standardInput && std::filesystem::is_regular_file(name, unknown);
}

} // namespace

std::unique_ptr<CaptureReader> openAgain(const CaptureInfo& capture)
{
    const std::vector<std::string>& merged = capture.merged.files;
    if (!std::ranges::all_of(merged, isFile) || (merged.empty() && !isFile(capture.file)))
        return nullptr;
    Result<std::unique_ptr<CaptureReader>> reader = merged.empty() ? openCapture(capture.file) : openCaptures(merged);
    return reader ? std::move(reader).value() : nullptr;
}

} // namespace whyrst
