#include "views/charts/ink_share.h"

#include <algorithm>

namespace whyrst {

double inkShare(const QImage& image, const QImage& ground, const QRectF& logical, double scale)
{
    const QRect box = QRectF(logical.topLeft() * scale, logical.size() * scale).toRect().intersected(image.rect());
    const int step = std::max(2, static_cast<int>(2 * scale));
    int looked = 0;
    int inked = 0;
    for (int y = box.top(); y <= box.bottom(); y += step) {
        const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        const auto* before = reinterpret_cast<const QRgb*>(ground.constScanLine(y));
        for (int x = box.left(); x <= box.right(); x += step) {
            ++looked;
            inked += line[x] != before[x];
        }
    }
    return looked == 0 ? 0 : static_cast<double>(inked) / looked;
}

} // namespace whyrst
