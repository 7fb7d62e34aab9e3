#include "views/timeline_legend.h"

#include "views/palette.h"

#include <QCoreApplication>
#include <QPainter>

#include <array>
#include <utility>

namespace whyrst {
namespace {

constexpr int padding = 8;
constexpr int gap = 6; // between a sign and its words
constexpr int entryGap = 16;

/// Writes entries from left to right until the line is full.
class LegendLine
{
    Q_DECLARE_TR_FUNCTIONS(TimelineLegend)

public:
    LegendLine(QPainter& painter, const QRect& rect, const TimelineSigns& signs, const QPalette& palette)
        : m_painter(painter)
        , m_rect(rect)
        , m_signs(signs)
        , m_palette(palette)
        , m_theme(themeOf(palette))
        , m_height(painter.fontMetrics().ascent())
        , m_x(rect.left() + padding)
    {
    }

    void write();

private:
    void addCross(const QString& words);
    void addState(BarState state, const QString& words);
    void addClosedWindow(const QString& words);
    void addTick(SeriesStyle style, const QString& words);
    /// Takes room for a sign and writes the words behind it. Nothing when the line is full.
    QRect add(int signWidth, const QString& words);

    QPainter& m_painter;
    QRect m_rect;
    const TimelineSigns& m_signs;
    const QPalette& m_palette;
    ChartTheme m_theme;
    int m_height;
    int m_x;
    bool m_isFull = false;
};

QRect LegendLine::add(int signWidth, const QString& words)
{
    const int width = m_painter.fontMetrics().horizontalAdvance(words) + 2;
    m_isFull = m_isFull || m_x + signWidth + gap + width > m_rect.right();
    if (m_isFull)
        return {};
    const QRect sign(m_x, m_rect.center().y() - m_height / 2, signWidth, m_height);
    m_painter.setPen(chartColors(m_theme).faintText);
    m_painter.drawText(QRect(m_x + signWidth + gap, m_rect.top(), width, m_rect.height()), Qt::AlignVCenter, words);
    m_x += signWidth + gap + width + entryGap;
    return sign;
}

void LegendLine::addCross(const QString& words)
{
    const QRect sign = add(m_height, words);
    if (!sign.isNull())
        drawResetCross(m_painter, QRectF(sign).center(), m_height / 2.6, m_palette);
}

void LegendLine::addState(BarState state, const QString& words)
{
    if (!m_signs.states.contains(state))
        return;
    const QRect sign = add(2 * m_height, words);
    if (sign.isNull())
        return;
    const BarLook look = barLook(state, m_theme);
    m_painter.setPen(look.line);
    m_painter.setBrush(QBrush(look.fill, look.pattern));
    m_painter.drawRect(sign);
}

void LegendLine::addClosedWindow(const QString& words)
{
    const QRect sign = add(2 * m_height, words);
    if (!sign.isNull())
        m_painter.fillRect(sign.adjusted(0, 2, 0, -2), QBrush(m_palette.color(QPalette::Text), Qt::Dense4Pattern));
}

void LegendLine::addTick(SeriesStyle style, const QString& words)
{
    const QRect sign = add(2, words);
    if (!sign.isNull())
        m_painter.fillRect(sign, seriesLook(style, m_theme).color);
}

void LegendLine::write()
{
    m_painter.fillRect(m_rect, m_palette.color(QPalette::Window));
    if (m_signs.hasReset)
        addCross(tr("RST"));
    addState(BarState::ResetWithHarm, tr("reset"));
    addState(BarState::SilentDeath, tr("silent death"));
    addState(BarState::Closed, tr("closed"));
    addState(BarState::StillOpen, tr("still open"));
    addState(BarState::ResetHarmless, tr("reset, harmless"));
    if (m_signs.hasClosedWindow)
        addClosedWindow(tr("window closed"));
    if (m_signs.hasResend)
        addTick(SeriesStyle::Resend, tr("above: re-send"));
    if (m_signs.hasDupAcks)
        addTick(SeriesStyle::DupAck, tr("below: dup ACKs"));
    if (m_signs.hasFinOrIcmp)
        addTick(SeriesStyle::SynFin, tr("FIN or ICMP error"));
}

} // namespace

void drawResetCross(QPainter& painter, QPointF center, double arm, const QPalette& palette)
{
    const QPointF down(arm, arm);
    const QPointF up(arm, -arm);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& [color, width] :
        {std::pair{palette.color(QPalette::Base), 5.0}, std::pair{chartColors(themeOf(palette)).reset, 2.4}}) {
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(center - down, center + down);
        painter.drawLine(center - up, center + up);
    }
    painter.restore();
}

void drawTimelineLegend(QPainter& painter, const QRect& rect, const TimelineSigns& signs, const QPalette& palette)
{
    LegendLine(painter, rect, signs, palette).write();
}

} // namespace whyrst
