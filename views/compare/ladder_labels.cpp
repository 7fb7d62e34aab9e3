#include "views/compare/ladder_labels.h"

#include "model/document/document_text.h"
#include "views/compare/ladder_canvas.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <set>

namespace whyrst {
namespace {

constexpr int colouredPriority = 2; ///< up to it a label has the colour of its arrow

bool paintLabel(LadderCanvas& canvas, const LabelWish& wish, double y)
{
    QString text = toQString(canvas.ladder.label(wish.relation, wish.capture));
    if (text.isEmpty())
        return false;
    const QString more = wish.hidden == 0 ? QString() : QStringLiteral("  +%1").arg(countText(wish.hidden));
    const QFontMetricsF metrics(canvas.font);
    text = metrics.elidedText(text, Qt::ElideRight, canvas.labelWidth - metrics.horizontalAdvance(more)) + more;
    const double width = metrics.horizontalAdvance(text);
    const double line = canvas.lineOf(wish.capture);
    const double x = wish.capture == Side::Client ? line - ladderLabelGap - width : line + ladderLabelGap;
    const QRectF box(x, y - ladderLabelDistance / 2, width + 1, ladderLabelDistance);
    const LadderArrow arrow = canvas.ladder.arrow(wish.relation);
    const bool isColoured = wish.priority <= colouredPriority && arrow.group != ArrowClass::Handshake;
    canvas.painter.setPen(isColoured ? arrowColor(arrow, canvas.request.theme) : canvas.colors.text);
    canvas.painter.drawText(box, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, text);
    canvas.picture.labels.push_back({wish.relation, wish.capture, box, text});
    return true;
}

} // namespace

void placeLadderLabels(LadderCanvas& canvas, std::vector<LabelWish> wishes)
{
    std::ranges::stable_sort(wishes, {}, &LabelWish::priority);
    std::array<std::set<double>, 2> taken;
    for (const LadderScale::Stretch& stretch : canvas.picture.scale.stretches()) {
        if (stretch.isFolded) {
            for (auto& rows : taken)
                rows.insert((stretch.top + stretch.bottom) / 2);
        }
    }
    for (const LabelWish& wish : wishes) {
        std::set<double>& rows = taken[sideIndex(wish.capture)];
        const double y = std::max(wish.y, canvas.picture.shaft.top() + ladderLabelDistance / 2);
        const auto next = rows.lower_bound(y - ladderLabelDistance + 0.5);
        const bool isFree = next == rows.end() || *next > y + ladderLabelDistance - 0.5;
        if (!isFree || y > canvas.request.bounds.bottom() - ladderLabelDistance / 3)
            continue;
        if (paintLabel(canvas, wish, y))
            rows.insert(y);
    }
}

} // namespace whyrst
