#include "views/compare/ladder_painter.h"

#include "model/document/document_text.h"
#include "views/compare/arrow_painter.h"
#include "views/compare/ladder_canvas.h"
#include "views/compare/ladder_ground.h"
#include "views/compare/ladder_labels.h"
#include "views/number_badge.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr double rowsPerArrow = 2; ///< above, ordinary packets are shaded and others are counted
constexpr double bandHeight = 8;   ///< pixels that are looked at together
constexpr double selectionWidth = 7;
constexpr std::array ordinaryClasses{ArrowClass::FromClient, ArrowClass::FromServer};
constexpr double badgeSize = 16;

/// Draws the packets of one ladder.
class LadderPainter
{
public:
    LadderPainter(QPainter& painter, const LadderRequest& request)
        : m_canvas(painter, request)
    {
    }

    LadderPicture paint()
    {
        m_painter.save();
        m_painter.setFont(m_canvas.font);
        paintLadderGround(m_canvas);
        m_painter.save();
        m_painter.setClipRect(QRectF(
            m_request.bounds.left(), m_picture.shaft.top(), m_request.bounds.width(), m_picture.shaft.height() + 2));
        paintUncaptured(m_canvas);
        paintPackets();
        placeBadges();
        paintShadeNotes();
        paintSelected();
        paintLadderFolds(m_canvas);
        paintMarks();
        placeLadderLabels(m_canvas, std::move(m_wishes));
        m_painter.restore();
        paintLadderLines(m_canvas);
        if (m_canvas.hasLegend())
            m_picture.legend = paintLadderLegend(m_painter, m_request.bounds, m_canvas.shapes, m_request.theme);
        m_painter.restore();
        return std::move(m_picture);
    }

private:
    /// Ordinary packets that are not drawn one by one.
    struct Shade
    {
        ArrowClass group = ArrowClass::FromClient;
        double top = 0; ///< where they begin
        size_t packets = 0;
    };

    PairSpan reached() const { return {m_request.view.begin - m_ladder.reach(), m_request.view.end}; }

    void paintPackets()
    {
        for (const ArrowClass group : ordinaryClasses) {
            if (m_canvas.isShown(group == ArrowClass::FromClient ? Side::Client : Side::Server, Relation::Same))
                paintOrdinary(group);
        }
        for (size_t group = ordinaryClasses.size(); group < arrowClassCount; ++group)
            paintNotable(static_cast<ArrowClass>(group));
    }

    /// Band by band: arrows where there is room for them, else a shade of their number.
    void paintOrdinary(ArrowClass group)
    {
        const double bottom = m_picture.shaft.bottom();
        size_t place = m_ladder.firstAt(group, reached().begin);
        double top = m_picture.shaft.top();
        place = paintArrows(group, place, m_ladder.firstAt(group, m_picture.scale.timeAt(top), place));
        std::optional<double> firstShade;
        size_t shaded = 0;
        for (; top < bottom; top += bandHeight) {
            const size_t next = m_ladder.firstAt(group, m_picture.scale.timeAt(top + bandHeight), place);
            if (static_cast<double>(next - place) * rowsPerArrow <= bandHeight) {
                place = paintArrows(group, place, next);
                continue;
            }
            shaded += next - place;
            place = paintShade(group, place, top);
            firstShade = firstShade.value_or(top);
        }
        if (firstShade)
            m_shaded.push_back({group, *firstShade, shaded});
    }

    size_t paintArrows(ArrowClass group, size_t first, size_t last)
    {
        constexpr size_t mostBefore = 400; // before the view's first row there may be very many
        for (size_t place = last - std::min(last - first, mostBefore); place < last; ++place)
            paintArrow(m_ladder.arrow(m_ladder.arrows(group)[place]), 0);
        return last;
    }

    /// One row of pixels after the other: the more packets, the fuller the tint. Each direction has its half.
    size_t paintShade(ArrowClass group, size_t place, double top)
    {
        const bool isClient = group == ArrowClass::FromClient;
        QColor tint = seriesLook(isClient ? SeriesStyle::NewData : SeriesStyle::Acknowledgment, m_request.theme).color;
        const double left = isClient ? m_picture.shaft.left() : m_picture.shaft.center().x();
        for (double row = top; row < top + bandHeight; ++row) {
            const size_t next = m_ladder.firstAt(group, m_picture.scale.timeAt(row + 1), place);
            if (next > place && row < m_picture.shaft.bottom()) {
                const double strength = 0.16 + 0.12 * std::log2(static_cast<double>(next - place));
                tint.setAlphaF(static_cast<float>(std::min(strength, 0.7)));
                m_painter.fillRect(QRectF(left, row, m_picture.shaft.width() / 2, 1), tint);
                ++m_picture.shadedRows;
            }
            place = next;
        }
        m_canvas.shapes.groups[static_cast<size_t>(group)] = true;
        return place;
    }

    void paintShadeNotes()
    {
        for (const Shade& shade : m_shaded) {
            const bool isClient = shade.group == ArrowClass::FromClient;
            const double left = isClient ? m_picture.shaft.left() : m_picture.shaft.center().x();
            const QRectF box(left, shade.top, m_picture.shaft.width() / 2, ladderLabelDistance + 6);
            m_canvas.paintNote(box, QStringLiteral("%1 packets").arg(countText(shade.packets)));
        }
    }

