#include "app/compare_command.h"

#include "app/command_line.h"
#include "model/compare/compare.h"
#include "model/compare/peer_diagnosis.h"
#include "model/export/comparison_json.h"
#include "model/export/comparison_text.h"
#include "model/tcp/load_trace.h"

#include <fstream>

namespace whyrst {

namespace {

const QString command = QStringLiteral("compare");

void addOptions(QCommandLineParser& parser)
{
    describeCommand(parser,
        QStringLiteral("Compares a capture of the client's side with one of the server's: which packets were lost,\n"
                       "changed or forged between them, and who really sent each RST. The order of the captures does\n"
                       "not matter; no setting is needed."));
    parser.addOptions({
        {QStringLiteral("format"), QStringLiteral("text (default) or json."), QStringLiteral("FORMAT")},
        {QStringLiteral("pairs"),
            QStringLiteral("Write client_frame,server_frame,relation,delay_ns of every packet to FILE (CSV)."),
            QStringLiteral("FILE")},
        filterOption(),
    });
    parser.addPositionalArgument(QStringLiteral("CLIENT"), QStringLiteral("A capture of the connections."));
    parser.addPositionalArgument(QStringLiteral("SERVER"), QStringLiteral("The capture of the other end."));
}

/// What the command does once its options are known.
struct CompareRun
{
    bool asJson = false;
    QString pairsFile;
    std::string filter;
};

int fail(std::ostream& err, const std::string& sentence)
{
    return usageError(err, command, QString::fromStdString(sentence));
}

int writeResults(
    const CompareRun& run, const TracePair& traces, const Comparison& comparison, std::ostream& out, std::ostream& err)
{
    if (!run.pairsFile.isEmpty()) {
        std::ofstream pairs(nativeName(run.pairsFile), std::ios::binary);
        writePairsCsv(pairs, traces, comparison);
        if (!pairs.flush())
            return usageError(
                err, command, run.pairsFile + QStringLiteral(" cannot be written: choose another place."));
    }
    if (run.asJson) {
        JsonWriter json(out);
        writeComparisonJson(json, traces, comparison);
    } else {
        out << comparisonText(traces, comparison);
    }
    return exitDone;
}

int compareFiles(const QStringList& files, const CompareRun& run, std::ostream& out, std::ostream& err)
{
    LoadOptions load;
    load.open.filter = run.filter;
    NoProgress progress;
    const Result<Trace> first = loadTrace(nativeName(files[0]), load, progress);
    if (!first)
        return fail(err, sentenceFor(first.error()));
    const Result<Trace> second = loadTrace(nativeName(files[1]), load, progress);
    if (!second)
        return fail(err, sentenceFor(second.error()));
    Comparison comparison = compareTraces(*first, *second, {}, progress);
    if (comparison.pairs.empty() && comparison.terminated.empty())
        return fail(err, nothingInCommonText(comparison));
    const TracePair traces{comparison.isSwapped ? *second : *first, comparison.isSwapped ? *first : *second};
    diagnosePairs(traces, comparison);
    return writeResults(run, traces, comparison, out, err);
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
    if (parser.positionalArguments().size() != 2)
        return usageError(err, command, QStringLiteral("Name two captures of the same connections."));
    const CompareRun run{format == QStringLiteral("json"), parser.value(QStringLiteral("pairs")), filterOf(parser)};
    return compareFiles(parser.positionalArguments(), run, out, err);
}

} // namespace whyrst
