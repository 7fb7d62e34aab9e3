// What the subcommands share: exit statuses, and sentences about wrong usage.
#pragma once

#include <QCommandLineParser>
#include <QString>
#include <QStringList>

#include <optional>
#include <ostream>
#include <string>

namespace whyrst {

struct DiagnosisSettings;

/// Exit statuses of the program: part of the command line contract.
enum ExitStatus : int
{
    exitDone = 0,
    exitCauseFound = 1, ///< a cause named by --fail-on
    exitUsage = 2,      ///< wrong usage or input: one sentence on standard error
    exitOurFault = 3,
};

/// Adds --help to a subcommand's parser and describes it.
void describeCommand(QCommandLineParser& parser, const QString& description);

/// Parses `arguments` (without the program's and the subcommand's name). On wrong usage or --help it writes to `err`
/// or `out` and gives the exit status; else nothing: go on.
std::optional<int> parseCommand(QCommandLineParser& parser, const QString& command, const QStringList& arguments,
    std::ostream& out, std::ostream& err);

/// The option --filter and its value, a BPF expression; empty when it is not given.
QCommandLineOption filterOption();
std::string filterOf(const QCommandLineParser& parser);

/// The option --threshold, and what it changes in `settings`. Gives the sentence about a wrong one; empty when all are
/// right.
QCommandLineOption thresholdOption();
QString readThresholds(const QCommandLineParser& parser, DiagnosisSettings& settings);

/// The option --title, and the line that it puts above a picture; empty when it is not given.
QCommandLineOption titleOption();
QString titleOf(const QCommandLineParser& parser);

/// The option --mask-addresses.
QCommandLineOption maskOption();
bool masksAddresses(const QCommandLineParser& parser);

/// Writes "whyrst COMMAND: SENTENCE" and gives exitUsage.
int usageError(std::ostream& err, const QString& command, const QString& sentence);

/// A file name as the system has it.
std::string nativeName(const QString& file);

} // namespace whyrst
