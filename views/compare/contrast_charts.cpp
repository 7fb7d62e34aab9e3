#include "views/compare/contrast_charts.h"

#include "model/document/document_text.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/compare/contrast_image.h"

#include <utility>

namespace whyrst {
namespace {

constexpr int leastChartHeight = 120; ///< pixels, with its legend and axis

} // namespace

ContrastCharts::ContrastCharts(QWidget* parent)
    : QSplitter(Qt::Vertical, parent)
{
    m_charts[0] = new ChartStack(this);
    m_charts[1] = new ChartStack(this, m_charts[0]->timeWindow());
    m_charts[0]->setAccessibleName(tr("Chart of the good connection"));
    m_charts[1]->setAccessibleName(tr("Chart of the bad connection"));
    setChildrenCollapsible(false);
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        ChartStack* one = chart(outcome);
        one->setMinimumHeight(leastChartHeight);
        setStretchFactor(static_cast<int>(outcomeIndex(outcome)), 1);
        connect(one, &ChartStack::packetSelected, this,
            [this, outcome](PacketNumber frame) { emit packetSelected(outcome, frame); });
        connect(one, &ChartStack::stepSelected, this, &ContrastCharts::differenceSelected);
        connect(one, &ChartStack::cursorMoved, this, &ContrastCharts::showCursor);
    }
}

TimeWindow* ContrastCharts::timeWindow() const
{
    return m_charts[0]->timeWindow();
}

void ContrastCharts::setContrast(const std::shared_ptr<const ConnectionContrast>& contrast, Side direction)
{
    const auto before = std::exchange(m_contrast, contrast); // what is drawn stays until it is replaced
    m_direction = direction;
    buildCharts();
}

void ContrastCharts::buildCharts()
{
    const TimeSpan story = m_contrast ? storySpan(*m_contrast) : TimeSpan();
    const bool isOverlay = m_layout == Layout::Overlay;
    chart(Outcome::Good)->setVisible(!isOverlay);
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        std::vector<ChartData> charts;
        if (m_contrast && (outcome == Outcome::Bad || !isOverlay))
            charts.push_back(isOverlay ? m_contrast->overlay(m_direction) : m_contrast->chart(outcome, m_direction));
        if (outcome == Outcome::Bad || !isOverlay)
            chart(outcome)->setCharts(std::move(charts), story);
        else
            chart(outcome)->clear();
    }
}

void ContrastCharts::setDirection(Side direction)
{
    if (m_direction == direction)
        return;
    m_direction = direction;
    const TimeSpan shown{timeWindow()->begin(), timeWindow()->end()};
    buildCharts();
    timeWindow()->show(shown.begin, shown.end);
}

void ContrastCharts::setLayoutKind(Layout layout)
{
    if (m_layout == layout)
        return;
    m_layout = layout;
    const TimeSpan shown{timeWindow()->begin(), timeWindow()->end()};
    buildCharts();
    timeWindow()->show(shown.begin, shown.end);
}

void ContrastCharts::setTheme(ChartTheme theme)
{
    for (ChartStack* one : m_charts)
        one->setTheme(theme);
}

const Difference& ContrastCharts::difference(int number) const
{
    return m_contrast->divergence().differences[static_cast<size_t>(number) - 1];
}

void ContrastCharts::showDifference(int number)
{
    if (const auto span = differenceSpan(difference(number)))
        timeWindow()->show(span->begin, span->end);
}

void ContrastCharts::selectDifference(int number)
{
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        selectPacket(outcome, difference(number).place(outcome).frame.value_or(PacketNumber()));
        chart(outcome)->selectStep(number);
    }
}

void ContrastCharts::selectPacket(Outcome outcome, PacketNumber frame)
{
    chart(outcome)->selectPacket(frame);
}

void ContrastCharts::fit()
{
    chart(Outcome::Bad)->fit();
}

void ContrastCharts::showCursor(std::optional<Duration> time)
{
    for (ChartStack* one : m_charts)
        one->showCursor(time);
    emit readoutChanged(
        time ? tr("%1 s since the first packet of each connection").arg(toQString(plainSeconds(*time, 6))) : QString());
}

} // namespace whyrst
