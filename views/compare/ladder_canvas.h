// What the parts of a ladder's picture share: where things stand, and what was drawn so far.
#pragma once

#include "views/charts/glyphs.h"
#include "views/compare/arrow_painter.h"
#include "views/compare/ladder_legend.h"
#include "views/compare/ladder_painter.h"

#include <QFont>

namespace whyrst {

constexpr double ladderCaptionHeight = 20;
constexpr double ladderLabelDistance = 13; ///< from label to label
constexpr double ladderLabelGap = 7;       ///< between a line and its labels

/// Lays a ladder out and keeps what its parts have drawn. Request and painter must outlive it.
class LadderCanvas
{
public:
    LadderCanvas(QPainter& painter, const LadderRequest& request);

    bool isShown(const LadderArrow& arrow) const { return isShown(arrow.flow, arrow.kind); }
    bool isShown(Side flow, Relation kind) const;
    bool hasLegend() const;
    /// Where the line of a capture stands.
    double lineOf(Side side) const { return side == Side::Client ? picture.shaft.left() : picture.shaft.right(); }
    /// How packets of that direction are drawn.
    ArrowPlace placeOf(Side flow) const;
    /// Words on the shaft, below the badges that are there; nothing when they do not fit.
    void paintNote(const QRectF& box, const QString& text);

    QPainter& painter;
    const LadderRequest& request;
    const Ladder& ladder;
    const ChartColors& colors;
    QFont font;
    LadderPicture picture; ///< what was drawn so far
    LadderShapes shapes;   ///< what the legend has to explain
    double timeWidth = 0;  ///< of the times at the left
    double labelWidth = 0; ///< of the labels of one side

private:
    std::vector<PairSpan> folds() const;
    void addFoldBeforeFirst(std::vector<PairSpan>& folds) const;
};

} // namespace whyrst
