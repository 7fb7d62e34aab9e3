#include "views/compare/comparison_content.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/charts/picture_mask.h"
#include "views/compare/ladder_view.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace whyrst {
namespace {

constexpr size_t mostFindings = 3;

/// What findings without a cause are about, by their id.
struct Subject
{
    std::string_view id;
    const char* words;
};
constexpr std::array subjects{
    Subject{"loss", "packets lost"},
    Subject{"needless", "packets sent again without need"},
    Subject{"arrived-broken", "packets arrived broken"},
    Subject{"reset-lost", "RST lost"},
    Subject{"reset-sent", "RST sent"},
    Subject{"unknown-origin", "sender of the RST not known"},
    Subject{"payload-damaged", "payload damaged"},
    Subject{"payload-rewritten", "payload rewritten"},
    Subject{"payload-changed", "payload changed"},
    Subject{"reordered", "packets overtaken"},
    Subject{"capture-ended", "one capture ends first"},
};

/// What a finding is about; empty when there is no short word for it.
QString subjectOf(const CompareFinding& finding)
{
    if (finding.cause)
        return toQString(causeTitle(*finding.cause));
    const auto subject = std::ranges::find(subjects, finding.id, &Subject::id);
    return subject == subjects.end() ? QString() : toQString(subject->words);
}

/// "Path to the server: Segment black hole (certain)".
QString titleOf(const CompareFinding& finding)
{
    QStringList parts;
    if (finding.place != ComparePlace::Unknown)
        parts << placeWords(finding.place);
    parts << subjectOf(finding);
    parts.removeAll(QString());
    QString title = parts.isEmpty() ? QStringLiteral("finding") : parts.join(QStringLiteral(": "));
    title.replace(0, 1, title.at(0).toUpper());
    return QStringLiteral("%1 (%2)").arg(title, confidenceWords(finding.confidence));
}

/// The first finding; without its place when others of its kind sit elsewhere.
CompareFinding sharedBy(const std::vector<CompareFinding>& findings)
{
    CompareFinding shared = findings.front();
    const bool isEverywhere = std::ranges::any_of(
        findings, [&](const CompareFinding& one) { return one.id == shared.id && one.place != shared.place; });
    if (isEverywhere)
        shared.place = ComparePlace::Unknown;
    return shared;
}

/// Whether a step of the picture tells the finding with that number.
bool isStep(const ChartImageRequest& words, int number)
{
    return std::ranges::find(words.steps, number, &ChartMark::number) != words.steps.end();
}

/// The summary without what a step says in the same words, and findings that stand at no packet; nothing that is said
/// elsewhere.
QString summaryOf(const ConnectionPair& pair, const ChartImageRequest& words)
{
    QString summary = toQString(pair.summary);
    QStringList sentences;
    int number = 0;
    for (const CompareFinding& finding : pair.findings) {
        const bool isTold = isStep(words, ++number);
        const std::string addition = finding.addition.value_or(std::string());
        if (isTold && !addition.empty() && finding.text.find(addition) != std::string::npos)
            summary.remove(QLatin1Char(' ') + toQString(addition));
        if (isTold && finding.text == pair.summary)
            summary.clear();
        if (!isTold && number <= static_cast<int>(mostFindings))
            sentences << toQString(finding.text);
    }
    sentences.prepend(summary);
    sentences.removeAll(QString());
    sentences.removeAll(words.heading);
    sentences.removeDuplicates();
    return sentences.join(QLatin1Char(' '));
}

/// Whether the picture tells the finding with that number.
bool isTold(const ComparisonImageRequest& request, int number)
{
    return request.finding ? number == *request.finding : number <= static_cast<int>(mostFindings);
}

/// The told findings with a place in the charts, each once.
std::vector<ChartMark> stepsOf(const std::array<ChartData, 2>& charts)
{
    std::vector<ChartMark> steps;
    for (const ChartData& chart : charts) {
        for (const ChartMark& mark : chart.marks) {
            const bool isKnown = std::ranges::find(steps, mark.number, &ChartMark::number) != steps.end();
            if (!isKnown && !mark.isGhost)
                steps.push_back(mark);
        }
    }
    std::ranges::sort(steps, {}, &ChartMark::number);
    for (ChartMark& step : steps)
        step.frame.reset(); // it would not say in which capture
    return steps;
}

/// The only finding that is told, as the headline of its picture.
void tellFinding(const ComparisonImageRequest& request, ChartImageRequest& words)
{
    const std::vector<CompareFinding>& findings = request.details->pair().findings;
    const CompareFinding& finding = findings[static_cast<size_t>(*request.finding) - 1];
    words.heading
        = QStringLiteral("Finding %1 of %2. %3").arg(*request.finding).arg(findings.size()).arg(titleOf(finding));
    if (words.steps.empty()) // it stands at no packet
        words.summary = toQString(finding.text);
}

/// Headline and numbered findings, laid out as the chain of a chart's picture.
ChartImageRequest wordsOf(const ComparisonImageRequest& request, const std::array<ChartData, 2>& charts)
{
    ChartImageRequest words;
    words.title = request.title;
    words.theme = request.theme;
    words.steps = stepsOf(charts);
    if (request.finding) {
        tellFinding(request, words);
        return words;
    }
    words.heading = comparisonHeading(request.details->pair());
    words.summary = summaryOf(request.details->pair(), words);
    return words;
}

QString footerOf(const ComparisonImageRequest& request)
{
    const PairDetails& details = *request.details;
    const auto inView = std::ranges::count_if(details.relations(), [&](const PacketRelation& relation) {
        const Duration time = relation.time - details.times().origin;
        return request.span.begin <= time && time <= request.span.end;
    });
    const auto seconds = [](Duration time) { return toQString(plainSeconds(std::max(time, Duration{}), 3)); };
    QStringList parts{QStringLiteral("Whyrst " WHYRST_VERSION),
        QStringLiteral("shown: %1 s to %2 s of %3 s, by the client's clock from %4 UTC")
            .arg(seconds(request.span.begin), seconds(std::min(request.span.end, details.times().length)),
                seconds(details.times().length), toQString(utcDateTime(details.times().origin))),
        QStringLiteral("%1 of %2 packets in view")
            .arg(countText(static_cast<uint64_t>(inView)), countText(details.relations().size()))};
    if (request.panes != ShownPanes::LadderOnly)
        parts << QStringLiteral("data %1").arg(flowWords(request.direction));
    if (!request.filter.isEmpty())
        parts << QStringLiteral("filter %1").arg(request.filter);
    if (request.made.isValid())
        parts.insert(1, QStringLiteral("made %1").arg(request.made.toString(Qt::ISODate)));
    return parts.join(QStringLiteral(" \u00b7 "));
}

QString findingsOf(const ComparisonImageRequest& request)
{
    QStringList findings;
    int number = 0;
    for (const CompareFinding& finding : request.details->pair().findings) {
        ++number;
        if (!request.finding || number == *request.finding)
            findings << toQString(finding.text);
    }
    return findings.join(QLatin1Char('\n'));
}

void maskContent(AddressMask mask, ComparisonContent& content)
{
    maskAddresses(mask, content.words);
    for (ChartData& chart : content.charts)
        maskAddresses(mask, chart);
    maskAddresses(mask, content.delay);
    for (QString* text :
        {&content.captions[0], &content.captions[1], &content.footer, &content.description, &content.findings})
        *text = masked(mask, *text);
}

/// One chart of both captures with the marks of the client's.
void overlay(ComparisonContent& content, ChartData chart)
{
    chart.marks = std::move(content.charts[0].marks);
    content.charts[0] = std::move(chart);
}

} // namespace

