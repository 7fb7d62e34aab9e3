#include "views/compare/ladder_painter.h"

#include "model/document/document_text.h"
#include "views/charts/glyphs.h"
#include "views/compare/arrow_painter.h"
#include "views/compare/ladder_legend.h"
#include "views/number_badge.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <set>

namespace whyrst {

namespace {

constexpr int textSize = 11;
constexpr double captionHeight = 20;
constexpr double foldHeight = 24;
constexpr double foldShare = 0.25; ///< of the view: longer silences are folded (comparison.md 6.2)
constexpr size_t mostFolds = 10;
constexpr double tickGap = 44;
constexpr double labelDistance = 13;
constexpr double labelGap = 7;        ///< between a line and its labels
constexpr double timeColumn = 54;     ///< room for the times at the left
constexpr double clockColumn = 92;    ///< the same for times of day
constexpr double widestColumn = 0.14; ///< of the width
constexpr double labelShare = 0.31;   ///< of the width, for the labels of one side
constexpr double widestLabel = 290;
constexpr double rowsPerArrow = 2; ///< above, ordinary packets are shaded and others are counted
constexpr double bandHeight = 8;   ///< pixels that are looked at together
constexpr double selectionWidth = 7;
constexpr std::array ordinaryClasses{ArrowClass::FromClient, ArrowClass::FromServer};
constexpr double badgeSize = 16;
constexpr double leastWithLegend = 260; ///< a lower ladder has no room for a legend

/// Draws one ladder.
class LadderPainter
{
public:
    LadderPainter(QPainter& painter, const LadderRequest& request)
        : m_painter(painter)
        , m_request(request)
        , m_ladder(*request.ladder)
        , m_colors(chartColors(request.theme))
        , m_font(chartFont(textSize))
    {
        const QRectF& bounds = request.bounds;
        const double label = std::min(bounds.width() * labelShare, widestLabel);
        m_timeWidth = std::min(request.clock ? clockColumn : timeColumn, bounds.width() * widestColumn);
        const double left = bounds.left() + m_timeWidth + label;
        m_picture.shaft = QRectF(QPointF(left, bounds.top() + captionHeight),
            QPointF(bounds.right() - label, bounds.bottom() - (hasLegend() ? ladderLegendHeight : 6)));
        m_labelWidth = label - labelGap - 4;
        m_picture.scale
            = LadderScale(request.view, m_picture.shaft.top() + 4, m_picture.shaft.bottom(), folds(), foldHeight);
    }

    LadderPicture paint()
    {
        m_painter.save();
        m_painter.setFont(m_font);
        paintGround();
        m_painter.save();
        m_painter.setClipRect(QRectF(
            m_request.bounds.left(), m_picture.shaft.top(), m_request.bounds.width(), m_picture.shaft.height() + 2));
        paintUncaptured();
        for (const ArrowClass group : ordinaryClasses) {
            if (isShown(group == ArrowClass::FromClient ? Side::Client : Side::Server, Relation::Same))
                paintOrdinary(group);
        }
        for (size_t group = ordinaryClasses.size(); group < arrowClassCount; ++group)
            paintNotable(static_cast<ArrowClass>(group));
        placeBadges();
        paintShadeNotes();
        paintSelected();
        paintFolds();
        paintMarks();
        placeLabels();
        m_painter.restore();
        paintLines();
        if (hasLegend())
            m_picture.legend = paintLadderLegend(m_painter, m_request.bounds, m_shapes, m_request.theme);
        m_painter.restore();
        return std::move(m_picture);
    }

private:
    /// A label that wants a place.
    struct Wish
    {
        int priority = 0;
        uint32_t relation = 0;
        Side capture = Side::Client;
        double y = 0;
        uint32_t hidden = 0;
        bool isReset = false;
    };

    /// Ordinary packets that are not drawn one by one.
    struct Shade
    {
        ArrowClass group = ArrowClass::FromClient;
        double top = 0; ///< where they begin
        size_t packets = 0;
    };

    bool isShown(Side flow, Relation kind) const { return !m_request.filter || m_request.filter->shows(flow, kind); }

    bool hasLegend() const { return m_request.bounds.height() >= leastWithLegend; }

