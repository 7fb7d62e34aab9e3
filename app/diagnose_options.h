// The command line of `whyrst diagnose` as values.
#pragma once

#include "app/diagnose_output.h"

#include <QStringList>

#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

namespace whyrst {

/// What to diagnose, and how to tell it.
struct DiagnoseOptions
{
    std::vector<std::string> files; ///< "-": standard input
    std::string peer;               ///< a capture of the other end; may be empty
    bool merge = false;             ///< all files are one trace
    std::string filter;             ///< BPF, may be empty
    bool keepDuplicates = false;    ///< packets that were recorded twice count twice
    DiagnosisSettings settings;     ///< where the captures were taken, thresholds
    DiagnoseFormat format = DiagnoseFormat::Text;
    DiagnoseSelection selection;
    FailOn failOn;
    bool explain = false; ///< print the rules and thresholds behind the findings
    bool stats = false;   ///< tell times and memory on standard error
};

/// The options, or the exit status of a command that is done already (--help, wrong usage).
std::variant<DiagnoseOptions, int> parseDiagnoseOptions(
    const QStringList& arguments, std::ostream& out, std::ostream& err);

} // namespace whyrst
