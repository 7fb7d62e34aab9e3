#include "views/why_panel.h"

#include "model/document/document_text.h"
#include "model/export/diagnosis_text.h"
#include "views/answer_page.h"
#include "views/step_row.h"
#include "views/tab_order.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace whyrst {
namespace {

constexpr int margin = 10;

/// Shows when the keyboard scrolls it.
class AnswerArea final : public QScrollArea
{
public:
    explicit AnswerArea(QWidget* parent)
        : QScrollArea(parent)
    {
        setViewportMargins(1, 1, 1, 1); // room for the sign of the keyboard
    }

protected:
    bool event(QEvent* event) override
    {
        const bool isDone = QScrollArea::event(event);
        if (event->type() == QEvent::Paint && hasFocus()) {
            QPainter painter(this);
            painter.setPen(palette().color(QPalette::Highlight));
            painter.drawRect(rect().adjusted(0, 0, -1, -1));
        }
        return isDone;
    }
};

} // namespace

WhyPanel::WhyPanel(const Session* session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_scroll(new AnswerArea(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createChooser(layout);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Why was this connection reset?"));
    layout->addWidget(m_scroll, 1);
    createButtons(layout);
    setMinimumWidth(240);
    connect(session, &Session::connectionChanged, this, &WhyPanel::rebuild);
    connect(session, &Session::diagnosisChanged, this, &WhyPanel::rebuild);
    connect(session, &Session::connectionGrown, this, &WhyPanel::refresh);
    rebuild();
}

void WhyPanel::createChooser(QVBoxLayout* layout)
{
    m_chooser = new QComboBox(this);
    m_chooser->setAccessibleName(tr("Reset to explain"));
    m_chooser->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    layout->addWidget(m_chooser);
    connect(m_chooser, &QComboBox::activated, this,
        [this](int index) { emit resetChosen(PacketNumber(m_chooser->itemData(index).toUInt())); });
}

void WhyPanel::createButtons(QVBoxLayout* layout)
{
    m_copy = new QPushButton(tr("Copy text"), this);
    m_copy->setToolTip(tr("Copies the answer with its chain as text for a report"));
    m_export = new QPushButton(tr("Export PNG\u2026"), this);
    m_export->setToolTip(tr("Saves the charts with the numbered chain as a picture"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(margin, 6, margin, 6);
    row->addWidget(m_copy);
    row->addWidget(m_export);
    layout->addLayout(row);
    connect(m_copy, &QPushButton::clicked, this, &WhyPanel::copyReport);
    connect(m_export, &QPushButton::clicked, this, &WhyPanel::exportRequested);
}

void WhyPanel::rebuild()
{
    m_isNew = true;
    m_shownText = shownText();
    fillChooser();
    showPage(new AnswerPage(m_session));
    m_scroll->verticalScrollBar()->setValue(0);
    const bool hasConnection = m_session->connection() != nullptr;
    m_copy->setEnabled(hasConnection);
    m_export->setEnabled(hasConnection);
    orderTabs({m_chooser, m_scroll, m_page, m_copy, m_export}); // from top to bottom; new rows would come last
}

void WhyPanel::showPage(AnswerPage* page)
{
    m_page = page;
    m_scroll->setWidget(page); // deletes the one before
    if (QAbstractButton* others = page->others()) {
        others->setChecked(m_areOthersOpen);
        connect(others, &QAbstractButton::toggled, this, [this](bool isOpen) { m_areOthersOpen = isOpen; });
    }
    connect(page, &AnswerPage::stepActivated, this, &WhyPanel::stepActivated);
    // Queued: a packet of another connection has another answer, and the text that was clicked on is deleted.
    connect(page, &AnswerPage::packetActivated, this, &WhyPanel::packetActivated, Qt::QueuedConnection);
}

const std::vector<StepRow*>& WhyPanel::steps() const
{
    return m_page->steps();
}

/// The report without its heading, which counts packets and seconds.
QString WhyPanel::shownText() const
{
    const auto details = m_session->details();
    if (!details)
        return {};
    const ConnectionSummary& summary = details->diagnosis.summary;
    const std::string report = connectionText(details->open.trace->capture, details->connection(), details->diagnosis);
    return openedWords(summary.opened) + endedWords(summary.ended) + toQString(report.substr(report.find('\n')));
}

void WhyPanel::refresh()
{
    if (shownText() == m_shownText)
        return;
    const int top = m_scroll->verticalScrollBar()->value();
    const auto focused = std::ranges::find_if(steps(), [](const StepRow* row) { return row->hasFocus(); });
    const auto step = static_cast<size_t>(focused - steps().begin());
    const bool hadFocus = focused != steps().end();
    rebuild();
    if (hadFocus && step < steps().size())
        steps()[step]->setFocus();
    m_scroll->widget()->adjustSize(); // or there is nothing yet to scroll over
    m_scroll->verticalScrollBar()->setValue(top);
}

void WhyPanel::fillChooser()
{
    m_chooser->clear();
    const auto details = m_session->details();
    const Diagnosis* shown = m_session->diagnosis();
    const bool hasChoice = details && shown && details->diagnosis.resets.size() > 1;
    m_chooser->setVisible(hasChoice);
    if (!hasChoice)
        return;
    const auto& resets = details->diagnosis.resets;
    for (size_t index = 0; index < resets.size(); ++index) {
        const Diagnosis& reset = resets[index];
        m_chooser->addItem(tr("RST %1 of %2: %3, %4")
                               .arg(index + 1)
                               .arg(resets.size())
                               .arg(frameText(reset.frame), toQString(causeTitle(reset.cause))),
            reset.frame.value);
        if (reset.frame == shown->frame)
            m_chooser->setCurrentIndex(static_cast<int>(index));
    }
}

void WhyPanel::setSelectedStep(int number)
{
    for (size_t index = 0; index < steps().size(); ++index) {
        const bool isSelected = static_cast<int>(index) + 1 == number;
        steps()[index]->setSelected(isSelected);
        if (isSelected && !m_isNew)
            m_scroll->ensureWidgetVisible(steps()[index], 0, 0);
    }
    m_isNew = false;
}

QString WhyPanel::reportText() const
{
    const auto details = m_session->details();
    if (!details)
        return {};
    const CaptureInfo& capture = m_session->openTrace().trace->capture;
    return toQString(captureText(capture) + connectionText(capture, *m_session->connection(), details->diagnosis));
}

void WhyPanel::copyReport()
{
    QApplication::clipboard()->setText(reportText());
    emit copied();
}

} // namespace whyrst