    std::vector<PairSpan> folds() const
    {
        if (!m_request.foldsSilence)
            return {};
        std::vector<PairSpan> result;
        for (const PairSpan& silence : m_ladder.silences(m_request.view, foldShare, mostFolds)) {
            const Duration length = silence.end - silence.begin;
            const Duration after = std::min(length / 4, m_ladder.reach() / 2); // what was sent before still arrives
            const Duration before = std::min(length / 8, m_ladder.reach() / 8);
            result.push_back({silence.begin + after, silence.end - before});
        }
        addFoldBeforeFirst(result);
        return result;
    }

    /// Before the first packet there is nothing to see, however short it is.
    void addFoldBeforeFirst(std::vector<PairSpan>& folds) const
    {
        if (m_ladder.size() == 0)
            return;
        const Duration first = m_ladder.arrow(0).time() - m_ladder.reach() / 8;
        const bool isFolded = !folds.empty() && folds.front().begin < first;
        if (!isFolded && m_request.view.begin < first && first < m_request.view.end)
            folds.insert(folds.begin(), {m_request.view.begin, first});
    }

    double lineOf(Side side) const { return side == Side::Client ? m_picture.shaft.left() : m_picture.shaft.right(); }

    void paintGround()
    {
        m_painter.fillRect(m_request.bounds, m_colors.background);
        m_painter.setPen(m_colors.text);
        m_painter.setFont(chartFont(textSize, FontWeight::Bold));
        const QFontMetricsF metrics(m_painter.font());
        const QRectF& bounds = m_request.bounds;
        const double middle = m_picture.shaft.center().x();
        for (const Side side : {Side::Client, Side::Server}) {
            const bool isLeft = side == Side::Client;
            const QRectF box(QPointF(isLeft ? bounds.left() + 4 : middle + 6, bounds.top() + 2),
                QPointF(isLeft ? middle - 6 : bounds.right() - 4, bounds.top() + captionHeight));
            const QString text = metrics.elidedText(m_request.captions[sideIndex(side)], Qt::ElideMiddle, box.width());
            m_painter.drawText(box, Qt::AlignVCenter | (isLeft ? Qt::AlignLeft : Qt::AlignRight), text);
        }
        m_painter.setFont(m_font);
        paintTicks();
    }

    void paintTicks()
    {
        for (const LadderTick& tick : ladderTicks(m_picture.scale, tickGap)) {
            m_painter.setPen(QPen(m_colors.grid, 1));
            m_painter.drawLine(QPointF(m_picture.shaft.left(), tick.y), QPointF(m_picture.shaft.right(), tick.y));
            m_painter.setPen(m_colors.faintText);
            const QRectF box(m_request.bounds.left(), tick.y - labelDistance / 2, m_timeWidth - 6, labelDistance);
            m_painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, tickLabel(tick));
        }
    }

    QString tickLabel(const LadderTick& tick) const
    {
        if (!m_request.clock)
            return tick.label;
        constexpr int dateLength = 11; // and the space behind it
        const Timestamp time = m_ladder.times().at(*m_request.clock, m_picture.scale.timeAt(tick.y));
        return toQString(utcDateTime(time)).mid(dateLength);
    }

    void paintLines()
    {
        m_painter.setPen(QPen(m_colors.text, 1.6));
        for (const Side side : {Side::Client, Side::Server}) {
            for (const LadderScale::Stretch& stretch : m_picture.scale.stretches()) {
                if (!stretch.isFolded)
                    m_painter.drawLine(QPointF(lineOf(side), stretch.top), QPointF(lineOf(side), stretch.bottom));
            }
        }
    }

    /// Hatches the side of a capture where it has nothing, not even packets of others.
    void paintUncaptured()
    {
        const QRectF& shaft = m_picture.shaft;
        QColor hatch = m_colors.frame;
        hatch.setAlpha(150);
        for (const Side side : {Side::Client, Side::Server}) {
            const PairSpan& captured = m_ladder.times().captured[sideIndex(side)];
            const double width = shaft.width() * 0.3;
            const double left = side == Side::Client ? shaft.left() : shaft.right() - width;
            for (const PairSpan none :
                {PairSpan{m_request.view.begin, captured.begin}, PairSpan{captured.end, m_request.view.end}}) {
                if (none.end <= none.begin)
                    continue;
                const double top = m_picture.scale.y(std::max(none.begin, m_request.view.begin));
                const double bottom = m_picture.scale.y(std::min(none.end, m_request.view.end));
                if (bottom - top < 2)
                    continue;
                const QRectF box(left, top, width, bottom - top);
                m_painter.fillRect(box, QBrush(hatch, Qt::BDiagPattern));
                if (box.height() > 2 * labelDistance)
                    paintNote(box,
                        none.begin < captured.begin ? QStringLiteral("not yet capturing")
                                                    : QStringLiteral("capture ended"));
            }
        }
    }

