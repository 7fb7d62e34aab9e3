#include "views/message_bar.h"

#include "model/document/document_text.h"
#include "views/plain_label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStyle>
#include <QToolButton>

namespace whyrst {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new PlainLabel(QString(), PlainLabel::Style::Normal, this))
{
    auto* close = new QToolButton(this);
    close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(tr("Close this message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 3, 4, 3);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(close);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Midlight);
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& sentence, const QString& details)
{
    const int size = fontMetrics().height();
    const auto icon = kind == Kind::Error ? QStyle::SP_MessageBoxWarning : QStyle::SP_MessageBoxInformation;
    m_icon->setPixmap(style()->standardIcon(icon).pixmap(size, size));
    m_text->setText(sentence);
    m_text->setToolTip(details.isEmpty() ? QString() : toolTipText(details));
    setAccessibleName(kind == Kind::Error ? tr("Error") : tr("Note"));
    setAccessibleDescription(sentence);
    show();
}

QString MessageBar::message() const
{
    return isHidden() ? QString() : m_text->text();
}

void MessageBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace whyrst
