#include "views/charts/axis_ticks.h"

#include <QLocale>

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace whyrst {

namespace {

constexpr int pixelsPerTimeTick = 120; // twelve digits and some air
constexpr int pixelsPerValueTick = 42;
constexpr int mostDecimals = 9; // time stamps are nanoseconds

/// Decimals that tell multiples of `step` apart.
int decimalsFor(double step)
{
    if (!(step > 0))
        return 0;
    const int decimals = static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
    const double scaled = step * std::pow(10, std::max(decimals, 0));
    const bool needsOneMore = std::abs(scaled - std::round(scaled)) > 1e-6; // steps of 2.5
    return std::clamp(decimals + (needsOneMore ? 1 : 0), 0, mostDecimals);
}

double withoutNegativeZero(double number, double step)
{
    return std::abs(number) < step * 1e-6 ? 0 : number;
}

struct ByteUnit
{
    double bytes;
    const char* name;
};
constexpr std::array<ByteUnit, 4> byteUnits{{{1e9, " GB"}, {1e6, " MB"}, {1e3, " kB"}, {1, ""}}};

int tickCount(int pixels, int pixelsPerTick)
{
    return std::clamp(pixels / pixelsPerTick, 2, 16);
}

/// Labels that depend on the distance between ticks.
class StepTicker final : public QCPAxisTicker
{
public:
    using Label = QString (*)(double value, double step);

    /// Without labels below 0 there is only the margin; steps are no smaller than `leastStep`.
    StepTicker(Label label, bool hasNegative, double leastStep)
        : m_label(label)
        , m_hasNegative(hasNegative)
        , m_leastStep(leastStep)
    {
    }

protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return !m_hasNegative && tick < -m_step / 2 ? QString() : m_label(tick, m_step);
    }
    double getTickStep(const QCPRange& range) override
    {
        m_step = std::max(m_leastStep, QCPAxisTicker::getTickStep(range));
        return m_step;
    }

private:
    Label m_label;
    bool m_hasNegative;
    double m_leastStep;
    double m_step = 1;
};

class CountTicker final : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return countLabel(tick); }
    double getTickStep(const QCPRange& range) override
    {
        return std::max(1.0, std::ceil(QCPAxisTicker::getTickStep(range)));
    }
    int getSubTickCount(double) override { return 0; }
};

} // namespace

QString groupedNumber(double number)
{
    return QLocale(QLocale::English, QLocale::UnitedStates).toString(number, 'f', 0);
}

QString secondsLabel(double seconds, double step)
{
    return QString::number(withoutNegativeZero(seconds, step), 'f', decimalsFor(step));
}

QString bytesLabel(double bytes, double step)
{
    constexpr int mostUnitDecimals = 2;
    bytes = withoutNegativeZero(bytes, step);
    if (bytes == 0)
        return QStringLiteral("0");
    const auto unit = std::find_if(
        byteUnits.begin(), byteUnits.end() - 1, [&](const ByteUnit& one) { return std::abs(bytes) >= one.bytes; });
    const int decimals = decimalsFor(step / unit->bytes);
    if (decimals > mostUnitDecimals || unit->bytes == 1)
        return groupedNumber(bytes);
    return QString::number(bytes / unit->bytes, 'f', decimals) + QLatin1String(unit->name);
}

QString durationLabel(double microseconds, double step)
{
    microseconds = withoutNegativeZero(microseconds, step);
    if (microseconds == 0)
        return QStringLiteral("0");
    constexpr double microsecondsAMillisecond = 1e3;
    constexpr double microsecondsASecond = 1e6;
    const double size = std::abs(microseconds);
    if (size >= microsecondsASecond)
        return secondsLabel(microseconds / microsecondsASecond, step / microsecondsASecond) + QStringLiteral(" s");
    if (size >= microsecondsAMillisecond)
        return secondsLabel(microseconds / microsecondsAMillisecond, step / microsecondsAMillisecond)
            + QStringLiteral(" ms");
    return secondsLabel(microseconds, step) + QStringLiteral(" \u00b5s");
}

QString countLabel(double count)
{
    return std::abs(count - std::round(count)) < 1e-6 ? groupedNumber(std::round(count)) : QString();
}

QSharedPointer<QCPAxisTicker> makeTimeTicker(int pixels)
{
    const QSharedPointer<QCPAxisTicker> ticker(new StepTicker(secondsLabel, false, 0));
    ticker->setTickCount(tickCount(pixels, pixelsPerTimeTick));
    return ticker;
}

QSharedPointer<QCPAxisTicker> makeValueTicker(AxisUnit unit, int pixels)
{
    QSharedPointer<QCPAxisTicker> ticker;
    if (unit == AxisUnit::Bytes)
        ticker.reset(new StepTicker(bytesLabel, true, 1));
    else if (unit == AxisUnit::Microseconds)
        ticker.reset(new StepTicker(durationLabel, false, 0));
    else
        ticker.reset(new CountTicker);
    ticker->setTickCount(tickCount(pixels, pixelsPerValueTick));
    return ticker;
}

} // namespace whyrst
