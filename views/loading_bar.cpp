#include "views/loading_bar.h"

#include "model/document/document_text.h"

#include <QHBoxLayout>
#include <QLabel>
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
    , m_cancel(new QPushButton(this))
{
    m_text->setTextFormat(Qt::PlainText);
    m_bar->setAccessibleName(tr("Progress"));
    m_bar->setTextVisible(false);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 3, 8, 3);
    layout->addWidget(m_text);
    layout->addWidget(m_bar, 1);
    layout->addStretch();
    layout->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, &LoadingBar::cancelRequested);
    hide();
}

void LoadingBar::begin(const LoadRequest& request)
{
    m_request = request;
    m_isGrowing = request.isGrowing();
    setState({});
    show();
}

void LoadingBar::setState(const LoadState& state)
{
    const bool isReading = state.stage == LoadState::Stage::Reading;
    setFraction(state.fraction);
    m_bar->setVisible(!m_isGrowing || !isReading); // an end that nobody knows has no bar
    const QString what = !isReading ? tr("Diagnosing %1")
        : m_request.isLive()        ? tr("Capturing from %1")
                                    : tr("Reading %1");
    m_text->setText(tr("%1: %2 packets, %3 connections")
                        .arg(what.arg(m_request.name()), countText(state.packets), countText(state.connections)));
    const bool stops = m_isGrowing && isReading;
    if (stops)
        setCancel(tr("Stop"), tr("Ends the capture and diagnoses it (Esc)"));
    else
        setCancel(tr("Cancel"), tr("Stops and shows what was read so far (Esc)"));
}

void LoadingBar::showWork(const QString& what, double fraction)
{
    setFraction(fraction);
    m_bar->show();
    m_text->setText(what);
    setCancel(tr("Cancel"), tr("Stops (Esc)"));
    show();
}

void LoadingBar::setFraction(double fraction)
{
    m_bar->setRange(0, fraction < 0 ? 0 : steps);
    m_bar->setValue(static_cast<int>(fraction * steps));
}

void LoadingBar::setCancel(const QString& word, const QString& hint)
{
    m_cancel->setToolTip(hint);
    if (m_cancel->text() == word)
        return;
    m_cancel->setText(word);
    m_cancel->setShortcut(Qt::Key_Escape); // a new text forgets it
}

QString LoadingBar::text() const
{
    return m_text->text();
}

} // namespace whyrst
