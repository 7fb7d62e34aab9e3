#include "views/compare/comparison_image.h"

#include "model/compare/compare.h"
#include "model/compare/peer_diagnosis.h"
#include "model/document/document_text.h"
#include "tests/support/open_trace_maker.h"
#include "tests/support/text_recorder.h"
#include "views/charts/chart_image.h"
#include "views/compare/comparison_content.h"

#include <QPainter>

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst {
namespace {

/// The details of the worst pair of a run.
std::shared_ptr<const PairDetails> detailsOf(const std::string& run, const char* client, const char* server)
{
    OpenComparison open;
    open.given = {test::openCaptureFile(test::labPath(run + '/' + client)).trace,
        test::openCaptureFile(test::labPath(run + '/' + server)).trace};
    NoProgress progress;
    auto comparison = std::make_shared<Comparison>(compareTraces(*open.given[0], *open.given[1], {}, progress));
    open.comparison = comparison;
    diagnosePairs(open.traces(), *comparison, {}, progress);
    return std::make_shared<const PairDetails>(open, worstPair(*comparison));
}

std::shared_ptr<const PairDetails> blackHole()
{
    return detailsOf("segment-black-hole.upload-sack--2", "client.pcapng", "server.pcap");
}

/// What is written on the picture outside of the charts.
QString writtenOn(const ComparisonImageRequest& request)
{
    test::TextRecorder recorder(request.size);
    QPainter painter(&recorder);
    paintComparisonImage(painter, request);
    painter.end();
    return recorder.text();
}

/// What is written in the charts.
QString chartTexts(const ComparisonContent& content)
{
    std::string texts;
    for (const ChartData* chart : {&content.charts[0], &content.charts[1], &content.delay}) {
        texts += chart->title + chart->description + chart->axis.label + chart->emptyText;
        for (const Series& series : chart->series)
            texts += series.name + '\n';
        for (const ChartMark& mark : chart->marks)
            texts += mark.label + mark.text + '\n';
        for (const ChartNote& note : chart->notes)
            texts += note.label + note.text + '\n';
    }
    return toQString(texts);
}

/// Every text that leaves with the picture.
QString allTexts(const ComparisonImageRequest& request)
{
    const QImage image = QImage::fromData(encodePng(renderComparisonImage(request), 1));
    QStringList texts{request.title.join(QLatin1Char('\n')), request.filter, writtenOn(request),
        chartTexts(describeContent(request))};
    for (const QString& key : image.textKeys())
        texts << image.text(key);
    return texts.join(QLatin1Char('\n'));
}

/// Addresses of both ends as both captures have them.
QStringList addressesOf(const PairDetails& details)
{
    QStringList addresses;
    for (const Side near : {Side::Client, Side::Server}) {
        for (const Side end : {Side::Client, Side::Server})
            addresses << toQString(toString(details.connection(near).endpoint(end).address));
    }
    return addresses;
}

/// Runs whose pictures name addresses: in titles, rules, findings, ICMP errors.
struct NamingRun
{
    const char* folder;
    const char* client;
    const char* server;
};

class MaskedPicture : public testing::TestWithParam<NamingRun>
{
};

TEST_P(MaskedPicture, HoldsNoAddress)
{
    const auto details = detailsOf(GetParam().folder, GetParam().client, GetParam().server);
    ComparisonImageRequest request = describeComparisonImage(details);
    request.size = {1000, 700};
    request.scale = 1;
    const QString open = allTexts(request);
    request.title.prepend(QStringLiteral("Case of ") + addressesOf(*details).join(QStringLiteral(" and ")));
    request.filter = QStringLiteral("host ") + addressesOf(*details).front();
    maskAddresses(request);
    const QString masked = allTexts(request);
    for (const QString& address : addressesOf(*details)) {
        EXPECT_TRUE(open.contains(address));
        EXPECT_FALSE(masked.contains(address)) << address.toStdString();
    }
    EXPECT_TRUE(masked.contains(QStringLiteral("Client A:")));
    EXPECT_TRUE(masked.contains(QStringLiteral("Server B:")));
}

INSTANTIATE_TEST_SUITE_P(Runs, MaskedPicture,
    testing::Values(NamingRun{"segment-black-hole.upload-sack--2", "client.pcapng", "server.pcap"},
        NamingRun{"control.nat--1", "client.pcap", "server.pcapng"},
        NamingRun{"icmp-unreachable.connect-rejected--1", "client.pcapng", "server.pcapng"},
        NamingRun{"injected-reset.client-only--1", "client.pcap", "server.pcap"}));

TEST(ComparisonImage, WhatABoxMadeOfTheClientIsCalledNat)
{
    ComparisonImageRequest request
        = describeComparisonImage(detailsOf("control.nat--1", "client.pcap", "server.pcapng"));
    maskAddresses(request);
    EXPECT_TRUE(request.title.join(QLatin1Char(' ')).contains(QStringLiteral("NAT:")))
        << request.title.join(QLatin1Char(' ')).toStdString();
}

/// A small request of that run, which is quickly drawn.
ComparisonImageRequest smallRequest(const std::shared_ptr<const PairDetails>& details)
{
    ComparisonImageRequest request = describeComparisonImage(details);
    request.size = {1000, 700};
    request.scale = 1;
    return request;
}

TEST(ComparisonImage, HoldsTheChosenPanesOnly)
{
    ComparisonImageRequest request = smallRequest(blackHole());
    const QString serverLine = QStringLiteral("\nServer's capture\n"); // above the ladder; titles of charts are drawn
    const QImage both = renderComparisonImage(request);
    EXPECT_TRUE(writtenOn(request).contains(serverLine));
    request.panes = ShownPanes::Charts;
    const QImage charts = renderComparisonImage(request);
    EXPECT_FALSE(writtenOn(request).contains(serverLine));
    EXPECT_TRUE(writtenOn(request).contains(QStringLiteral("data client")));
    request.panes = ShownPanes::LadderOnly;
    EXPECT_TRUE(writtenOn(request).contains(serverLine));
    EXPECT_FALSE(writtenOn(request).contains(QStringLiteral("data client")));
    EXPECT_NE(renderComparisonImage(request), charts);
    EXPECT_NE(both, charts);
}

TEST(ComparisonImage, OverlayDelayAndFoldChangeThePicture)
{
    ComparisonImageRequest request = smallRequest(blackHole());
    std::vector<QImage> pictures{renderComparisonImage(request)};
    request.hasDelay = true;
    pictures.push_back(renderComparisonImage(request));
    request.isOverlaid = true;
    pictures.push_back(renderComparisonImage(request));
    request.foldsSilence = false;
    pictures.push_back(renderComparisonImage(request));
    request.clock = Side::Server;
    pictures.push_back(renderComparisonImage(request));
    for (size_t index = 1; index < pictures.size(); ++index)
        EXPECT_NE(pictures[index], pictures[index - 1]) << index;
}

TEST(ComparisonImage, FooterSaysWhatTimeIsShown)
{
    ComparisonImageRequest request = smallRequest(blackHole());
    request.span = {std::chrono::milliseconds(10), std::chrono::milliseconds(90)};
    EXPECT_TRUE(writtenOn(request).contains(QStringLiteral("shown: 0.010 s to 0.090 s of")));
}

TEST(ComparisonImage, OneFindingIsTheWholeStory)
{
    const auto details = blackHole();
    const std::vector<CompareFinding>& findings = details->pair().findings;
    const auto loss = std::ranges::find(findings, "loss", &CompareFinding::id);
    ASSERT_NE(loss, findings.end());
    const int number = static_cast<int>(loss - findings.begin()) + 1;
    ASSERT_GT(number, 1);
    ComparisonImageRequest request = smallRequest(details);
    ASSERT_TRUE(showFinding(request, number));
    const ComparisonContent content = describeContent(request);
    const QString heading
        = QStringLiteral("Finding %1 of %2. Path to the server").arg(number).arg(static_cast<int>(findings.size()));
    EXPECT_TRUE(content.words.heading.startsWith(heading)) << content.words.heading.toStdString();
    ASSERT_EQ(content.words.steps.size(), 1U);
    EXPECT_EQ(content.words.steps.front().number, number);
    EXPECT_EQ(content.findings, toQString(loss->text));
    for (const LadderMark& mark : content.marks)
        EXPECT_EQ(mark.number, number);
    for (const ChartMark& mark : content.charts[0].marks)
        EXPECT_EQ(mark.number, number);
}

TEST(ComparisonImage, OneFindingIsShownAsLongAsItLasts)
{
    const auto details = blackHole();
    ComparisonImageRequest request = smallRequest(details);
    const CompareFinding& finding = details->pair().findings[0];
    ASSERT_TRUE(showFinding(request, 1));
    for (const PacketNumber frame : finding.clientFrames) {
        EXPECT_LE(request.span.begin, *details->timeOf(Side::Client, frame));
        EXPECT_GE(request.span.end, *details->timeOf(Side::Client, frame));
    }
    EXPECT_FALSE(finding.clientFrames.empty());
}

TEST(ComparisonImage, ThereIsNoPictureOfAFindingThatIsNotThere)
{
    const auto details = blackHole();
    ComparisonImageRequest request = smallRequest(details);
    EXPECT_FALSE(showFinding(request, 0));
    EXPECT_FALSE(showFinding(request, static_cast<int>(details->pair().findings.size()) + 1));
    EXPECT_FALSE(request.finding);
}

TEST(ComparisonImage, NumbersOnThePictureAreExplainedThere)
{
    const ComparisonContent content = describeContent(smallRequest(blackHole()));
    for (const ChartData& chart : content.charts) {
        for (const ChartMark& mark : chart.marks)
            EXPECT_TRUE(
                std::ranges::find(content.words.steps, mark.number, &ChartMark::number) != content.words.steps.end());
    }
}

/// How often the story tells the sentence.
int tellings(const ComparisonContent& content, const std::string& sentence)
{
    QStringList story{content.words.heading, content.words.summary};
    for (const ChartMark& step : content.words.steps)
        story << toQString(step.text);
    return static_cast<int>(story.join(QLatin1Char('\n')).count(toQString(sentence)));
}

TEST(ComparisonImage, WithoutACauseEachSentenceStandsOnce)
{
    const auto details = detailsOf("control.lossy-recovers--1", "client.pcap", "server.pcapng");
    ASSERT_FALSE(details->pair().findings.empty());
    const ComparisonContent content = describeContent(smallRequest(details));
    EXPECT_EQ(tellings(content, details->pair().findings.front().text), 1);
    EXPECT_EQ(content.words.heading, QStringLiteral("Packets lost (certain)")); // in both directions
}

TEST(ComparisonImage, ASummaryThatIsTheHeadlineStandsOnce)
{
    const auto details = detailsOf("idle-timeout.server-resets--1", "client.pcap", "server.pcap");
    ASSERT_FALSE(details->pair().summary.empty());
    EXPECT_EQ(tellings(describeContent(smallRequest(details)), details->pair().summary), 1);
}

TEST(ComparisonImage, FooterHasTheDayOfMakingAndTheFilter)
{
    ComparisonImageRequest request = smallRequest(blackHole());
    EXPECT_FALSE(writtenOn(request).contains(QStringLiteral("made")));
    request.made = QDate(2026, 3, 9);
    request.filter = QStringLiteral("tcp port 389");
    EXPECT_TRUE(writtenOn(request).contains(QStringLiteral("made 2026-03-09")));
    EXPECT_TRUE(writtenOn(request).contains(QStringLiteral("filter tcp port 389")));
}

TEST(ComparisonImage, FilesAndFindingsCanBeSearchedInTheFile)
{
    const auto details = blackHole();
    const QByteArray png = encodePng(renderComparisonImage(smallRequest(details)), 1);
    for (const CompareFinding& finding : details->pair().findings)
        EXPECT_TRUE(png.contains(finding.text.c_str())) << finding.text;
    EXPECT_TRUE(png.contains("client.pcapng (SHA-256 "));
}

} // namespace
} // namespace whyrst
