// Places the numbered marks of the chain so that they hide neither each other nor the packets.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <functional>
#include <vector>

namespace whyrst {

/// A mark that wants a place.
struct MarkRequest
{
    QPointF anchor; ///< where the packet is
    QSizeF badge;   ///< the circle with the number
    QSizeF label;   ///< the words beside it; they are left out when there is no room
};

/// Where it went.
struct MarkPlace
{
    QRectF badge;
    QRectF label; ///< empty when it was left out
};

/// Share of a rectangle that is covered by data, 0 to 1.
using InkProbe = std::function<double(const QRectF&)>;

/// A place for each mark, in their order, within `bounds`. The first ones choose first. Same input, same places.
///
/// A badge stands off its anchor, where there is least ink, never upon another badge or label; only when `bounds` has
/// no free room at all it stands on the anchor.
std::vector<MarkPlace> placeMarks(const std::vector<MarkRequest>& marks, const QRectF& bounds, const InkProbe& inkOf);

} // namespace whyrst
