// What a connection spent its time on: one thin bar with its legend, on one line.
#pragma once

#include "model/analysis/time_share.h"

#include <QString>
#include <QWidget>

namespace whyrst {

/// Parts in the order of Limit, each with a colour and a pattern of its own; the legend names those that are not
/// nothing.
class TimeShareBar : public QWidget
{
    Q_OBJECT

public:
    explicit TimeShareBar(QWidget* parent = nullptr);

    /// `caveat` says what the capture's place lets it know.
    void setShare(const TimeShare& share, const QString& caveat);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintParts(QPainter& painter, const QRect& bar) const;
    int paintLegend(QPainter& painter, int x) const;

    TimeShare m_share;
    QString m_caveat;
};

} // namespace whyrst
