// Lets only those packets through that match a BPF expression.
#pragma once

#include "model/capture/capture_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace whyrst {

/// Puts a filter before `reader`. Packets keep their numbers. An expression that does not fit to the link type of some
/// packets drops them, and a note says so.
///
/// Errors: BadFilter, when libpcap understands the expression for no link type, or when it holds a host name: names
/// are not looked up.
Result<std::unique_ptr<CaptureReader>> filterCapture(
    std::unique_ptr<CaptureReader> reader, const std::string& expression);

/// The BadFilter error of `expression`; nothing when it can be used for one of `types` or the usual link types.
std::optional<Error> checkFilter(const std::string& expression, const std::vector<LinkType>& types);

/// Makes that error.
Error badFilter(const std::string& expression, const std::string& reason);

} // namespace whyrst
