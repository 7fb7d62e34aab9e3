#include "views/time_share_bar.h"

#include "model/document/document_text.h"
#include "model/export/episode_text.h"
#include "model/export/episode_words.h"
#include "views/palette.h"

#include <QPainter>

#include <algorithm>
#include <array>

namespace whyrst {
namespace {

constexpr int margin = 6;
constexpr int gap = 5; // between a sign and its words
constexpr int entryGap = 14;
constexpr int leastBar = 120;
constexpr int mostBar = 420;

struct PartLook
{
    SeriesStyle color;
    Qt::BrushStyle pattern;
};

/// In the order of Limit. Colour or pattern alone tells the part.
constexpr std::array<PartLook, limitCount> partLooks{{
    {SeriesStyle::Acknowledgment, Qt::SolidPattern},
    {SeriesStyle::ReceiveWindow, Qt::FDiagPattern},
    {SeriesStyle::Resend, Qt::SolidPattern},
    {SeriesStyle::NewData, Qt::Dense4Pattern},
    {SeriesStyle::WindowEdge, Qt::NoBrush},
}};

void paintPart(QPainter& painter, const QRect& rect, size_t part, const QPalette& palette)
{
    const PartLook& look = partLooks[part];
    const QColor color = seriesLook(look.color, themeOf(palette)).color;
    painter.fillRect(rect, palette.color(QPalette::Base));
    painter.fillRect(rect, QBrush(color, look.pattern));
    painter.setPen(color);
    painter.drawRect(rect.adjusted(0, 0, -1, -1));
}

} // namespace

TimeShareBar::TimeShareBar(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Where the time went"));
}

void TimeShareBar::setShare(const TimeShare& share, const QString& caveat)
{
    m_share = share;
    m_caveat = caveat;
    QStringList lines;
    const auto parts = share.perMille();
    for (size_t index = 0; index < limitCount; ++index) {
        const auto limit = static_cast<Limit>(index);
        if (share.of(limit) > Duration())
            lines << tr("%1: %2, %3 \u2013 %4")
                         .arg(toQString(limitTitle(limit)), toQString(perMilleText(parts[index])),
                             durationText(share.of(limit)), toQString(limitWords(limit)));
    }
    lines << caveat;
    setToolTip(toolTipText(lines.join(QLatin1Char('\n'))));
    setAccessibleDescription(toQString(timeShareText(share)) + QStringLiteral(". ") + caveat);
    update();
}

QSize TimeShareBar::sizeHint() const
{
    return {leastBar, fontMetrics().height() + 6};
}

QSize TimeShareBar::minimumSizeHint() const
{
    return sizeHint();
}

void TimeShareBar::paintParts(QPainter& painter, const QRect& bar) const
{
    const double all = toSeconds(m_share.total());
    double before = 0;
    for (size_t index = 0; index < limitCount; ++index) {
        const double time = toSeconds(m_share.times[index]);
        const int left = bar.left() + qRound(bar.width() * before / all);
        const int right = bar.left() + qRound(bar.width() * (before + time) / all);
        if (right > left)
            paintPart(painter, QRect(left, bar.top(), right - left, bar.height()), index, palette());
        before += time;
    }
}

/// Entries from left to right, as many as fit. Gives the place behind the last one.
int TimeShareBar::paintLegend(QPainter& painter, int x) const
{
    const int size = fontMetrics().ascent();
    const auto parts = m_share.perMille();
    for (size_t index = 0; index < limitCount; ++index) {
        const auto limit = static_cast<Limit>(index);
        if (m_share.of(limit) <= Duration())
            continue;
        const QString words = QStringLiteral("%1 %2").arg(
            toQString(limitTitle(limit)).toLower(), toQString(perMilleText(parts[index])));
        const int wide = fontMetrics().horizontalAdvance(words) + 2;
        if (x + size + gap + wide > width() - margin)
            break;
        paintPart(painter, QRect(x, (height() - size) / 2, size, size), index, palette());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(x + size + gap, 0, wide, height()), Qt::AlignVCenter, words);
        x += size + gap + wide + entryGap;
    }
    return x;
}

void TimeShareBar::paintEvent(QPaintEvent*)
{
    if (m_share.total() <= Duration())
        return;
    QPainter painter(this);
    const int thick = std::max(8, fontMetrics().ascent() - 1);
    const QRect bar(margin, (height() - thick) / 2, std::clamp(width() / 4, leastBar, mostBar), thick);
    paintParts(painter, bar);
    const int x = paintLegend(painter, bar.right() + entryGap);
    const QString place = m_caveat.section(QLatin1Char(':'), 0, 0);
    const int room = width() - margin - x;
    for (const QString& words : {m_caveat, place}) { // what fits; the tool tip has all
        if (fontMetrics().horizontalAdvance(words) > room)
            continue;
        painter.setPen(chartColors(themeOf(palette())).faintText);
        painter.drawText(QRect(x, 0, room, height()), Qt::AlignVCenter, words);
        return;
    }
}

} // namespace whyrst
