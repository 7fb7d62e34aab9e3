#include "views/plain_label.h"

#include "views/palette.h"

#include <QApplication>
#include <QEvent>
#include <QFocusEvent>
#include <QFontDatabase>
#include <QRegularExpression>

#include <utility>

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
    m_faintEnd = words;
    showRich();
}

void PlainLabel::linkPackets(const std::function<bool(PacketNumber)>& isPacket)
{
    static const QRegularExpression number(QStringLiteral("#([0-9]{1,10})\\b"));
    const QString own = ownText();
    std::vector<Link> links;
    for (auto matches = number.globalMatch(own); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        bool isNumber = false;
        const PacketNumber frame(match.captured(1).toUInt(&isNumber));
        if (isNumber && isPacket(frame))
            links.push_back({match.capturedStart(), match.capturedLength(), frame});
    }
    if (links.empty())
        return;
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    connect(this, &QLabel::linkActivated, this,
        [this](const QString& target) { emit packetActivated(PacketNumber(target.toUInt())); });
    m_text = own;
    m_links = std::move(links);
    showRich();
}

QString PlainLabel::plainText() const
{
    return m_faintEnd.isEmpty() ? ownText() : ownText() + QLatin1Char(' ') + m_faintEnd;
}

/// The text without the words behind it.
QString PlainLabel::ownText() const
{
    return isRich() ? m_text : text();
}

/// Nothing of a text from a capture is taken for a tag.
QString PlainLabel::linkedText() const
{
    QString html;
    qsizetype at = 0;
    const QString color = QApplication::palette().color(QPalette::Link).name();
    for (const Link& link : m_links) {
        html += m_text.mid(at, link.begin - at).toHtmlEscaped();
        html += QStringLiteral("<a href=\"%1\" style=\"color: %2\">#%1</a>").arg(link.frame.value).arg(color);
        at = link.begin + link.length;
    }
    html += m_text.mid(at).toHtmlEscaped();
    return html.replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

QString PlainLabel::faintEnd() const
{
    constexpr QChar enDash(0x2013);
    constexpr QChar wordJoiner(0x2060);
    QString unbroken = m_faintEnd;
    unbroken.replace(QLatin1Char(' '), QChar(QChar::Nbsp));
    unbroken.replace(QStringLiteral("\u00b7\u00a0"), QStringLiteral("\u00b7 "));
    unbroken.replace(enDash, QString(enDash) + wordJoiner);
    const QColor color = chartColors(themeOf(QApplication::palette())).faintText;
    return QStringLiteral(" <span style=\"color: %1\">%2</span>").arg(color.name(), unbroken.toHtmlEscaped());
}

void PlainLabel::showRich()
{
    if (m_faintEnd.isEmpty() && m_links.empty())
        return;
    if (!isRich())
        m_text = text();
    setTextFormat(Qt::RichText);
    const QString html = linkedText() + (m_faintEnd.isEmpty() ? QString() : faintEnd());
    if (html != text())
        setText(html);
}

void PlainLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ParentChange || event->type() == QEvent::ApplicationPaletteChange)
        applyStyle();
}

/// Tab comes to the first link, back Tab to the last one: the text itself is no stop.
void PlainLabel::focusInEvent(QFocusEvent* event)
{
    QLabel::focusInEvent(event);
    const bool isForward = event->reason() == Qt::TabFocusReason;
    if (m_links.empty() || (!isForward && event->reason() != Qt::BacktabFocusReason))
        return;
    heightForWidth(width()); // a text that was never drawn has no links yet
    setSelection(0, 0);      // else it goes on where it was left
    focusNextPrevChild(isForward);
}

/// The theme may have changed before the program's events ran: nobody told.
void PlainLabel::showEvent(QShowEvent* event)
{
    applyStyle();
    QLabel::showEvent(event);
}

void PlainLabel::applyStyle()
{
    showRich();
    if (m_style != Style::Faint)
        return;
    // From the program's palette: the own one carries the colour of the theme before, and the parent's may yet.
    QPalette own;
    own.setColor(QPalette::WindowText, chartColors(themeOf(QApplication::palette())).faintText);
    setPalette(own);
}

} // namespace whyrst
