// whyrst chart: the charts of one connection as a PNG, without a display.
#pragma once

#include <QStringList>

#include <ostream>

namespace whyrst {

/// Runs `whyrst chart` with the arguments after "chart" and gives the exit status. Needs a QApplication, which may run
/// on the offscreen platform. `out` gets the picture when it is asked for as "-", `err` one sentence when something is
/// wrong.
int runChartCommand(const QStringList& arguments, std::ostream& out, std::ostream& err);

} // namespace whyrst
