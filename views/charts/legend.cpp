#include "views/charts/legend.h"

#include "views/charts/glyphs.h"
#include "views/charts/series_painter.h"

#include <QFontMetricsF>
#include <QPainter>

namespace whyrst {

namespace {

constexpr int titleFont = 12;
constexpr int entryFont = 11;
constexpr double lineHeight = 18;
constexpr double symbolWidth = 14;
constexpr double lineWidth = 24; ///< long enough to show the pattern of dashes
constexpr double gap = 5;        ///< between a sample and its name
constexpr double entrySpacing = 14;
constexpr double titleSpacing = 18;

QString nameOf(const Series& series)
{
    return QString::fromStdString(series.name);
}

QFont strikableFont(bool isHidden)
{
    QFont font = chartFont(entryFont);
    font.setStrikeOut(isHidden);
    return font;
}

double sampleWidth(const Series& series)
{
    return series.shape == SeriesShape::Steps ? lineWidth : symbolWidth;
}

} // namespace

Legend layOutLegend(const ChartData& chart, double width)
{
    const QFontMetricsF titleMetrics(chartFont(titleFont, FontWeight::Bold));
    const QFontMetricsF metrics(chartFont(entryFont));
    Legend legend;
    double x = titleMetrics.horizontalAdvance(QString::fromStdString(chart.title)) + titleSpacing;
    double y = 0;
    for (size_t i = 0; i < chart.series.size(); ++i) {
        const double entryWidth
            = sampleWidth(chart.series[i]) + gap + metrics.horizontalAdvance(nameOf(chart.series[i])) + 1;
        if (x + entryWidth > width && x > 0) {
            x = 0;
            y += lineHeight;
        }
        legend.entries.push_back({i, QRectF(x, y, entryWidth, lineHeight)});
        x += entryWidth + entrySpacing;
    }
    legend.height = y + lineHeight;
    return legend;
}

void paintLegend(QPainter& painter, const ChartData& chart, const Legend& legend, QPointF origin,
    const std::vector<bool>& hidden, ChartTheme theme)
{
    const ChartColors& colors = chartColors(theme);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(chartFont(titleFont, FontWeight::Bold));
    painter.setPen(colors.text);
    painter.drawText(QRectF(origin.x(), origin.y(), 1000, lineHeight), Qt::AlignLeft | Qt::AlignVCenter,
        QString::fromStdString(chart.title));
    for (const LegendEntry& entry : legend.entries) {
        const Series& series = chart.series[entry.series];
        const bool isHidden = entry.series < hidden.size() && hidden[entry.series];
        const QRectF box = entry.box.translated(origin);
        painter.setOpacity(isHidden ? 0.5 : 1);
        const double width = sampleWidth(series);
        paintLegendSample(painter, series, {box.left() + width / 2, box.center().y()}, width - 2, theme);
        painter.setFont(strikableFont(isHidden));
        painter.setPen(colors.text);
        painter.drawText(box.adjusted(width + gap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, nameOf(series));
        painter.setOpacity(1);
    }
    painter.restore();
}

} // namespace whyrst
