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

void PlainLabel::setFaintEnd(const QString& words)
{
    if (words.isEmpty())
        return;
    if (m_faintEnd.isEmpty())
        m_text = text();
    m_faintEnd = words;
    setTextFormat(Qt::RichText);
    showFaintEnd();
}

QString PlainLabel::plainText() const
{
    return m_faintEnd.isEmpty() ? text() : m_text + QLatin1Char(' ') + m_faintEnd;
}

/// Nothing of a text from a capture is taken for a tag.
void PlainLabel::showFaintEnd()
{
    if (m_faintEnd.isEmpty())
        return;
    constexpr QChar enDash(0x2013);
    constexpr QChar wordJoiner(0x2060);
    QString unbroken = m_faintEnd;
    unbroken.replace(QLatin1Char(' '), QChar(QChar::Nbsp));
    unbroken.replace(QStringLiteral("\u00b7\u00a0"), QStringLiteral("\u00b7 "));
    unbroken.replace(enDash, QString(enDash) + wordJoiner);
    const QColor color = chartColors(themeOf(QApplication::palette())).faintText;
    const QString html = QStringLiteral("%1 <span style=\"color: %2\">%3</span>")
                             .arg(m_text.toHtmlEscaped(), color.name(), unbroken.toHtmlEscaped());
    if (html != text())
        setText(html);
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
    showFaintEnd();
    if (m_style != Style::Faint)
        return;
    // From the program's palette: the own one carries the colour of the theme before, and the parent's may yet.
    QPalette own;
    own.setColor(QPalette::WindowText, chartColors(themeOf(QApplication::palette())).faintText);
    setPalette(own);
}

} // namespace whyrst
