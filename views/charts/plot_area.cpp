#include "views/charts/plot_area.h"

#include <cmath>

namespace whyrst {

namespace {

double ticks(Duration duration)
{
    return static_cast<double>(duration.count());
}

} // namespace

double PlotArea::x(Duration time) const
{
    return pixels.left() + ticks(time - begin) / ticks(end - begin) * pixels.width();
}

double PlotArea::y(double value) const
{
    return pixels.top() + (high - value) / (high - low) * pixels.height();
}

Duration PlotArea::timeAt(double x) const
{
    const double share = (x - pixels.left()) / pixels.width();
    return begin + Duration(std::llround(share * ticks(end - begin)));
}

double PlotArea::valueAt(double y) const
{
    return high - (y - pixels.top()) / pixels.height() * (high - low);
}

Duration PlotArea::columnBegin(int column) const
{
    return begin + Duration(static_cast<Duration::rep>(std::ceil(ticks(end - begin) * column / pixels.width())));
}

int PlotArea::row(double value) const
{
    const double y = (high - value) / (high - low) * pixels.height();
    if (!(y >= 0))
        return -1;
    return y >= pixels.height() ? pixels.height() : static_cast<int>(y);
}

PlotArea PlotArea::scaled(double scale) const
{
    PlotArea area = *this;
    const int left = static_cast<int>(std::lround(pixels.left() * scale));
    const int top = static_cast<int>(std::lround(pixels.top() * scale));
    const int right = static_cast<int>(std::lround((pixels.left() + pixels.width()) * scale));
    const int bottom = static_cast<int>(std::lround((pixels.top() + pixels.height()) * scale));
    area.pixels = QRect(left, top, right - left, bottom - top);
    return area;
}

} // namespace whyrst
