// Entry of the window: what the program does without a subcommand.
#pragma once

#include <QStringList>

namespace whyrst {

/// Shows the main window with the first of `files` open and runs until it is closed. Needs a QApplication.
/// Returns the exit status of the program.
int runWindow(const QStringList& files);

} // namespace whyrst
