// Draws the ladder of a pair: the same code for the screen and for pictures.
#pragma once

#include "model/charts/ladder.h"
#include "model/document/difference_filter.h"
#include "views/charts/theme.h"
#include "views/compare/ladder_scale.h"

#include <QLineF>
#include <QRectF>
#include <QString>
#include <QStringList>

#include <array>
#include <optional>
#include <vector>

class QPainter;

namespace whyrst {

/// A finding's number at its packet.
struct LadderMark
{
    int number = 0;
    uint32_t relation = 0;
};

/// What is to be drawn.
struct LadderRequest
{
    const Ladder* ladder = nullptr; ///< null: nothing
    PairSpan view;
    QRectF bounds;
    ChartTheme theme = ChartTheme::Light;
    std::array<QString, 2> captions; ///< above the lines, by capture
    std::vector<LadderMark> marks;
    std::optional<uint32_t> selected;       ///< a relation
    std::optional<DifferenceFilter> filter; ///< nothing: all packets
    std::optional<Side> clock; ///< whose time of day stands at the left; nothing: seconds since the first packet
    bool foldsSilence = true;
};

/// An arrow as drawn, for the pointer.
struct PaintedArrow
{
    uint32_t relation = 0;
    uint32_t hidden = 0; ///< further ones of its class that fall upon it
    QLineF line;
};

/// A label as drawn.
struct PaintedLabel
{
    uint32_t relation = 0;
    Side capture = Side::Client;
    QRectF box;
    QString text;
};

/// The number of a finding on its arrow.
struct PaintedBadge
{
    QRectF rect;
    int number = 0;
    bool isReset = false;
};

/// What was drawn.
struct LadderPicture
{
    LadderScale scale;
    QRectF shaft; ///< between the two lines
    std::vector<PaintedArrow> arrows;
    std::vector<PaintedLabel> labels;
    std::vector<PaintedBadge> badges; ///< of the marks in view
    std::vector<QRectF> notes;        ///< words on the shaft, beside the badges
    std::vector<QRectF> silences;     ///< how long folded silences are, beside the badges
    QStringList legend;               ///< words beside the samples of shapes
    size_t shadedRows = 0;            ///< pixel rows where ordinary packets are drawn as density

    /// The arrow nearest to `position` within `radius` pixels; those drawn last win.
    const PaintedArrow* arrowAt(QPointF position, double radius) const;
};

/// Draws it, in logical pixels of `painter`. The work grows with the rows of pixels, and only with the logarithm of
/// the packets: ordinary ones become a shaded band where there is more than one in two rows, and of others there is
/// at most one of a class in two rows.
LadderPicture paintLadder(QPainter& painter, const LadderRequest& request);

} // namespace whyrst