    void paintNote(const QRectF& box, const QString& text)
    {
        const QFontMetricsF metrics(m_font);
        QRectF ground(0, 0, metrics.horizontalAdvance(text) + 8, labelDistance + 2);
        if (ground.width() > box.width())
            return; // a word that is cut says nothing
        ground.moveCenter(box.center());
        for (const PaintedBadge& badge : m_picture.badges) {
            if (badge.rect.intersects(ground))
                ground.moveTop(badge.rect.bottom() + 1);
        }
        m_picture.notes.push_back(ground);
        m_painter.fillRect(ground, m_colors.background);
        m_painter.setPen(m_colors.faintText);
        m_painter.drawText(ground, Qt::AlignCenter, text);
    }

    PairSpan reached() const { return {m_request.view.begin - m_ladder.reach(), m_request.view.end}; }

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
        m_shapes.groups[static_cast<size_t>(group)] = true;
        return place;
    }

    void paintShadeNotes()
    {
        for (const Shade& shade : m_shaded) {
            const bool isClient = shade.group == ArrowClass::FromClient;
            const double left = isClient ? m_picture.shaft.left() : m_picture.shaft.center().x();
            const QRectF box(left, shade.top, m_picture.shaft.width() / 2, labelDistance + 6);
            paintNote(box, QStringLiteral("%1 packets").arg(countText(shade.packets)));
        }
    }

    void paintNotable(ArrowClass group)
    {
        const PairSpan span = reached();
        size_t place = m_ladder.firstAt(group, span.begin);
        const size_t last = m_ladder.firstAt(group, span.end + Duration(1), place);
        while (place < last) {
            const LadderArrow arrow = m_ladder.arrow(m_ladder.arrows(group)[place]);
            if (!isShown(arrow.flow, arrow.kind)) {
                ++place;
                continue;
            }
            const double y = m_picture.scale.y(arrow.time());
            const Duration after = m_picture.scale.timeAt(std::max(y, m_picture.shaft.top()) + rowsPerArrow);
            const size_t next = std::clamp(m_ladder.firstAt(group, after, place + 1), place + 1, last);
            paintArrow(arrow, static_cast<uint32_t>(next - place - 1));
            place = next;
        }
    }

    void paintArrow(const LadderArrow& arrow, uint32_t hidden)
    {
        const ArrowPlace where{m_picture.shaft, m_picture.scale, m_ladder.usualDelay(arrow.flow), m_request.theme};
        const QLineF line = whyrst::paintArrow(m_painter, arrow, where);
        m_picture.arrows.push_back({arrow.relation, hidden, line});
        m_shapes.add(arrow);
        const int priority = m_ladder.priority(arrow);
        const bool isReset = arrow.group == ArrowClass::Reset;
        const Side sender = arrow.flow;
        if (arrow.sent)
            m_wishes.push_back({priority, arrow.relation, sender, m_picture.scale.y(*arrow.sent), hidden, isReset});
        if (arrow.arrived)
            m_wishes.push_back({priority, arrow.relation, otherSide(sender), m_picture.scale.y(*arrow.arrived),
                arrow.sent ? 0 : hidden, isReset});
    }

    void paintSelected()
    {
        if (!m_request.selected)
            return;
        const LadderArrow arrow = m_ladder.arrow(*m_request.selected);
        const ArrowPlace where{m_picture.shaft, m_picture.scale, m_ladder.usualDelay(arrow.flow), m_request.theme};
        const QLineF line = arrowLine(arrow, where);
        QColor halo = m_colors.selection;
        halo.setAlpha(110);
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.setPen(QPen(halo, selectionWidth, Qt::SolidLine, Qt::RoundCap));
        m_painter.drawLine(line);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        paintArrow(arrow, 0);
        for (Wish& wish : m_wishes) {
            if (wish.relation == *m_request.selected)
                wish.priority = -1;
        }
    }