    uint32_t countShown(ArrowClass group, size_t first, size_t last) const
    {
        if (!m_request.filter)
            return static_cast<uint32_t>(last - first);
        const auto begin = m_ladder.arrows(group).begin();
        return static_cast<uint32_t>(
            std::count_if(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last),
                [&](uint32_t relation) { return m_canvas.isShown(m_ladder.arrow(relation)); }));
    }

    void paintNotable(ArrowClass group)
    {
        const PairSpan span = reached();
        size_t place = m_ladder.firstAt(group, span.begin);
        const size_t last = m_ladder.firstAt(group, span.end + Duration(1), place);
        while (place < last) {
            const LadderArrow arrow = m_ladder.arrow(m_ladder.arrows(group)[place]);
            if (!m_canvas.isShown(arrow)) {
                ++place;
                continue;
            }
            const double y = m_picture.scale.y(arrow.time());
            const Duration after = m_picture.scale.timeAt(std::max(y, m_picture.shaft.top()) + rowsPerArrow);
            const size_t next = std::clamp(m_ladder.firstAt(group, after, place + 1), place + 1, last);
            paintArrow(arrow, countShown(group, place + 1, next));
            place = next;
        }
    }

    void paintArrow(const LadderArrow& arrow, uint32_t hidden)
    {
        const QLineF line = whyrst::paintArrow(m_painter, arrow, m_canvas.placeOf(arrow.flow));
        m_picture.arrows.push_back({arrow.relation, hidden, line});
        m_canvas.shapes.add(arrow);
        const int priority = m_ladder.priority(arrow);
        const Side sender = arrow.flow;
        if (arrow.sent)
            m_wishes.push_back({priority, arrow.relation, sender, m_picture.scale.y(*arrow.sent), hidden});
        if (arrow.arrived)
            m_wishes.push_back({priority, arrow.relation, otherSide(sender), m_picture.scale.y(*arrow.arrived),
                arrow.sent ? 0 : hidden});
    }

    void paintSelected()
    {
        if (!m_request.selected)
            return;
        const LadderArrow arrow = m_ladder.arrow(*m_request.selected);
        const QLineF line = arrowLine(arrow, m_canvas.placeOf(arrow.flow));
        QColor halo = m_canvas.colors.selection;
        halo.setAlpha(110);
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.setPen(QPen(halo, selectionWidth, Qt::SolidLine, Qt::RoundCap));
        m_painter.drawLine(line);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        paintArrow(arrow, 0);
        for (LabelWish& wish : m_wishes) {
            if (wish.relation == *m_request.selected)
                wish.priority = -1;
        }
    }

    /// On the arrows of the marks, side by side where they would cover each other.
    void placeBadges()
    {
        for (const LadderMark& mark : m_request.marks) {
            const LadderArrow arrow = m_ladder.arrow(mark.relation);
            const bool isInView = m_request.view.begin <= arrow.time() && arrow.time() <= m_request.view.end;
            if (!isInView || !m_canvas.isShown(arrow))
                continue;
            const QLineF line = arrowLine(arrow, m_canvas.placeOf(arrow.flow));
            QRectF badge(0, 0, badgeSize, badgeSize);
            badge.moveCenter(line.pointAt(0.22 + 0.1 * ((mark.number - 1) % 3)));
            badge.moveTop(
                std::clamp(badge.top() - badgeSize * 0.8, m_picture.shaft.top(), m_picture.shaft.bottom() - badgeSize));
            const auto covered = [&] {
                return std::ranges::find_if(
                    m_picture.badges, [&](const PaintedBadge& other) { return badge.intersects(other.rect); });
            };
            for (auto other = covered(); other != m_picture.badges.end(); other = covered())
                badge.moveLeft(other->rect.right() + 1);
            m_picture.badges.push_back({badge, mark.number, arrow.group == ArrowClass::Reset});
        }
    }

    void paintMarks()
    {
        for (const PaintedBadge& badge : m_picture.badges)
            drawNumberBadge(m_painter, badge.rect, badge.number, {badge.isReset, false}, m_request.theme);
    }

    LadderCanvas m_canvas;
    QPainter& m_painter = m_canvas.painter;
    const LadderRequest& m_request = m_canvas.request;
    const Ladder& m_ladder = m_canvas.ladder;
    LadderPicture& m_picture = m_canvas.picture;
    std::vector<LabelWish> m_wishes;
    std::vector<Shade> m_shaded;
};

double distanceTo(const QLineF& line, QPointF point)
{
    const QPointF along = line.p2() - line.p1();
    const double length = QPointF::dotProduct(along, along);
    const double share = length > 0 ? std::clamp(QPointF::dotProduct(point - line.p1(), along) / length, 0.0, 1.0) : 0;
    return QLineF(point, line.pointAt(share)).length();
}

} // namespace

const PaintedArrow* LadderPicture::arrowAt(QPointF position, double radius) const
{
    const PaintedArrow* best = nullptr;
    double nearest = radius;
    for (const PaintedArrow& arrow : arrows) {
        const double distance = distanceTo(arrow.line, position);
        if (distance <= nearest) {
            nearest = distance;
            best = &arrow;
        }
    }
    for (const PaintedLabel& label : labels) {
        if (!label.box.contains(position))
            continue;
        const auto named = std::ranges::find(arrows, label.relation, &PaintedArrow::relation);
        if (named != arrows.end())
            return &*named;
    }
    return best;
}

LadderPicture paintLadder(QPainter& painter, const LadderRequest& request)
{
    if (!request.ladder) {
        painter.fillRect(request.bounds, chartColors(request.theme).background);
        return {};
    }
    return LadderPainter(painter, request).paint();
}

} // namespace whyrst
