#include "views/compare/ladder_canvas.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace whyrst {
namespace {

constexpr int textSize = 11;
constexpr double foldHeight = 24;
constexpr double foldShare = 0.25; ///< of the view: longer silences are folded (comparison.md 6.2)
constexpr size_t mostFolds = 10;
constexpr double timeColumn = 54;     ///< room for the times at the left
constexpr double clockColumn = 92;    ///< the same for times of day
constexpr double widestColumn = 0.14; ///< of the width
constexpr double labelShare = 0.31;   ///< of the width, for the labels of one side
constexpr double widestLabel = 290;
constexpr double leastWithLegend = 260; ///< a lower ladder has no room for a legend

} // namespace

LadderCanvas::LadderCanvas(QPainter& with, const LadderRequest& asked)
    : painter(with)
    , request(asked)
    , ladder(*asked.ladder)
    , colors(chartColors(asked.theme))
    , font(chartFont(textSize))
{
    const QRectF& bounds = request.bounds;
    const double label = std::min(bounds.width() * labelShare, widestLabel);
    timeWidth = std::min(request.clock ? clockColumn : timeColumn, bounds.width() * widestColumn);
    const double left = bounds.left() + timeWidth + label;
    picture.shaft = QRectF(QPointF(left, bounds.top() + ladderCaptionHeight),
        QPointF(bounds.right() - label, bounds.bottom() - (hasLegend() ? ladderLegendHeight : 6)));
    labelWidth = label - ladderLabelGap - 4;
    picture.scale = LadderScale(request.view, picture.shaft.top() + 4, picture.shaft.bottom(), folds(), foldHeight);
}

bool LadderCanvas::isShown(Side flow, Relation kind) const
{
    return !request.filter || request.filter->shows(flow, kind);
}

bool LadderCanvas::hasLegend() const
{
    return request.bounds.height() >= leastWithLegend;
}

ArrowPlace LadderCanvas::placeOf(Side flow) const
{
    return {picture.shaft, picture.scale, ladder.usualDelay(flow), request.theme};
}

std::vector<PairSpan> LadderCanvas::folds() const
{
    if (!request.foldsSilence)
        return {};
    std::vector<PairSpan> result;
    for (const PairSpan& silence : ladder.silences(request.view, foldShare, mostFolds)) {
        const Duration length = silence.end - silence.begin;
        const Duration after = std::min(length / 4, ladder.reach() / 2); // what was sent before still arrives
        const Duration before = std::min(length / 8, ladder.reach() / 8);
        result.push_back({silence.begin + after, silence.end - before});
    }
    addFoldBeforeFirst(result);
    return result;
}

/// Before the first packet there is nothing to see, however short it is.
void LadderCanvas::addFoldBeforeFirst(std::vector<PairSpan>& folds) const
{
    if (ladder.size() == 0)
        return;
    const Duration first = ladder.arrow(0).time() - ladder.reach() / 8;
    const bool isFolded = !folds.empty() && folds.front().begin < first;
    if (!isFolded && request.view.begin < first && first < request.view.end)
        folds.insert(folds.begin(), {request.view.begin, first});
}

void LadderCanvas::paintNote(const QRectF& box, const QString& text)
{
    const QFontMetricsF metrics(font);
    QRectF ground(0, 0, metrics.horizontalAdvance(text) + 8, ladderLabelDistance + 2);
    if (ground.width() > box.width())
        return; // a word that is cut says nothing
    ground.moveCenter(box.center());
    for (const PaintedBadge& badge : picture.badges) {
        if (badge.rect.intersects(ground))
            ground.moveTop(badge.rect.bottom() + 1);
    }
    picture.notes.push_back(ground);
    painter.fillRect(ground, colors.background);
    painter.setPen(colors.faintText);
    painter.drawText(ground, Qt::AlignCenter, text);
}

} // namespace whyrst
