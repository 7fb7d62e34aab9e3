#include "views/charts/readout.h"

#include "views/charts/axis_ticks.h"

#include <QStringList>

#include <algorithm>
#include <map>

namespace whyrst {

namespace {

constexpr size_t mostLines = 8;
constexpr size_t mostSingles = 24; ///< with more packets under the pointer a sum says more than lines
constexpr int timeDigits = 6;

QString seriesName(const ChartData& chart, size_t series)
{
    return QString::fromStdString(chart.series[series].name);
}

QString valueText(const ChartData& chart, const NearPacket& packet)
{
    if (chart.series[packet.series].shape == SeriesShape::Bars)
        return QStringLiteral("%1 to %2 (%3 bytes)")
            .arg(groupedNumber(packet.low), groupedNumber(packet.high), groupedNumber(packet.high - packet.low));
    const QString unit
        = chart.axis.unit == AxisUnit::Bytes && chart.axis.fromZero ? QStringLiteral(" bytes") : QString();
    return groupedNumber(packet.high) + unit;
}

QString lineFor(const ChartData& chart, const NearPacket& packet)
{
    return QStringLiteral("#%1  %2 s  %3  %4")
        .arg(packet.frame.value)
        .arg(QString::fromStdString(plainSeconds(packet.time, timeDigits)), seriesName(chart, packet.series),
            valueText(chart, packet));
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

QString readoutText(const ChartData& chart, const std::vector<NearPacket>& packets)
{
    if (packets.size() > mostSingles)
        return sumFor(chart, packets);
    QStringList lines;
    for (size_t i = 0; i < std::min(packets.size(), mostLines); ++i)
        lines << lineFor(chart, packets[i]);
    if (packets.size() > mostLines)
        lines << QStringLiteral("and %1 more").arg(packets.size() - mostLines);
    return lines.join(QLatin1Char('\n'));
}

} // namespace whyrst