QString comparisonHeading(const ConnectionPair& pair)
{
    const CompareFinding* headline = headlineFinding(pair);
    if (!pair.verdict && headline && headline->cause)
        return titleOf(*headline);
    if (!pair.verdict)
        return pair.summary.empty() && !pair.findings.empty() ? titleOf(sharedBy(pair.findings)) : headlineWords(pair);
    QString heading = toQString(causeTitle(pair.verdict->cause));
    if (pair.verdict->confidence)
        heading = QStringLiteral("%1 (%2)").arg(heading, confidenceWords(*pair.verdict->confidence));
    if (headlinePlace(pair) == ComparePlace::Unknown)
        return heading;
    QString place = placeWords(headlinePlace(pair));
    place.replace(0, 1, place.at(0).toUpper());
    return QStringLiteral("%1: %2").arg(place, heading);
}

ComparisonContent describeContent(const ComparisonImageRequest& request)
{
    const PairDetails& details = *request.details;
    ComparisonContent content;
    const auto isUntold = [&](const auto& mark) { return !isTold(request, mark.number); };
    for (const Side capture : {Side::Client, Side::Server}) {
        content.charts[sideIndex(capture)] = details.chart(capture, request.direction);
        std::erase_if(content.charts[sideIndex(capture)].marks, isUntold);
    }
    content.words = wordsOf(request, content.charts);
    if (request.isOverlaid)
        overlay(content, details.overlay(request.direction));
    content.delay = details.delayChart();
    content.captions = {QStringLiteral("Client's capture"), QStringLiteral("Server's capture")};
    content.marks = ladderMarks(details);
    std::erase_if(content.marks, isUntold);
    content.footer = footerOf(request);
    content.description = request.finding ? content.words.heading : headlineWords(details.pair());
    content.findings = findingsOf(request);
    if (request.mask)
        maskContent(*request.mask, content);
    return content;
}

} // namespace whyrst
