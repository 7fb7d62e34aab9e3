#include "views/loading_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>

namespace whyrst {
namespace {

constexpr int steps = 1000;

} // namespace

LoadingBar::LoadingBar(QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    m_text->setTextFormat(Qt::PlainText);
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->setTextVisible(false);
    m_cancel->setToolTip(tr("Stops and shows what was read so far (Esc)"));
    m_cancel->setShortcut(Qt::Key_Escape);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 3, 8, 3);
    layout->addWidget(m_text);
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, &LoadingBar::cancelRequested);
    hide();
}

void LoadingBar::begin(const QString& fileName)
{
    m_fileName = fileName;
    setProgress(0, 0);
    show();
}

void LoadingBar::setProgress(double fraction, quint64 packets)
{
    m_bar->setRange(0, fraction < 0 ? 0 : steps);
    m_bar->setValue(static_cast<int>(fraction * steps));
    m_text->setText(tr("Reading %1: %2 packets").arg(m_fileName, QLocale::c().toString(packets)));
}

} // namespace whyrst
