#include "views/compare/comparison_content.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/charts/picture_mask.h"
#include "views/compare/ladder_view.h"

#include <algorithm>

namespace whyrst {
namespace {

constexpr size_t mostFindings = 3;

/// "Path to the server: Segment black hole (certain)".
QString headingOf(const ConnectionPair& pair)
{
    const CompareFinding* headline = headlineFinding(pair);
    if (!headline || !headline->cause)
        return headlineWords(pair);
    QString place = placeWords(headline->place);
    place.replace(0, 1, place.at(0).toUpper());
    return QStringLiteral("%1: %2 (%3)")
        .arg(place, toQString(causeTitle(*headline->cause)), confidenceWords(headline->confidence));
}

/// The summary, and findings that stand at no packet.
QString summaryOf(const ConnectionPair& pair, const std::vector<ChartMark>& steps)
{
    QStringList sentences{toQString(pair.summary)};
    int number = 0;
    for (const CompareFinding& finding : pair.findings) {
        ++number;
        const bool isMarked = std::ranges::find(steps, number, &ChartMark::number) != steps.end();
        if (!isMarked && number <= static_cast<int>(mostFindings) && finding.text != pair.summary)
            sentences << toQString(finding.text);
    }
    sentences.removeAll(QString());
    return sentences.join(QLatin1Char(' '));
}

/// The findings with a place in the charts, each once.
std::vector<ChartMark> stepsOf(const std::array<ChartData, 2>& charts)
{
    std::vector<ChartMark> steps;
    for (const ChartData& chart : charts) {
        for (const ChartMark& mark : chart.marks) {
            const bool isKnown = std::ranges::find(steps, mark.number, &ChartMark::number) != steps.end();
            if (!isKnown && !mark.isGhost && mark.number <= static_cast<int>(mostFindings))
                steps.push_back(mark);
        }
    }
    std::ranges::sort(steps, {}, &ChartMark::number);
    for (ChartMark& step : steps)
        step.frame.reset(); // it would not say in which capture
    return steps;
}

/// Headline and numbered findings, laid out as the chain of a chart's picture.
ChartImageRequest wordsOf(const ComparisonImageRequest& request, const std::array<ChartData, 2>& charts)
{
    ChartImageRequest words;
    words.title = request.title;
    words.heading = headingOf(request.details->pair());
    words.theme = request.theme;
    words.steps = stepsOf(charts);
    words.summary = summaryOf(request.details->pair(), words.steps);
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
    return parts.join(QStringLiteral(" \u00b7 "));
}

QString findingsOf(const ConnectionPair& pair)
{
    QStringList findings;
    for (const CompareFinding& finding : pair.findings)
        findings << toQString(finding.text);
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

} // namespace

ComparisonContent describeContent(const ComparisonImageRequest& request)
{
    const PairDetails& details = *request.details;
    ComparisonContent content;
    for (const Side capture : {Side::Client, Side::Server})
        content.charts[sideIndex(capture)] = details.chart(capture, request.direction);
    content.words = wordsOf(request, content.charts);
    if (request.isOverlaid)
        content.charts[0] = details.overlay(request.direction);
    content.delay = details.delayChart();
    content.captions = {QStringLiteral("Client's capture"), QStringLiteral("Server's capture")};
    content.marks = ladderMarks(details);
    content.footer = footerOf(request);
    content.description = headlineWords(details.pair());
    content.findings = findingsOf(details.pair());
    if (request.mask)
        maskContent(*request.mask, content);
    return content;
}

} // namespace whyrst
