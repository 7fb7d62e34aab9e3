// The command line of the window.
#pragma once

#include "model/document/load_request.h"

#include <optional>
#include <ostream>

namespace whyrst {

/// Reads `arguments` (without the program's name) into `request`: [-i INTERFACE] [--filter BPF] [FILE ...]. On wrong
/// usage or --help it writes to `err` or `out` and gives the exit status; else nothing: open the window.
std::optional<int> parseWindowOptions(
    const QStringList& arguments, LoadRequest& request, std::ostream& out, std::ostream& err);

} // namespace whyrst
