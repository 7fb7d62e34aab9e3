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

#include <array>
#include <fstream>
#include <memory>

namespace whyrst {

namespace {

const QString command = QStringLiteral("compare");

/// Options that say how the picture is to look.
constexpr std::array pictureOptions{"title", "mask-addresses", "delay", "finding"};

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
        {QStringLiteral("finding"),
            QStringLiteral("Draw only this finding of that pair, from 1: its packets and its sentence."),
            QStringLiteral("N")},
        {QStringLiteral("delay"),
            QStringLiteral("Show in the picture how long the packets of both directions were on their way.")},
        titleOption(),
        maskOption(),
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
    ComparisonPicture look; ///< of the picture
};

int fail(std::ostream& err, const std::string& sentence)
{
    return usageError(err, command, QString::fromStdString(sentence));
}

/// Options without a meaning for two different connections.
constexpr std::array sideBySideOptions{"pairs", "delay", "finding"};

/// The number that an option gives; nothing when it is no number.
std::optional<uint32_t> numberOf(const QCommandLineParser& parser, const QString& option)
{
    bool isNumber = false;
    const uint number = parser.value(option).toUInt(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

/// The sentence about wrong options of the picture; empty when all are right.
QString pictureProblem(const QCommandLineParser& parser)
{
    const QString picture = parser.value(QStringLiteral("output"));
    if (!picture.isEmpty() && !picture.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive))
        return QStringLiteral("This version writes PNG only: give -o a name that ends in .png.");
    for (const char* name : pictureOptions) {
        const QString option = QString::fromLatin1(name);
        if (picture.isEmpty() && parser.isSet(option))
            return QStringLiteral("--%1 is about the picture: say with -o OUT.png where to write it.").arg(option);
    }
    const QString finding = QStringLiteral("finding");
    if (parser.isSet(finding) && numberOf(parser, finding).value_or(0) == 0)
        return QStringLiteral("--finding takes a number from 1.");
    return {};
}

/// Two different connections instead of two captures of the same ones.
int contrastConnections(const QCommandLineParser& parser, const CompareRun& run, std::ostream& out, std::ostream& err)
{
    ContrastRun contrast;
    contrast.files = parser.positionalArguments();
    contrast.asJson = run.asJson;
    contrast.picture = run.picture;
    contrast.title = run.look.title;
    contrast.masksAddresses = run.look.masksAddresses;
    contrast.filter = run.filter;
    contrast.settings = run.settings;
    for (const QString& option : {QStringLiteral("good"), QStringLiteral("bad")}) {
        const std::optional<uint32_t> number = numberOf(parser, option);
        if (parser.isSet(option) && !number)
            return usageError(err, command, QStringLiteral("--%1 takes a number from 0.").arg(option));
        (option == QStringLiteral("good") ? contrast.good : contrast.bad) = number;
    }
    if (contrast.files.isEmpty() || contrast.files.size() > 2)
        return usageError(err, command,
            QStringLiteral("Name the capture with both connections, or that of the good one and that of the bad one."));
    for (const char* name : sideBySideOptions) {
        const QString option = QString::fromLatin1(name);
        if (parser.isSet(option))
            return usageError(err, command,
                QStringLiteral("--%1 is for two captures of the same connections: leave it out.").arg(option));
    }
    return runContrast(contrast, out, err);
}

/// False when the file cannot be written.
bool writePairs(const QString& file, const OpenComparison& open)
{
    std::ofstream pairs(nativeName(file), std::ios::binary);
    writePairsCsv(pairs, open.traces(), *open.comparison);
    return static_cast<bool>(pairs.flush());
}

int drawPicture(const CompareRun& run, const OpenComparison& open, std::ostream& err)
{
    const size_t pair = worstPair(*open.comparison);
    const size_t findings = pair < open.comparison->pairs.size() ? open.comparison->pairs[pair].findings.size() : 0;
    if (run.look.finding && static_cast<size_t>(*run.look.finding) > findings)
        return usageError(err, command,
            QStringLiteral("There is no finding %1: the connection with the worst one has %2.")
                .arg(*run.look.finding)
                .arg(findings));
    const Result<qint64> written
        = writeComparisonPicture(open.given[0], open.given[1], open.comparison, run.look, run.picture);
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
        return drawPicture(run, open, err);
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
    CompareRun run;
    run.asJson = format == QStringLiteral("json");
    run.pairsFile = parser.value(QStringLiteral("pairs"));
    run.picture = parser.value(QStringLiteral("output"));
    run.filter = filterOf(parser);
    run.look.hasDelay = parser.isSet(QStringLiteral("delay"));
    run.look.title = titleOf(parser);
    run.look.made = dayOfMaking();
    run.look.filter = QString::fromStdString(run.filter);
    run.look.masksAddresses = masksAddresses(parser);
    if (const std::optional<uint32_t> finding = numberOf(parser, QStringLiteral("finding")))
        run.look.finding = static_cast<int>(*finding);
    for (const QString& problem : {readThresholds(parser, run.settings), pictureProblem(parser)}) {
        if (!problem.isEmpty())
            return usageError(err, command, problem);
    }
    if (parser.isSet(QStringLiteral("good")) || parser.isSet(QStringLiteral("bad")))
        return contrastConnections(parser, run, out, err);
    if (parser.positionalArguments().size() != 2)
        return usageError(err, command, QStringLiteral("Name two captures of the same connections."));
    return compareFiles(parser.positionalArguments(), run, out, err);
}

} // namespace whyrst
