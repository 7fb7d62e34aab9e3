// Entry of the window: what the program does without a subcommand.
#pragma once

#include "model/document/load_request.h"

namespace whyrst {

/// Shows the main window with `request` open and runs until it is closed. Needs a QApplication.
/// Returns the exit status of the program.
int runWindow(const LoadRequest& request);

} // namespace whyrst
