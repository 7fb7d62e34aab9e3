#include "views/charts/readout.h"

#include "model/charts/packet_remarks.h"
#include "views/charts/axis_ticks.h"

#include <QStringList>

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

constexpr size_t mostLines = 8;
constexpr size_t mostSingles = 24; ///< with more packets under the pointer a sum says more than lines
constexpr int microseconds = 6;
constexpr int nanoseconds = 9;

/// Nanoseconds only where there are any.
QString secondsText(Duration time)
{
    const int digits = time % std::chrono::microseconds(1) == Duration() ? microseconds : nanoseconds;
    return QString::fromStdString(plainSeconds(time, digits));
}

QString seriesName(const ChartData& chart, size_t series)
{
    return QString::fromStdString(chart.series[series].name);
}

/// Three digits after the unit at most: what is shown is a difference of two clocks' stamps.
double finestDelay(double delay)
{
    constexpr double unitStep = 1e3;
    return delay >= unitStep * unitStep ? unitStep : 1;
}

QString valueText(const ChartData& chart, const NearPacket& packet)
{
    if (chart.series[packet.series].shape == SeriesShape::Bars)
        return QStringLiteral("%1 to %2 (%3 bytes)")
            .arg(groupedNumber(packet.low), groupedNumber(packet.high), groupedNumber(packet.high - packet.low));
    if (chart.axis.unit == AxisUnit::Microseconds)
        return QStringLiteral("+") + durationLabel(packet.high, finestDelay(packet.high));
    const QString unit
        = chart.axis.unit == AxisUnit::Bytes && chart.axis.fromZero ? QStringLiteral(" bytes") : QString();
    return groupedNumber(packet.high) + unit;
}

QString lineFor(const ChartData& chart, const NearPacket& packet)
{
    QString line = QStringLiteral("#%1  %2 s  %3  %4")
                       .arg(packet.frame.value)
                       .arg(secondsText(packet.time), seriesName(chart, packet.series), valueText(chart, packet));
    const std::vector<std::string> remarks
        = chart.remarks ? chart.remarks->of(packet.frame) : std::vector<std::string>();
    for (const std::string& remark : remarks)
        line += QStringLiteral("; ") + QString::fromStdString(remark);
    return line;
}

QString sumFor(const ChartData& chart, const std::vector<NearPacket>& packets)
{
    std::map<size_t, size_t> counts;
    for (const NearPacket& packet : packets)
        ++counts[packet.series];
    QStringList parts;
    for (const auto& [series, count] : counts)
        parts << groupedNumber(static_cast<double>(count)) + QLatin1Char(' ') + seriesName(chart, series);
    return QStringLiteral("%1 packets: %2")
        .arg(groupedNumber(static_cast<double>(packets.size())), parts.join(QStringLiteral(", ")));
}

} // namespace

QString readoutText(
    const ChartData& chart, const std::vector<NearPacket>& packets, const std::vector<const ChartNote*>& notes)
{
    QStringList lines;
    for (size_t i = 0; i < std::min(notes.size(), mostLines); ++i)
        lines << secondsText(notes[i]->time) + QStringLiteral(" s  ") + QString::fromStdString(notes[i]->text);
    if (packets.size() > mostSingles) {
        lines << sumFor(chart, packets);
        return lines.join(QLatin1Char('\n'));
    }
    for (size_t i = 0; i < std::min(packets.size(), mostLines); ++i)
        lines << lineFor(chart, packets[i]);
    if (packets.size() > mostLines)
        lines << QStringLiteral("and %1 more").arg(packets.size() - mostLines);
    return lines.join(QLatin1Char('\n'));
}

} // namespace whyrst
