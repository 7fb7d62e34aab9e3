#include "app/compare_command.h"

#include "app/command_line.h"
#include "app/comparison_picture.h"
#include "app/contrast_command.h"
#include "model/compare/content_comparison.h"
#include "model/compare/peer_diagnosis.h"
#include "model/document/open_comparison.h"
#include "model/export/comparison_json.h"
#include "model/export/comparison_text.h"
#include "model/tcp/load_trace.h"

#include <fstream>
#include <memory>

namespace whyrst {

namespace {

const QString command = QStringLiteral("compare");

void addOptions(QCommandLineParser& parser)
{
    describeCommand(parser,
        QStringLiteral("Compares a capture of the client's side with one of the server's: which packets were lost,\n"
                       "changed or forged between them, and who really sent each RST. The order of the captures does\n"
                       "not matter; no setting is needed.\n"
                       "With --good and --bad: two different connections, one that works and one that fails, of one\n"
                       "capture or of two (then the first one is that of the good connection): where they part."));
    parser.addOptions({
        {QStringLiteral("format"),
            QStringLiteral(
                "text (default) or json. Of captures with no connection in common json tells what is apart."),
            QStringLiteral("FORMAT")},
        {QStringLiteral("pairs"),
            QStringLiteral("Write client_frame,server_frame,relation,delay_ns of every packet to FILE (CSV)."),
            QStringLiteral("FILE")},
        {{QStringLiteral("o"), QStringLiteral("output")},
            QStringLiteral("Draw both captures, the ladder and the findings of the pair with the worst finding as a "
                           "picture instead; with --good and --bad both connections since their SYN."),
            QStringLiteral("OUT.png")},
        {QStringLiteral("good"),
            QStringLiteral("Compare two different connections: the one that works has this number, from 0."),
            QStringLiteral("ID")},
        {QStringLiteral("bad"),
            QStringLiteral("The one that fails. Of a capture with a single connection the number may be left out."),
            QStringLiteral("ID")},
        filterOption(),
        thresholdOption(),
    });
    parser.addPositionalArgument(QStringLiteral("CLIENT"), QStringLiteral("A capture of the connections."));
    parser.addPositionalArgument(QStringLiteral("SERVER"), QStringLiteral("The capture of the other end."));
}

/// What the command does once its options are known.
struct CompareRun
{
    bool asJson = false;
    QString pairsFile;
    QString picture;
    std::string filter;
    DiagnosisSettings settings;
};

int fail(std::ostream& err, const std::string& sentence)
{
    return usageError(err, command, QString::fromStdString(sentence));
}

/// The number that an option gives; nothing when it is no number.
std::optional<uint32_t> numberOf(const QCommandLineParser& parser, const QString& option)
{
    bool isNumber = false;
    const uint number = parser.value(option).toUInt(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

/// Two different connections instead of two captures of the same ones.
int contrastConnections(const QCommandLineParser& parser, const CompareRun& run, std::ostream& out, std::ostream& err)
{
    ContrastRun contrast{parser.positionalArguments(), {}, {}, run.asJson, run.picture, run.filter, run.settings};
    for (const QString& option : {QStringLiteral("good"), QStringLiteral("bad")}) {
        const std::optional<uint32_t> number = numberOf(parser, option);
        if (parser.isSet(option) && !number)
            return usageError(err, command, QStringLiteral("--%1 takes a number from 0.").arg(option));
        (option == QStringLiteral("good") ? contrast.good : contrast.bad) = number;
    }
    if (contrast.files.isEmpty() || contrast.files.size() > 2)
        return usageError(err, command,
            QStringLiteral("Name the capture with both connections, or that of the good one and that of the bad one."));
    if (!run.pairsFile.isEmpty())
        return usageError(
            err, command, QStringLiteral("--pairs is for two captures of the same connections: leave it out."));
    return runContrast(contrast, out, err);
}

/// False when the file cannot be written.
bool writePairs(const QString& file, const OpenComparison& open)
{
    std::ofstream pairs(nativeName(file), std::ios::binary);
    writePairsCsv(pairs, open.traces(), *open.comparison);
    return static_cast<bool>(pairs.flush());
}

int drawPicture(const QString& file, const OpenComparison& open, std::ostream& err)
{
    const Result<qint64> written = writeComparisonPicture(open.given[0], open.given[1], open.comparison, {}, file);
    return written ? static_cast<int>(exitDone) : fail(err, sentenceFor(written.error()));
}

void writeJson(const OpenComparison& open, std::ostream& out)
{
    JsonWriter json(out);
    writeComparisonJson(json, open.traces(), *open.comparison);
}

int writeResults(const CompareRun& run, const OpenComparison& open, std::ostream& out, std::ostream& err)
{
    if (!run.pairsFile.isEmpty() && !writePairs(run.pairsFile, open))
        return usageError(err, command, run.pairsFile + QStringLiteral(" cannot be written: choose another place."));
    if (!run.picture.isEmpty())
        return drawPicture(run.picture, open, err);
    if (run.asJson)
        writeJson(open, out);
    else
        out << comparisonText(open.traces(), *open.comparison);
    return exitDone;
}

int compareFiles(const QStringList& files, const CompareRun& run, std::ostream& out, std::ostream& err)
{
    LoadOptions load;
    load.open.filter = run.filter;
    NoProgress progress;
    OpenComparison open;
    for (size_t index = 0; index < open.given.size(); ++index) {
        Result<Trace> trace = loadTrace(nativeName(files[static_cast<int>(index)]), load, progress);
        if (!trace)
            return fail(err, sentenceFor(trace.error()));
        open.given[index] = std::make_shared<const Trace>(std::move(*trace));
    }
    auto comparison = std::make_shared<Comparison>(compareTraces(*open.given[0], *open.given[1], {}, progress));
    open.comparison = comparison;
    if (comparison->pairs.empty() && comparison->terminated.empty()) {
        if (run.asJson) // which two connections may be one, and why they are not paired
            writeJson(open, out);
        return fail(err, nothingInCommonText(*comparison));
    }
    compareContents(open.traces(), *comparison, progress);
    diagnosePairs(open.traces(), *comparison, run.settings, progress);
    return writeResults(run, open, out, err);
}

} // namespace

int runCompareCommand(const QStringList& arguments, std::ostream& out, std::ostream& err)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const std::optional<int> status = parseCommand(parser, command, arguments, out, err))
        return *status;
    const QString format = parser.value(QStringLiteral("format"));
    if (!format.isEmpty() && format != QStringLiteral("text") && format != QStringLiteral("json"))
        return usageError(err, command, QStringLiteral("There is no format %1: use text or json.").arg(format));
    CompareRun run{format == QStringLiteral("json"), parser.value(QStringLiteral("pairs")),
        parser.value(QStringLiteral("output")), filterOf(parser), {}};
    if (const QString problem = readThresholds(parser, run.settings); !problem.isEmpty())
        return usageError(err, command, problem);
    if (!run.picture.isEmpty() && !run.picture.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive))
        return usageError(
            err, command, QStringLiteral("This version writes PNG only: give -o a name that ends in .png."));
    if (parser.isSet(QStringLiteral("good")) || parser.isSet(QStringLiteral("bad")))
        return contrastConnections(parser, run, out, err);
    if (parser.positionalArguments().size() != 2)
        return usageError(err, command, QStringLiteral("Name two captures of the same connections."));
    return compareFiles(parser.positionalArguments(), run, out, err);
}

} // namespace whyrst
