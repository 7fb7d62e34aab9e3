// Writes the picture of a comparison: what the command line and others without a window need.
#pragma once

#include "model/compare/comparison.h"
#include "model/result.h"
#include "views/charts/theme.h"

#include <QDate>
#include <QSize>
#include <QString>

#include <memory>
#include <optional>

namespace whyrst {

/// How the picture is to look, and of what.
struct ComparisonPicture
{
    std::optional<size_t> pair; ///< index in the comparison; nothing: the one with the worst finding
    QSize size{1600, 1000};     ///< logical pixels
    double scale = 2;
    ChartTheme theme = ChartTheme::Light;
    std::optional<int> finding;  ///< its number, from 1: only its packets and its sentence; nothing: the whole story
    QString title;               ///< a line of the user's own; may be empty
    QString filter;              ///< by which packets of both captures were chosen; may be empty
    QDate made;                  ///< day of making, for the footer; invalid: none
    bool hasDelay = false;       ///< whether the delay of both directions stands between the charts
    bool masksAddresses = false; ///< A, B and NAT in the place of all addresses
};

/// Today in UTC, or the day that the environment gives in SOURCE_DATE_EPOCH, seconds since 1970
/// (reproducible-builds.org): with it the same captures give the same bytes on any day.
QDate dayOfMaking();

/// Writes both charts, the ladder and the findings of a pair to `file` as PNG, completely or not at all, and gives the
/// bytes written. `first` and `second` are the traces in the order in which they were compared. Needs a QApplication
/// and no display. Errors: CannotWrite; NotFound when the captures have no such pair or
/// the pair has no such finding.
Result<qint64> writeComparisonPicture(const std::shared_ptr<const Trace>& first,
    const std::shared_ptr<const Trace>& second, const std::shared_ptr<const Comparison>& comparison,
    const ComparisonPicture& picture, const QString& file);

} // namespace whyrst
