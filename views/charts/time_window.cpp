#include "views/charts/time_window.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

/// A connection of one packet has no length, its axis needs one.
constexpr Duration shortestLength = std::chrono::milliseconds(1);

Duration scaled(Duration duration, double factor)
{
    return Duration(std::llround(static_cast<double>(duration.count()) * factor));
}

} // namespace

TimeWindow::TimeWindow(QObject* parent)
    : QObject(parent)
{
    reset({});
}

Duration TimeWindow::lowest() const
{
    return -scaled(std::max(m_length, shortestLength), overhang);
}

Duration TimeWindow::highest() const
{
    return std::max(m_length, shortestLength) + scaled(std::max(m_length, shortestLength), overhang);
}

void TimeWindow::reset(Duration length)
{
    m_length = std::max(length, Duration{});
    m_back.clear();
    m_forward.clear();
    m_gestureRemembered = false;
    m_range = {lowest(), highest()};
    emit historyChanged();
    emit rangeChanged();
}

void TimeWindow::grow(Duration length)
{
    const bool showedAll = m_range == Range{lowest(), highest()};
    m_length = std::max(length, m_length);
    apply(showedAll ? Range{lowest(), highest()} : m_range);
}

TimeWindow::Range TimeWindow::clamped(Range range) const
{
    if (range.end < range.begin)
        std::swap(range.begin, range.end);
    if (range.end - range.begin < minimumWidth) {
        const Duration middle = range.begin + (range.end - range.begin) / 2;
        range = {middle - minimumWidth / 2, middle + minimumWidth / 2};
    }
    const Duration width = range.end - range.begin;
    if (width >= highest() - lowest())
        return {lowest(), highest()};
    if (range.begin < lowest())
        return {lowest(), lowest() + width};
    if (range.end > highest())
        return {highest() - width, highest()};
    return range;
}

void TimeWindow::remember()
{
    if (m_inGesture && m_gestureRemembered)
        return;
    m_gestureRemembered = m_inGesture;
    m_back.push_back(m_range);
    if (m_back.size() > historyLimit)
        m_back.erase(m_back.begin());
    m_forward.clear();
    emit historyChanged();
}

void TimeWindow::apply(Range range)
{
    m_range = range;
    emit rangeChanged();
}

void TimeWindow::show(Duration begin, Duration end)
{
    const Range range = clamped({begin, end});
    if (range == m_range)
        return;
    remember();
    apply(range);
}

void TimeWindow::showAll()
{
    show(lowest(), highest());
}

void TimeWindow::beginGesture()
{
    if (m_inGesture)
        return;
    m_inGesture = true;
    m_gestureRemembered = false;
}

void TimeWindow::endGesture()
{
    m_inGesture = false;
    m_gestureRemembered = false;
}

void TimeWindow::zoom(double factor, Duration anchor)
{
    if (width() == minimumWidth && factor < 1)
        return;
    show(anchor - scaled(anchor - m_range.begin, factor), anchor + scaled(m_range.end - anchor, factor));
}

void TimeWindow::pan(Duration by)
{
    show(m_range.begin + by, m_range.end + by);
}

void TimeWindow::back()
{
    if (m_back.empty())
        return;
    endGesture();
    m_forward.push_back(m_range);
    const Range range = m_back.back();
    m_back.pop_back();
    apply(range);
    emit historyChanged();
}

void TimeWindow::forward()
{
    if (m_forward.empty())
        return;
    endGesture();
    m_back.push_back(m_range);
    const Range range = m_forward.back();
    m_forward.pop_back();
    apply(range);
    emit historyChanged();
}

} // namespace whyrst
