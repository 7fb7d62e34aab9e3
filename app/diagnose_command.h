// whyrst diagnose: why were the connections of these captures reset?
#pragma once

#include <QStringList>

#include <ostream>

namespace whyrst {

/// Runs the subcommand with `arguments` (behind its name). Needs a QCoreApplication, no display. Gives the exit status.
int runDiagnoseCommand(const QStringList& arguments, std::ostream& out, std::ostream& err);

} // namespace whyrst
