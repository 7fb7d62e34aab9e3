// whyrst packets: the TCP segments of a capture as a table.
#pragma once

#include <QStringList>

#include <ostream>

namespace whyrst {

/// Runs the subcommand with `arguments` (behind its name). Needs a QCoreApplication, no display. Gives the exit status.
int runPacketsCommand(const QStringList& arguments, std::ostream& out, std::ostream& err);

} // namespace whyrst
