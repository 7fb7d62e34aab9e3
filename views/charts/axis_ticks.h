// Numbers on the axes: seconds with as many digits as the step needs, bytes with SI units.
#pragma once

#include "model/charts/chart_data.h"

#include <QSharedPointer>
#include <QString>

class QCPAxisTicker;

namespace whyrst {

/// "12.773": seconds, with the digits that tell neighbours `step` apart.
QString secondsLabel(double seconds, double step);

/// "81.2 kB", "1.5 MB" (powers of 1000); all digits in groups, "81,201", where the unit would need more than two
/// decimals.
QString bytesLabel(double bytes, double step);

/// "250 µs", "12.5 ms", "1.2 s", with the digits that tell neighbours `step` apart; both in microseconds.
QString durationLabel(double microseconds, double step);

/// "12": whole numbers only, empty for others.
QString countLabel(double count);

/// "1,234,567".
QString groupedNumber(double number);

/// Tickers for a plot of about `pixels` length.
QSharedPointer<QCPAxisTicker> makeTimeTicker(int pixels);
QSharedPointer<QCPAxisTicker> makeValueTicker(AxisUnit unit, int pixels);

} // namespace whyrst
