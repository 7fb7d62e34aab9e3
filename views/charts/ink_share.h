// How much of a picture data covers: marks go where there is least.
#pragma once

#include <QImage>
#include <QRectF>

namespace whyrst {

/// Share of pixels in the box `logical` that differ between `image` and `ground`, the same picture before data was
/// drawn. Both have `scale` pixels for each logical one and the format RGB32. Every other pixel of every other row is
/// looked at.
double inkShare(const QImage& image, const QImage& ground, const QRectF& logical, double scale);

} // namespace whyrst
