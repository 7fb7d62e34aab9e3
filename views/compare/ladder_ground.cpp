#include "views/compare/ladder_ground.h"

#include "model/document/document_text.h"
#include "views/compare/ladder_canvas.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace whyrst {
namespace {

constexpr double tickGap = 44;
constexpr double lineWidth = 1.6;

void paintCaptions(const LadderCanvas& canvas)
{
    QPainter& painter = canvas.painter;
    painter.setPen(canvas.colors.text);
    QFont bold = canvas.font;
    bold.setBold(true);
    painter.setFont(bold);
    const QFontMetricsF metrics(painter.font());
    const QRectF& bounds = canvas.request.bounds;
    const double middle = canvas.picture.shaft.center().x();
    for (const Side side : {Side::Client, Side::Server}) {
        const bool isLeft = side == Side::Client;
        const QRectF box(QPointF(isLeft ? bounds.left() + 4 : middle + 6, bounds.top() + 2),
            QPointF(isLeft ? middle - 6 : bounds.right() - 4, bounds.top() + ladderCaptionHeight));
        const QString text = metrics.elidedText(canvas.request.captions[sideIndex(side)], Qt::ElideMiddle, box.width());
        painter.drawText(box, Qt::AlignVCenter | (isLeft ? Qt::AlignLeft : Qt::AlignRight), text);
    }
    painter.setFont(canvas.font);
}

QString tickLabel(const LadderCanvas& canvas, const LadderTick& tick)
{
    if (!canvas.request.clock)
        return tick.label;
    constexpr int dateLength = 11; // and the space behind it
    const Timestamp time = canvas.ladder.times().at(*canvas.request.clock, canvas.picture.scale.timeAt(tick.y));
    return toQString(utcDateTime(time)).mid(dateLength);
}

void paintTicks(const LadderCanvas& canvas)
{
    QPainter& painter = canvas.painter;
    const QRectF& shaft = canvas.picture.shaft;
    for (const LadderTick& tick : ladderTicks(canvas.picture.scale, tickGap)) {
        painter.setPen(QPen(canvas.colors.grid, 1));
        painter.drawLine(QPointF(shaft.left(), tick.y), QPointF(shaft.right(), tick.y));
        painter.setPen(canvas.colors.faintText);
        const QRectF box(
            canvas.request.bounds.left(), tick.y - ladderLabelDistance / 2, canvas.timeWidth - 6, ladderLabelDistance);
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, tickLabel(canvas, tick));
    }
}

void hatch(LadderCanvas& canvas, Side side, PairSpan none, const QString& why)
{
    constexpr double shareOfShaft = 0.3;
    constexpr int opacity = 150;
    if (none.end <= none.begin)
        return;
    const PairSpan& view = canvas.request.view;
    const double top = canvas.picture.scale.y(std::max(none.begin, view.begin));
    const double bottom = canvas.picture.scale.y(std::min(none.end, view.end));
    if (bottom - top < 2)
        return;
    const QRectF& shaft = canvas.picture.shaft;
    const double width = shaft.width() * shareOfShaft;
    const double left = side == Side::Client ? shaft.left() : shaft.right() - width;
    const QRectF box(left, top, width, bottom - top);
    QColor color = canvas.colors.frame;
    color.setAlpha(opacity);
    canvas.painter.fillRect(box, QBrush(color, Qt::BDiagPattern));
    if (box.height() > 2 * ladderLabelDistance)
        canvas.paintNote(box, why);
}

void paintZigzag(const LadderCanvas& canvas, const LadderScale::Stretch& stretch)
{
    constexpr int turns = 3;
    constexpr double swing = 5;
    QPainter& painter = canvas.painter;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(canvas.colors.text, lineWidth));
    for (const Side side : {Side::Client, Side::Server}) {
        QPolygonF zigzag;
        zigzag << QPointF(canvas.lineOf(side), stretch.top);
        for (int turn = 1; turn <= turns; ++turn) {
            const double y = stretch.top + (stretch.bottom - stretch.top) * turn / (turns + 1);
            zigzag << QPointF(canvas.lineOf(side) + (turn % 2 == 0 ? -swing : swing), y);
        }
        zigzag << QPointF(canvas.lineOf(side), stretch.bottom);
        painter.drawPolyline(zigzag);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// In the middle of the fold, beside the badges that stand there.
void paintSilence(LadderCanvas& canvas, const QRectF& fold, const QString& text)
{
    QRectF words(0, 0, QFontMetricsF(canvas.font).horizontalAdvance(text), ladderLabelDistance);
    words.moveCenter(fold.center());
    for (const PaintedBadge& badge : canvas.picture.badges) {
        if (!badge.rect.intersects(words))
            continue;
        const double right = badge.rect.right() + 2;
        const bool fitsRight = right + words.width() < fold.right();
        words.moveLeft(fitsRight ? right : badge.rect.left() - 2 - words.width());
    }
    canvas.picture.silences.push_back(words);
    canvas.painter.setPen(canvas.colors.faintText);
    canvas.painter.drawText(words, Qt::AlignCenter | Qt::TextDontClip, text);
}

} // namespace

void paintLadderGround(LadderCanvas& canvas)
{
    canvas.painter.fillRect(canvas.request.bounds, canvas.colors.background);
    paintCaptions(canvas);
    paintTicks(canvas);
}

void paintLadderLines(const LadderCanvas& canvas)
{
    canvas.painter.setPen(QPen(canvas.colors.text, lineWidth));
    for (const Side side : {Side::Client, Side::Server}) {
        const double x = canvas.lineOf(side);
        for (const LadderScale::Stretch& stretch : canvas.picture.scale.stretches()) {
            if (!stretch.isFolded)
                canvas.painter.drawLine(QPointF(x, stretch.top), QPointF(x, stretch.bottom));
        }
    }
}

void paintUncaptured(LadderCanvas& canvas)
{
    const PairSpan& view = canvas.request.view;
    for (const Side side : {Side::Client, Side::Server}) {
        const PairSpan& captured = canvas.ladder.times().captured[sideIndex(side)];
        hatch(canvas, side, {view.begin, captured.begin}, QStringLiteral("not yet capturing"));
        hatch(canvas, side, {captured.end, view.end}, QStringLiteral("capture ended"));
    }
}

void paintLadderFolds(LadderCanvas& canvas)
{
    constexpr double beside = 8;
    QPainter& painter = canvas.painter;
    const QRectF& shaft = canvas.picture.shaft;
    for (const LadderScale::Stretch& stretch : canvas.picture.scale.stretches()) {
        if (!stretch.isFolded)
            continue;
        const QRectF box(shaft.left() - beside, stretch.top, shaft.width() + 2 * beside, stretch.bottom - stretch.top);
        painter.fillRect(box.adjusted(0, 1, 0, -1), canvas.colors.background);
        paintZigzag(canvas, stretch);
        const QString length = durationText(stretch.span.end - stretch.span.begin);
        const QString text = QStringLiteral("%1 without a packet").arg(length);
        const bool fits = QFontMetricsF(canvas.font).horizontalAdvance(text) + 4 * beside < shaft.width();
        paintSilence(canvas, box, fits ? text : length);
    }
}

} // namespace whyrst
