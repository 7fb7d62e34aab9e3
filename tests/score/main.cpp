// score: how often the diagnosis is right on the captures of a lab, whose truth is known.
#include "model/diagnosis/rule_table.h"
#include "tests/score/pair_scoring.h"
#include "tests/score/report.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace {

using namespace whyrst::score;

/// The causes that have a rule; the others are counted apart until they have one.
QString scoredCauses()
{
    QStringList names;
    for (const whyrst::Rule& rule : whyrst::ruleTable())
        names << QString::fromLatin1(causeName(rule.cause));
    return names.join(u',');
}

Selection selectionOf(const QString& list)
{
    Selection selection;
    if (list == QStringLiteral("all"))
        return selection;
    for (const QString& cause : list.split(u','))
        selection.only.insert(cause.toStdString());
    return selection;
}

/// Whether every vantage reaches `least`, nothing wrong is called certain, no control has a fault, and the evidence is
/// good.
bool passes(const Score& score, const EvidenceScore& evidence, double least)
{
    const bool enough = std::ranges::all_of(score.byCapture,
        [&](const auto& capture) { return capture.first == "router" || capture.second.mean() >= least; });
    return score.runs > 0 && enough && evidence.isGood() && score.wrongCertain.empty() && score.falseFaults.empty();
}

void addOptions(QCommandLineParser& parser)
{
    parser.setApplicationDescription(QStringLiteral("Scores the diagnosis on the runs of a lab folder."));
    parser.addHelpOption();
    parser.addOptions({
        {QStringLiteral("json"), QStringLiteral("Print JSON.")},
        {QStringLiteral("only"), QStringLiteral("Score these causes and connections without one; \"all\": all."),
            QStringLiteral("CAUSE,..."), scoredCauses()},
        {QStringLiteral("least"),
            QStringLiteral(
                "Exit with status 1 below this share of right answers (0 to 1), with a wrong answer that is "
                "called certain, with a false fault, with both captures and a wrong sender of a RST, or when the "
                "first sends of stuck segments are missing."),
            QStringLiteral("SHARE")},
        {QStringLiteral("compare"),
            QStringLiteral("Score the comparison of client and server instead: pairs of packets, losses, clocks. Exit "
                           "with status 1 below its goals.")},
        {QStringLiteral("golden"),
            QStringLiteral(
                "Exit with status 1 when the printed text does not stand in FILE: somebody must look at the change."),
            QStringLiteral("FILE")},
    });
    parser.addPositionalArgument(QStringLiteral("DIR"), QStringLiteral("Folder of runs with truth.json."));
}

/// Whether `text` stands in `file` as it is.
bool standsIn(const QString& file, const std::string& text)
{
    std::ifstream in(QFile::encodeName(file).toStdString());
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    return content.find(text) != std::string::npos;
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    addOptions(parser);
    parser.process(application);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    std::vector<std::string> problems;
    const std::vector<TrueRun> runs = readRuns(parser.positionalArguments().front().toStdString(), problems);
    if (parser.isSet(QStringLiteral("compare"))) {
        PairScore score;
        for (const TrueRun& run : runs)
            score.add(scorePairs(run));
        printPairScore(std::cout, score);
        return score.isGood() ? 0 : 1;
    }
    const Selection selection = selectionOf(parser.value(QStringLiteral("only")));
    std::vector<Judgment> judgments;
    EvidenceScore evidence;
    for (const TrueRun& run : runs) {
        for (Judgment& judgment : judgeRun(run, selection, evidence))
            judgments.push_back(std::move(judgment));
    }
    for (const std::string& problem : problems)
        std::cerr << "score: " << problem << '\n';
    const Score score = sumUp(judgments);
    std::ostringstream text;
    if (parser.isSet(QStringLiteral("json"))) {
        printJson(text, score);
    } else {
        printText(text, score);
        printEvidence(text, evidence);
    }
    std::cout << text.str();
    if (!problems.empty() || runs.empty())
        return 2;
    if (const QString golden = parser.value(QStringLiteral("golden"));
        !golden.isEmpty() && !standsIn(golden, text.str())) {
        std::cerr << "score: this is not what " << golden.toStdString()
                  << " says: look at what changed, then update it\n";
        return 1;
    }
    const bool isGate = parser.isSet(QStringLiteral("least"));
    return isGate && !passes(score, evidence, parser.value(QStringLiteral("least")).toDouble()) ? 1 : 0;
}
