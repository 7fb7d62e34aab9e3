// whyrst: the window, or one of the subcommands that need no display.
#include "app/chart_command.h"
#include "app/command_line.h"
#include "app/compare_command.h"
#include "app/diagnose_command.h"
#include "app/packets_command.h"
#include "app/window.h"
#include "app/window_options.h"

#include <QApplication>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <langinfo.h>
#include <new>
#include <optional>
#include <string_view>

namespace whyrst {

namespace {

constexpr std::array laterCommands{"report", "annotate"};

constexpr const char* helpText
    = R"(Usage: whyrst [--filter BPF] [FILE ...]  open captures in the window; several as one trace, "-" is standard input
       whyrst -i INTERFACE [--filter BPF] capture from an interface in the window
       whyrst diagnose [options] FILE...  why connections were reset, as text or JSON
       whyrst compare [options] CLIENT SERVER  two captures of the same connections, packet by packet
       whyrst packets [options] FILE      the TCP segments as a table
       whyrst chart [options] FILE        a connection's charts as a picture
       whyrst --help | --version
"whyrst COMMAND --help" tells the options of a command. The subcommands need no display.
Exit status: 0 done, 1 a cause named by --fail-on was found, 2 wrong usage or input, 3 an error in whyrst itself.
)";

bool isSet(const char* variable)
{
    const char* value = std::getenv(variable);
    return value && *value;
}

/// Whether `word` can only have been meant as a command: it looks like none of the names that captures have.
bool isUnknownCommand(std::string_view word)
{
    const bool isWord = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
    return isWord && !std::filesystem::exists(word);
}

/// Qt takes texts as UTF-8 and complains on standard error about other locales.
void useUtf8Locale()
{
    std::setlocale(LC_ALL, "");
    if (std::string_view(nl_langinfo(CODESET)) != "UTF-8")
        qputenv("LC_ALL", "C.UTF-8");
}

/// Qt's messages as a person at a terminal wants them: a sentence instead of an abort when the display cannot be used,
/// and nothing about platform plugins and the session's folders.
void sayPlainly(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    if (type == QtFatalMsg) {
        std::cerr << "whyrst: The window cannot be opened on this display: use \"whyrst diagnose FILE\" without one.\n";
        std::_Exit(exitUsage);
    }
    const bool isAboutPlatform = std::string_view(context.category ? context.category : "").starts_with("qt.qpa");
    if (!isAboutPlatform && !message.startsWith(QStringLiteral("QStandardPaths:")))
        std::cerr << message.toStdString() << '\n';
}

int runCommand(std::string_view command, int& argc, char** argv)
{
    if (command == "chart" || command == "compare") {
        if (!isSet("QT_QPA_PLATFORM"))
            qputenv("QT_QPA_PLATFORM", "offscreen"); // a picture is the same with and without a display
        qInstallMessageHandler(sayPlainly);
        const QApplication application(argc, argv);
        const QStringList arguments = QApplication::arguments().mid(2);
        return command == "chart" ? runChartCommand(arguments, std::cout, std::cerr)
                                  : runCompareCommand(arguments, std::cout, std::cerr);
    }
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(2);
    return command == "packets" ? runPacketsCommand(arguments, std::cout, std::cerr)
                                : runDiagnoseCommand(arguments, std::cout, std::cerr);
}

int openWindow(int& argc, char** argv)
{
    if (!isSet("DISPLAY") && !isSet("WAYLAND_DISPLAY") && !isSet("QT_QPA_PLATFORM"))
        return usageError(std::cerr, QString(),
            QStringLiteral("The window needs a display: use \"whyrst diagnose FILE\" without one."));
    const QtMessageHandler usual = qInstallMessageHandler(sayPlainly);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    LoadRequest request;
    const std::optional<int> problem
        = parseWindowOptions(QApplication::arguments().mid(1), request, std::cout, std::cerr);
    return problem ? *problem : runWindow(request);
}

int run(int argc, char** argv)
{
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "--help" || first == "-h") {
        std::cout << helpText;
        return exitDone;
    }
    if (first == "--version" || first == "-v") {
        std::cout << "whyrst " WHYRST_VERSION "\n";
        return exitDone;
    }
    if (std::ranges::find(laterCommands, first) != laterCommands.end())
        return usageError(
            std::cerr, QString(), QStringLiteral("This version does not have \"%1\" yet.").arg(QLatin1String(argv[1])));
    if (first == "diagnose" || first == "compare" || first == "packets" || first == "chart")
        return runCommand(first, argc, argv);
    if (isUnknownCommand(first))
        return usageError(std::cerr, QString(),
            QStringLiteral("\"%1\" is neither a command nor a file: see \"whyrst --help\".")
                .arg(QLatin1String(argv[1])));
    return openWindow(argc, argv);
}

/// A status that says "done" only when everything was written.
int afterFlush(int status)
{
    std::cout.flush();
    if (std::cout.good())
        return status;
    return usageError(std::cerr, QString(), QStringLiteral("Cannot write to standard output: check the free space."));
}

} // namespace

} // namespace whyrst

int main(int argc, char** argv)
{
    std::ios::sync_with_stdio(false);
    whyrst::useUtf8Locale();
    try {
        return whyrst::afterFlush(whyrst::run(argc, argv));
    } catch (const std::bad_alloc&) {
        std::cerr << "whyrst: Out of memory: open a smaller part of the capture.\n";
    } catch (const std::exception& problem) {
        std::cerr << "whyrst: An error in whyrst itself (" << problem.what() << "): please report it.\n";
    }
    return whyrst::exitOurFault;
}
