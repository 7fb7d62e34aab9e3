// whyrst compare: the same connections seen from client and server.
#pragma once

#include <QStringList>

#include <ostream>

namespace whyrst {

/// Runs the subcommand with `arguments` (behind its name). Needs a QApplication, no display. Gives the exit status.
int runCompareCommand(const QStringList& arguments, std::ostream& out, std::ostream& err);

} // namespace whyrst