    void paintFolds()
    {
        for (const LadderScale::Stretch& stretch : m_picture.scale.stretches()) {
            if (!stretch.isFolded)
                continue;
            constexpr double beside = 8;
            const QRectF box(m_picture.shaft.left() - beside, stretch.top, m_picture.shaft.width() + 2 * beside,
                stretch.bottom - stretch.top);
            m_painter.fillRect(box.adjusted(0, 1, 0, -1), m_colors.background);
            paintZigzag(stretch);
            const QString length = durationText(stretch.span.end - stretch.span.begin);
            const QString text = QStringLiteral("%1 without a packet").arg(length);
            const bool fits = QFontMetricsF(m_font).horizontalAdvance(text) + 4 * beside < m_picture.shaft.width();
            m_painter.setPen(m_colors.faintText);
            m_painter.drawText(box, Qt::AlignCenter, fits ? text : length);
        }
    }

    void paintZigzag(const LadderScale::Stretch& stretch)
    {
        constexpr int turns = 3;
        constexpr double swing = 5;
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.setPen(QPen(m_colors.text, 1.6));
        for (const Side side : {Side::Client, Side::Server}) {
            QPolygonF zigzag;
            zigzag << QPointF(lineOf(side), stretch.top);
            for (int turn = 1; turn <= turns; ++turn) {
                const double y = stretch.top + (stretch.bottom - stretch.top) * turn / (turns + 1);
                zigzag << QPointF(lineOf(side) + (turn % 2 == 0 ? -swing : swing), y);
            }
            zigzag << QPointF(lineOf(side), stretch.bottom);
            m_painter.drawPolyline(zigzag);
        }
        m_painter.setRenderHint(QPainter::Antialiasing, false);
    }

    /// On the arrows of the marks, side by side where they would cover each other.
    void placeBadges()
    {
        for (const LadderMark& mark : m_request.marks) {
            const LadderArrow arrow = m_ladder.arrow(mark.relation);
            const bool isInView = m_request.view.begin <= arrow.time() && arrow.time() <= m_request.view.end;
            if (!isInView || !isShown(arrow.flow, arrow.kind))
                continue;
            const ArrowPlace where{m_picture.shaft, m_picture.scale, m_ladder.usualDelay(arrow.flow), m_request.theme};
            const QLineF line = arrowLine(arrow, where);
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

    void placeLabels()
    {
        std::ranges::stable_sort(m_wishes, {}, &Wish::priority);
        std::array<std::set<double>, 2> taken;
        for (const LadderScale::Stretch& stretch : m_picture.scale.stretches()) {
            if (stretch.isFolded) {
                for (auto& rows : taken)
                    rows.insert((stretch.top + stretch.bottom) / 2);
            }
        }
        for (const Wish& wish : m_wishes) {
            std::set<double>& rows = taken[sideIndex(wish.capture)];
            const double y = std::max(wish.y, m_picture.shaft.top() + labelDistance / 2);
            const auto next = rows.lower_bound(y - labelDistance + 0.5);
            const bool isFree = next == rows.end() || *next > y + labelDistance - 0.5;
            if (!isFree || y > m_request.bounds.bottom() - labelDistance / 3)
                continue;
            if (paintLabel(wish, y))
                rows.insert(y);
        }
    }

    bool paintLabel(const Wish& wish, double y)
    {
        QString text = toQString(m_ladder.label(wish.relation, wish.capture));
        if (text.isEmpty())
            return false;
        const QString more = wish.hidden == 0 ? QString() : QStringLiteral("  +%1").arg(countText(wish.hidden));
        const QFontMetricsF metrics(m_font);
        text = metrics.elidedText(text, Qt::ElideRight, m_labelWidth - metrics.horizontalAdvance(more)) + more;
        const double width = metrics.horizontalAdvance(text);
        const double x = wish.capture == Side::Client ? m_picture.shaft.left() - labelGap - width
                                                      : m_picture.shaft.right() + labelGap;
        const QRectF box(x, y - labelDistance / 2, width + 1, labelDistance);
        const LadderArrow arrow = m_ladder.arrow(wish.relation);
        m_painter.setPen(wish.priority <= 2 && arrow.group != ArrowClass::Handshake ? arrowColor(arrow, m_request.theme)
                                                                                    : m_colors.text);
        m_painter.drawText(box, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, text);
        m_picture.labels.push_back({wish.relation, wish.capture, box, text});
        return true;
    }

    QPainter& m_painter;
    const LadderRequest& m_request;
    const Ladder& m_ladder;
    const ChartColors& m_colors;
    QFont m_font;
    LadderPicture m_picture;
    LadderShapes m_shapes;
    double m_timeWidth = 0;
    double m_labelWidth = 0;
    std::vector<Wish> m_wishes;
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
