// A picture of a connection's charts that explains itself: title, charts with numbered marks, cause, and the chain's
// texts.
#pragma once

#include "model/charts/chart_table.h"
#include "model/result.h"
#include "views/charts/theme.h"

#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>
#include <QStringList>

#include <span>
#include <string>
#include <vector>

namespace whyrst {

/// Everything that the picture says.
struct ChartImageRequest
{
    QStringList title; ///< lines; the first one is set in bold
    std::vector<ChartData> charts;
    TimeSpan span;                ///< of time that the charts show
    QString heading;              ///< the cause, or why there is none; may be empty
    QString summary;              ///< the sentences for the report
    std::vector<ChartMark> steps; ///< of the chain, for their numbers and texts
    QSize size{1920, 1080};       ///< logical pixels
    double scale = 1;             ///< device pixels for each logical one; texts grow along
    ChartTheme theme = ChartTheme::Light;
};

/// Smallest picture with room for its texts.
constexpr QSize smallestChartImage{640, 400};
/// Largest picture in device pixels on a side; Qt's images end at 32767.
constexpr int largestChartImageSide = 20000;

/// The request for `kinds` of a connection: title with file, endpoints, direction and start in UTC, charts, the story's
/// span, cause, summary and chain.
ChartImageRequest describeChartImage(const ChartRequest& request, std::span<const ChartKind* const> kinds);

/// Draws the picture, `size` times `scale` device pixels. Texts are wrapped, never cut; where they leave the charts too
/// little room, they become smaller. Files, cause and chain also stand in the picture's text, which a PNG keeps. Equal
/// requests give equal pictures, with and without a display. Needs a QApplication.
QImage renderChartImage(const ChartImageRequest& request);

/// The picture as a PNG with its resolution (96 dpi times `scale`) and its texts, which are not compressed. `image` has
/// direct colours.
QByteArray encodePng(const QImage& image, double scale);

/// Writes `png` to `file`: completely or not at all. Gives the bytes written. Error: CannotWrite.
Result<qint64> writePicture(const QByteArray& png, const QString& file);

} // namespace whyrst
