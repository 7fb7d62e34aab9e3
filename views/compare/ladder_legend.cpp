#include "views/compare/ladder_legend.h"

#include "views/compare/arrow_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QString>

#include <vector>

namespace whyrst {

namespace {

constexpr double sampleWidth = 34;
constexpr double crossRoom = 5; ///< what a cross at the head takes beyond it

/// A shape and what it means.
struct Entry
{
    LadderArrow arrow;
    QString words;
};

LadderArrow sampleOf(ArrowClass group, Relation kind, bool isUncertain)
{
    LadderArrow arrow;
    arrow.group = group;
    arrow.flow = group == ArrowClass::FromServer ? Side::Server : Side::Client;
    arrow.kind = kind;
    arrow.isUncertain = isUncertain;
    arrow.sent = Duration(0);
    if (kind != Relation::Lost && kind != Relation::Unseen && kind != Relation::Outside)
        arrow.arrived = Duration(0);
    return arrow;
}

/// The entries of what was drawn, in the order in which they matter least to most.
std::vector<Entry> entriesOf(const LadderShapes& shapes)
{
    std::vector<Entry> entries;
    const auto addGroup = [&](ArrowClass group, const QString& words) {
        if (shapes.groups[static_cast<size_t>(group)])
            entries.push_back({sampleOf(group, Relation::Same, false), words});
    };
    const auto addFate = [&](ArrowClass group, Relation kind, const QString& words) {
        if (shapes.fates[static_cast<size_t>(kind)])
            entries.push_back({sampleOf(group, kind, false), words});
    };
    const auto addDoubt = [&](ArrowClass group, Relation kind, const QString& words) {
        if (shapes.doubts[static_cast<size_t>(kind)])
            entries.push_back({sampleOf(group, kind, true), words});
    };
    addGroup(ArrowClass::FromClient, QStringLiteral("of the client"));
    addGroup(ArrowClass::FromServer, QStringLiteral("of the server"));
    addFate(ArrowClass::Outside, Relation::Outside, QStringLiteral("no capture there"));
    addFate(ArrowClass::Unseen, Relation::Unseen, QStringLiteral("not seen at the ring"));
    addDoubt(ArrowClass::Unseen, Relation::Unseen, QStringLiteral("not known who sent it, or whether it arrived"));
    addFate(ArrowClass::Duplicate, Relation::Duplicate, QStringLiteral("duplicate"));
    addFate(ArrowClass::Altered, Relation::Altered, QStringLiteral("changed"));
    addFate(ArrowClass::Broken, Relation::Broken, QStringLiteral("arrived broken"));
    addGroup(ArrowClass::Handshake, QStringLiteral("SYN, FIN"));
    addFate(ArrowClass::Lost, Relation::Lost, QStringLiteral("lost"));
    addFate(ArrowClass::Injected, Relation::Injected, QStringLiteral("injected"));
    addDoubt(ArrowClass::Injected, Relation::Injected, QStringLiteral("probably injected"));
    addGroup(ArrowClass::Reset, QStringLiteral("RST"));
    return entries;
}

void paintSample(QPainter& painter, const LadderArrow& arrow, const QRectF& box, ChartTheme theme)
{
    const LadderScale level({Duration(0), Duration(1)}, box.center().y(), box.center().y() + 1, {}, 1);
    paintArrow(painter, arrow, {box, level, Duration(0), theme});
}

} // namespace

void LadderShapes::add(const LadderArrow& arrow)
{
    groups[static_cast<size_t>(arrow.group)] = true;
    const auto kind = static_cast<size_t>(arrow.kind);
    (arrow.isUncertain ? doubts : fates)[kind] = true;
}

QStringList paintLadderLegend(QPainter& painter, const QRectF& bounds, const LadderShapes& shapes, ChartTheme theme)
{
    const QFontMetricsF metrics(painter.font());
    const double y = bounds.bottom() - ladderLegendHeight / 2 + 2;
    double x = bounds.left() + 8;
    QStringList painted;
    for (const Entry& entry : entriesOf(shapes)) {
        const double width = sampleWidth + 5 + metrics.horizontalAdvance(entry.words);
        if (x + width > bounds.right())
            continue;
        const double room = entry.arrow.kind == Relation::Broken ? crossRoom : 0;
        paintSample(painter, entry.arrow, QRectF(x, y - 4, sampleWidth - room, 8), theme);
        painter.setPen(chartColors(theme).faintText);
        painter.drawText(QPointF(x + sampleWidth + 5, y + metrics.capHeight() / 2), entry.words);
        x += width + 14;
        painted << entry.words;
    }
    return painted;
}

} // namespace whyrst
