// A picture of a comparison that explains itself: both captures' charts, the ladder, where the trouble sits, and the
// findings in words.
#pragma once

#include "model/document/open_comparison.h"
#include "model/export/address_mask.h"
#include "views/charts/chart_image.h"
#include "views/compare/shown_panes.h"

#include <QDate>
#include <QImage>
#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

class QPainter;

namespace whyrst {

/// Everything that the picture says. `details` must outlive it.
struct ComparisonImageRequest
{
    std::shared_ptr<const PairDetails> details;
    QStringList title;             ///< lines; the first one is set in bold; a user's own line goes before them
    Side direction = Side::Client; ///< whose data the charts show
    PairSpan span;                 ///< of time
    ShownPanes panes = ShownPanes::Both;
    bool hasDelay = false;     ///< whether the delay of both directions stands with the charts
    bool isOverlaid = false;   ///< one chart of both captures instead of two
    bool foldsSilence = true;  ///< on the ladder
    std::optional<Side> clock; ///< whose time of day stands at the ladder; nothing: seconds since the first packet
    QSize size{1600, 1000};    ///< logical pixels
    double scale = 2;          ///< device pixels for each logical one; texts grow along
    ChartTheme theme = ChartTheme::Light;
    std::optional<int> finding;      ///< number of the only one that is told; nothing: the first three
    QString filter;                  ///< by which packets of both captures were chosen; may be empty
    QDate made;                      ///< day of making, for the footer; invalid: none
    std::optional<AddressMask> mask; ///< names in the place of all addresses
};

/// "Path to the server: Segment black hole (certain)": place and cause of the verdict, or without one of the finding
/// that answers; else what there is to say.
QString comparisonHeading(const ConnectionPair& pair);

/// The request for a pair: title with files, the connection in both captures and the clocks; the headline's span.
ComparisonImageRequest describeComparisonImage(const std::shared_ptr<const PairDetails>& details);

/// Makes it the picture of finding `number` alone, from 1: its packets, its direction, its sentence. False without such
/// a finding.
bool showFinding(ComparisonImageRequest& request, int number);

/// Puts A, B and NAT in the place of addresses, in the title and in whatever is drawn or kept with the picture.
void maskAddresses(ComparisonImageRequest& request);

/// Draws it in logical pixels of `painter`, on a background that is there. Needs a QApplication.
void paintComparisonImage(QPainter& painter, const ComparisonImageRequest& request);

/// Draws it, `size` times `scale` device pixels. The files and the findings also stand in the picture's text, which a
/// PNG keeps. Equal requests give equal pictures, with and without a display. Needs a QApplication.
QImage renderComparisonImage(const ComparisonImageRequest& request);

} // namespace whyrst
