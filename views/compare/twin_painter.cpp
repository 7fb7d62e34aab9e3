#include "views/compare/twin_painter.h"

#include "model/charts/compared_chart.h"
#include "model/charts/twin_lines.h"
#include "views/compare/arrow_painter.h"

#include <QPainter>

#include <algorithm>

namespace whyrst {

namespace {

constexpr double stubShare = 0.16; ///< of the line of a packet outside the other capture's time, as on the ladder
constexpr int faintAlpha = 120;    ///< of ordinary packets
constexpr int tellingAlpha = 210;
constexpr double selectedWidth = 1.6; ///< pixels
constexpr size_t mostPieces = 64;     ///< of a selected super-segment: around the selected one
constexpr double ringReach = 4;       ///< pixels from the border of a chart: a cross stays whole

/// Lays out the lines of one picture.
class TwinLayout
{
public:
    explicit TwinLayout(const TwinRequest& request)
        : m_request(request)
        , m_ladder(request.details->ladder())
        , m_relations(request.details->relations())
    {
    }

    std::vector<TwinLine> lines() const
    {
        const PlotArea& above = area(Side::Client);
        std::vector<TwinLine> lines;
        for (const uint32_t relation : twinLinesIn(m_ladder, *m_request.told, {above.begin, above.end})) {
            if (!m_request.filter
                || m_request.filter->shows(m_relations[relation].flow, m_relations[relation].relation))
                lines.push_back(lineOf(relation, false));
        }
        std::ranges::stable_partition(lines, [](const TwinLine& line) { return line.arrow.kind == Relation::Same; });
        for (const uint32_t relation : piecesOfSelected())
            lines.push_back(lineOf(relation, true));
        return lines;
    }

private:
    const PlotArea& area(Side capture) const { return m_request.areas[sideIndex(capture)]; }

    TwinLine lineOf(uint32_t relation, bool isSelected) const
    {
        TwinLine twin;
        twin.arrow = m_ladder.arrow(relation);
        twin.isSelected = isSelected;
        const TwinTimes times = twinTimes(m_ladder, twin.arrow);
        const Side from = twin.arrow.flow;
        const QLineF whole(place(relation, from, times), place(relation, otherSide(from), times));
        twin.line = whole;
        if (twin.arrow.kind == Relation::Outside)
            twin.line = twin.arrow.sent ? QLineF(whole.p1(), whole.pointAt(stubShare))
                                        : QLineF(whole.pointAt(1 - stubShare), whole.p2());
        return twin;
    }

    /// Inside the chart of that capture, at its border when it does not have the packet.
    QPointF place(uint32_t relation, Side capture, const TwinTimes& times) const
    {
        const PlotArea& chart = area(capture);
        const double x = chart.x(times.at[sideIndex(capture)]);
        const double top = chart.pixels.top();
        const double bottom = top + chart.pixels.height();
        const double border = capture == Side::Client ? bottom - ringReach : top + ringReach;
        const std::optional<double> value = valueOf(m_relations[relation], capture);
        return {x, value ? std::clamp(chart.y(*value), top, bottom) : border};
    }

    std::optional<double> valueOf(const PacketRelation& relation, Side capture) const
    {
        const PacketNumber frame = frameOf(relation, capture);
        if (frame.value == 0)
            return {};
        if (relation.flow == m_request.direction && relation.length > 0)
            return static_cast<double>(relation.begin.value + relation.length);
        return m_request.details->valueOn(*m_request.charts[sideIndex(capture)], capture, m_request.direction, frame);
    }

    /// The selected relation, and others of the same packet of its sender: pieces of a super-segment.
    std::vector<uint32_t> piecesOfSelected() const
    {
        if (!m_request.selected || !m_ladder.isPacket(*m_request.selected))
            return {};
        const auto selected = static_cast<size_t>(*m_request.selected);
        const auto isPiece = [&](size_t index) {
            return m_relations[index].flow == m_relations[selected].flow
                && m_relations[index].sentRow == m_relations[selected].sentRow;
        };
        if (m_relations[selected].sentRow == PacketRelation::noRow)
            return {*m_request.selected};
        std::vector<uint32_t> pieces;
        const size_t first = selected - std::min(selected, mostPieces);
        const size_t last = std::min(selected + mostPieces, m_relations.size());
        for (size_t index = first; index < last; ++index) {
            if (isPiece(index))
                pieces.push_back(static_cast<uint32_t>(index));
        }
        return pieces;
    }

    const TwinRequest& m_request;
    const Ladder& m_ladder;
    const std::vector<PacketRelation>& m_relations;
};

QColor colorOf(const TwinLine& twin, ChartTheme theme)
{
    if (twin.isSelected)
        return chartColors(theme).selection;
    QColor color = arrowColor(twin.arrow, theme);
    color.setAlpha(twin.arrow.kind == Relation::Same ? faintAlpha : tellingAlpha);
    return color;
}

} // namespace

std::vector<TwinLine> layOutTwinLines(const TwinRequest& request)
{
    return TwinLayout(request).lines();
}

QRectF twinBounds(const TwinRequest& request)
{
    const QRectF above(request.areas[0].pixels);
    const QRectF below(request.areas[1].pixels);
    return above.united(below);
}

void paintTwinLines(QPainter& painter, const TwinRequest& request)
{
    QRegion bounds(twinBounds(request).toAlignedRect());
    for (const QRectF& words : request.spared)
        bounds -= words.toAlignedRect();
    painter.setClipRegion(bounds, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const TwinLine& twin : layOutTwinLines(request)) {
        const QColor color = colorOf(twin, request.theme);
        QPen pen = arrowPen(twin.arrow, color);
        if (twin.isSelected)
            pen.setWidthF(std::max(pen.widthF(), selectedWidth));
        painter.setPen(pen);
        painter.drawLine(twin.line);
        if (twin.arrow.kind != Relation::Same)
            paintFate(painter, twin.arrow, twin.line, color, request.theme);
    }
}

} // namespace whyrst
