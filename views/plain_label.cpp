#include "views/plain_label.h"

#include "views/palette.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>

namespace whyrst {
namespace {

constexpr double titleSize = 1.45; // of the normal font

QFont fontOf(PlainLabel::Style style, const QFont& normal)
{
    QFont font = normal;
    if (style == PlainLabel::Style::Code) {
        font.setFamily(QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    } else if (style == PlainLabel::Style::Title) {
        font.setPointSizeF(normal.pointSizeF() * titleSize);
        font.setBold(true);
    } else if (style == PlainLabel::Style::Heading) {
        font.setBold(true);
    }
    return font;
}

} // namespace

PlainLabel::PlainLabel(const QString& text, Style style, QWidget* parent)
    : QLabel(parent)
    , m_style(style)
{
    setTextFormat(Qt::PlainText);
    setText(text);
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setFont(fontOf(style, font()));
    applyStyle();
}

void PlainLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ParentChange || event->type() == QEvent::ApplicationPaletteChange)
        applyStyle();
}

/// The theme may have changed before the program's events ran: nobody told.
void PlainLabel::showEvent(QShowEvent* event)
{
    applyStyle();
    QLabel::showEvent(event);
}

void PlainLabel::applyStyle()
{
    if (m_style != Style::Faint)
        return;
    // From the program's palette: the own one carries the colour of the theme before, and the parent's may yet.
    QPalette own;
    own.setColor(QPalette::WindowText, chartColors(themeOf(QApplication::palette())).faintText);
    setPalette(own);
}

} // namespace whyrst
