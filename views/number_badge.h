// The number of a step of the chain in a circle, as on the charts.
#pragma once

#include "views/charts/theme.h"

#include <QRectF>
#include <QWidget>

class QPainter;

namespace whyrst {

/// How a badge differs from the plain one.
struct BadgeKind
{
    bool isReset = false; ///< red
    bool isGhost = false; ///< hollow: the packet should have come and did not
};

void drawNumberBadge(QPainter& painter, const QRectF& circle, int number, BadgeKind kind, ChartTheme theme);

/// A badge as a widget of fixed size.
class NumberBadge : public QWidget
{
    Q_OBJECT

public:
    NumberBadge(int number, BadgeKind kind, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_number;
    BadgeKind m_kind;
};

} // namespace whyrst
