#include "views/compare/compare_charts.h"

#include "model/charts/compared_chart.h"
#include "model/charts/twin_lines.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/charts/chart_scene.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/compare/comparison_image.h"
#include "views/compare/ladder_view.h"

#include <algorithm>
#include <cmath>

namespace whyrst {
namespace {

constexpr double findingShare = 0.6;  ///< of the axis, that a finding's packets fill
constexpr int leastChartHeight = 130; ///< pixels, with its legend and axis
constexpr int leastDelayHeight = 90;  ///< the same without time axis
constexpr double delayShare = 0.24;   ///< of the height
constexpr double wholeMargin = 0.03;
constexpr int longestStory = 3; ///< ours: a RST farther off would leave the headline's packets too little of the axis
constexpr Duration shortestFinding = std::chrono::milliseconds(2); ///< a single packet has no length

PairSpan widened(PairSpan span, double factor)
{
    const auto room = Duration(std::llround(static_cast<double>((span.end - span.begin).count()) * (factor - 1) / 2));
    return {span.begin - room, span.end + room};
}

} // namespace

std::optional<PairSpan> findingSpan(const PairDetails& details, const CompareFinding& finding)
{
    std::optional<PairSpan> span;
    for (const Side capture : {Side::Client, Side::Server}) {
        for (const PacketNumber frame : capture == Side::Client ? finding.clientFrames : finding.serverFrames) {
            const std::optional<Duration> time = details.timeOf(capture, frame);
            if (!time)
                continue;
            span = span ? PairSpan{std::min(span->begin, *time), std::max(span->end, *time)} : PairSpan{*time, *time};
        }
    }
    if (!span)
        return {};
    const Duration least = std::max(shortestFinding, details.ladder().reach() * 2);
    if (span->end - span->begin < least) {
        const Duration middle = span->begin + (span->end - span->begin) / 2;
        span = PairSpan{middle - least / 2, middle + least / 2};
    }
    return widened(*span, 1 / findingShare);
}

PairSpan shownSpan(const PairDetails& details, const CompareFinding* finding)
{
    const Duration length = std::max(details.times().length, shortestFinding);
    const PairSpan whole = widened({{}, length}, 1 + 2 * wholeMargin);
    if (const auto span = finding ? findingSpan(details, *finding) : std::nullopt)
        return {std::max(span->begin, whole.begin), std::min(span->end, whole.end)};
    return whole;
}

PairSpan storySpan(const PairDetails& details)
{
    PairSpan story = shownSpan(details, headlineFinding(details.pair()));
    const Duration length = story.end - story.begin;
    const auto room = Duration(std::llround(wholeMargin * static_cast<double>(length.count())));
    for (const ResetOrigin& reset : details.pair().resets) {
        const Side capture = reset.clientFrame ? Side::Client : Side::Server;
        const auto& frame = reset.clientFrame ? reset.clientFrame : reset.serverFrame;
        const auto time = reset.isFirst && frame ? details.timeOf(capture, *frame) : std::nullopt;
        if (!time)
            continue;
        const PairSpan wider{std::min(story.begin, *time - room), std::max(story.end, *time + room)};
        if (wider.end - wider.begin <= longestStory * length)
            story = wider;
    }
    return story;
}

CompareCharts::CompareCharts(ComparisonSession* session, QWidget* parent)
    : QSplitter(Qt::Horizontal, parent)
    , m_session(session)
    , m_stack(new QSplitter(Qt::Vertical, this))
{
    m_charts[0] = new ChartStack(m_stack);
    m_delay = new ChartStack(m_stack, m_charts[0]->timeWindow());
    m_charts[1] = new ChartStack(m_stack, m_charts[0]->timeWindow());
    m_delay->setAccessibleName(tr("One-way delay"));
    m_delay->setTimeAxis(TimeAxis::Bare);
    m_delay->setMinimumHeight(leastDelayHeight);
    m_delay->hide();
    m_charts[0]->setAccessibleName(tr("Chart of the client's capture"));
    m_charts[1]->setAccessibleName(tr("Chart of the server's capture"));
    for (ChartStack* one : m_charts)
        one->setMinimumHeight(leastChartHeight);
    m_ladder = new LadderView(timeWindow(), this);
    m_stack->setChildrenCollapsible(false);
    m_stack->setStretchFactor(0, 1);
    m_stack->setStretchFactor(2, 1);
    setChildrenCollapsible(false);
    setStretchFactor(0, 1);
    setStretchFactor(1, 1);
    setSizes({1000, 1000}); // equal shares of what there is
    connectPanes();
}

void CompareCharts::connectPanes()
{
    for (const Side capture : {Side::Client, Side::Server}) {
        ChartStack* one = chart(capture);
        connect(one, &ChartStack::packetSelected, m_session,
            [this, capture](PacketNumber frame) { m_session->selectPacket(capture, frame); });
        connect(one, &ChartStack::stepSelected, this, &CompareCharts::findingSelected);
        connect(one, &ChartStack::cursorMoved, this, &CompareCharts::showCursor);
    }
    connect(m_delay, &ChartStack::packetSelected, m_session,
        [this](PacketNumber frame) { m_session->selectPacket(Side::Client, frame); });
    connect(m_delay, &ChartStack::cursorMoved, this, &CompareCharts::showCursor);
    for (ChartStack* one : stacks()) {
        one->setOverlay([this, one](QPainter& painter) { paintTwins(painter, one); });
        for (ChartStack* other : stacks()) {
            if (other != one) // lines come from there or end there
                connect(one, &ChartStack::redrawn, other, qOverload<>(&QWidget::update));
        }
    }
    connect(m_ladder, &LadderView::relationSelected, m_session, &ComparisonSession::selectRelation);
    connect(m_ladder, &LadderView::cursorMoved, this, &CompareCharts::showCursor);
    connect(m_ladder, &LadderView::fitRequested, this, &CompareCharts::fit);
    connect(m_session, &ComparisonSession::pairChanged, this, &CompareCharts::showPair);
    connect(m_session, &ComparisonSession::directionChanged, this, &CompareCharts::showDirection);
    connect(m_session, &ComparisonSession::selectionChanged, this, &CompareCharts::showSelection);
}

TimeWindow* CompareCharts::timeWindow() const
{
    return m_charts[0]->timeWindow();
}

void CompareCharts::setTheme(ChartTheme theme)
{
    for (ChartStack* one : stacks())
        one->setTheme(theme);
    m_ladder->setTheme(theme);
}

void CompareCharts::setShown(Shown shown)
{
    m_shown = shown;
    m_stack->setVisible(shown != Shown::LadderOnly);
    m_ladder->setVisible(shown != Shown::Charts);
}

void CompareCharts::showPair()
{
    setPlace(std::nullopt); // as the bar has it for another pair
    buildCharts();
    m_ladder->setDetails(m_session->details());
    m_details = m_session->details(); // what was drawn before may go now
}

void CompareCharts::showDirection()
{
    rebuildCharts();
}

void CompareCharts::showDelay(bool isShown)
{
    m_isDelayShown = isShown;
    rebuildCharts();
    if (!isShown)
        return;
    const int delay = std::max(leastDelayHeight, static_cast<int>(m_stack->height() * delayShare));
    const int half = (m_stack->height() - delay) / 2;
    m_stack->setSizes({half, delay, half});
}

void CompareCharts::overlay(bool isOverlaid)
{
    m_isOverlaid = isOverlaid;
    rebuildCharts();
}

/// What was in sight stays in sight.
void CompareCharts::rebuildCharts()
{
    const Duration begin = timeWindow()->begin();
    const Duration end = timeWindow()->end();
    buildCharts();
    timeWindow()->show(begin, end);
    showSelection();
}

void CompareCharts::buildCharts()
{
    const auto details = m_session->details();
    chart(Side::Server)->setVisible(!m_isOverlaid);
    chart(Side::Client)->setTimeAxis(m_isOverlaid ? TimeAxis::Labelled : TimeAxis::Bare);
    m_delay->setVisible(m_isDelayShown);
    for (ChartStack* one : stacks())
        one->clear(); // all of them first: the range of time is that of the charts which come last
    if (!details)
        return;
    m_told = relationsOfFindings(details->pair(), details->relations());
    const PairSpan story = storySpan(*details);
    const auto show = [&](ChartStack* stack, ChartData chartData) {
        std::vector<ChartData> charts;
        charts.push_back(std::move(chartData));
        stack->setCharts(std::move(charts), {story.begin, story.end});
    };
    const Side direction = m_session->direction();
    if (m_isDelayShown)
        show(m_delay, details->delayChart());
    if (m_isOverlaid) {
        show(chart(Side::Client), details->overlay(direction));
        return;
    }
    for (const Side capture : {Side::Client, Side::Server})
        show(chart(capture), details->chart(capture, direction));
}

void CompareCharts::showSelection()
{
    const auto details = m_session->details();
    const std::optional<uint32_t> relation = m_session->relation();
    if (relation)
        bringIntoSight(*relation);
    for (const Side capture : {Side::Client, Side::Server})
        chart(capture)->selectPacket(relation ? frameOf(details->relations()[*relation], capture) : PacketNumber());
    m_delay->selectPacket(chart(Side::Client)->selectedPacket());
    m_ladder->select(relation);
}

/// Before the charts do, so that one of them does not take the twin out of the other's sight.
void CompareCharts::bringIntoSight(uint32_t relation)
{
    const LadderArrow arrow = m_session->details()->ladder().arrow(relation);
    const Duration begin = std::min(arrow.time(), arrow.arrived.value_or(arrow.time()));
    const Duration end = std::max(arrow.time(), arrow.arrived.value_or(arrow.time()));
    TimeWindow* window = timeWindow();
    if (window->begin() <= begin && end <= window->end())
        return;
    const Duration width = std::max(window->width(), 2 * (end - begin));
    const Duration middle = begin + (end - begin) / 2;
    window->show(middle - width / 2, middle + width / 2);
}

std::optional<TwinRequest> CompareCharts::twinRequest(const QWidget* on)
{
    const bool areShown = m_charts[0]->isVisible() && m_charts[1]->isVisible();
    if (!m_details || !areShown || m_charts[0]->charts().empty() || m_charts[1]->charts().empty())
        return {};
    TwinRequest request;
    request.details = m_details.get();
    request.direction = m_session->direction();
    for (const Side capture : {Side::Client, Side::Server}) {
        ChartStack* one = chart(capture);
        PlotArea area = one->plotArea(0);
        area.pixels.translate(one->mapTo(this, QPoint()) - on->mapTo(this, QPoint()));
        request.areas[sideIndex(capture)] = area;
        request.charts[sideIndex(capture)] = &one->charts().front();
    }
    const QPoint below = m_charts[1]->mapTo(this, QPoint()) - on->mapTo(this, QPoint());
    for (const QRectF& words : m_charts[1]->legendBoxes(0))
        request.spared.push_back(words.translated(below));
    request.filter = m_filter;
    request.told = &m_told;
    request.selected = m_session->relation();
    request.theme = m_charts[0]->theme();
    return request;
}

void CompareCharts::paintTwins(QPainter& painter, const QWidget* on)
{
    if (const auto request = twinRequest(on))
        paintTwinLines(painter, *request);
}

std::vector<TwinLine> CompareCharts::twinLines()
{
    const auto request = twinRequest(m_charts[0]);
    return request ? layOutTwinLines(*request) : std::vector<TwinLine>();
}

/// The charts show the direction that the place is about.
void CompareCharts::setPlace(std::optional<ComparePlace> place)
{
    m_filter = place ? std::optional(packetsOf(place)) : std::nullopt;
    m_ladder->setFilter(m_filter);
    if (m_filter && m_filter->flow)
        m_session->setDirection(*m_filter->flow);
    for (ChartStack* one : stacks())
        one->update();
}

void CompareCharts::showCursor(std::optional<Duration> time)
{
    for (ChartStack* one : stacks())
        one->showCursor(time);
    m_ladder->showCursor(time);
    const auto details = m_session->details();
    if (!time || !details) {
        emit readoutChanged(QString());
        return;
    }
    const PairTimes& times = details->times();
    emit readoutChanged(
        tr("%1 s \u00b7 client's clock %2 \u00b7 server's clock %3")
            .arg(toQString(plainSeconds(*time, 6)), toQString(utcDateTime(times.at(Side::Client, *time))),
                toQString(utcDateTime(times.at(Side::Server, *time)))));
}

void CompareCharts::showFinding(int number)
{
    const auto details = m_session->details();
    if (!details || number < 1 || static_cast<size_t>(number) > details->pair().findings.size())
        return;
    const CompareFinding& finding = details->pair().findings[static_cast<size_t>(number) - 1];
    if (const auto span = findingSpan(*details, finding))
        timeWindow()->show(span->begin, span->end);
    if (!finding.clientFrames.empty())
        m_session->selectPacket(Side::Client, finding.clientFrames.front());
    else if (!finding.serverFrames.empty())
        m_session->selectPacket(Side::Server, finding.serverFrames.front());
    for (ChartStack* one : m_charts)
        one->selectStep(number);
}

ComparisonImageRequest CompareCharts::imageRequest() const
{
    ComparisonImageRequest request = describeComparisonImage(m_session->details());
    request.direction = m_session->direction();
    request.span = {timeWindow()->begin(), timeWindow()->end()};
    request.panes = m_shown;
    request.hasDelay = m_isDelayShown;
    request.isOverlaid = m_isOverlaid;
    request.foldsSilence = m_ladder->foldsSilence();
    request.clock = m_ladder->clock();
    return request;
}

void CompareCharts::fit()
{
    m_charts[0]->fit();
}

} // namespace whyrst
