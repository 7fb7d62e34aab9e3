#include "views/why_panel.h"

#include "model/diagnosis/alternatives.h"
#include "model/diagnosis/conditions.h"
#include "model/diagnosis/fact_words.h"
#include "model/document/document_text.h"
#include "model/export/diagnosis_text.h"
#include "views/palette.h"
#include "views/plain_label.h"
#include "views/step_row.h"
#include "views/tab_order.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>
#include <span>

namespace whyrst {
namespace {

constexpr int margin = 10;
constexpr int milliseconds = 3;

PlainLabel* addText(QVBoxLayout* layout, const QString& text, PlainLabel::Style style)
{
    auto* label = new PlainLabel(text, style);
    layout->addWidget(label);
    return label;
}

void addHeading(QVBoxLayout* layout, const QString& text)
{
    layout->addSpacing(6);
    addText(layout, text, PlainLabel::Style::Heading);
}

/// A numbered or marked entry of a list.
void addItem(QVBoxLayout* layout, const QString& mark, const QString& text)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    auto* label = new PlainLabel(mark, PlainLabel::Style::Faint);
    label->setWordWrap(false);
    row->addWidget(label, 0, Qt::AlignTop);
    row->addWidget(new PlainLabel(text, PlainLabel::Style::Normal), 1);
    layout->addLayout(row);
}

void addConditionItems(QVBoxLayout* layout, const std::vector<Condition>& conditions)
{
    for (const Condition& condition : conditions)
        addItem(layout, condition.isMet ? QStringLiteral("\u2713") : QStringLiteral("\u2013"),
            toQString(conditionText(condition)));
}

/// The conditions of the rules of the nearest other causes; null when there are none.
QWidget* makeOtherConditions(const Diagnosis& diagnosis)
{
    auto content = std::make_unique<QWidget>();
    auto* layout = new QVBoxLayout(content.get());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    bool isEmpty = true;
    for (const Alternative& alternative : diagnosis.alternatives) {
        const std::vector<Condition> conditions = conditionsToShow(diagnosis, alternative);
        if (conditions.empty())
            continue;
        isEmpty = false;
        addText(layout, toQString(std::string(causeTitle(alternative.cause))), PlainLabel::Style::Faint);
        addConditionItems(layout, conditions);
    }
    return isEmpty ? nullptr : content.release();
}

/// A table of names and values; nothing without facts.
void addFacts(QVBoxLayout* layout, const QString& title, std::span<const Fact> facts)
{
    if (facts.empty())
        return;
    addHeading(layout, title);
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    for (const Fact& fact : facts) {
        const int row = grid->rowCount();
        const QString label = toQString(std::string(factLabel(fact.name)));
        grid->addWidget(new PlainLabel(label, PlainLabel::Style::Faint), row, 0, Qt::AlignTop);
        grid->addWidget(new PlainLabel(toQString(factValue(fact)), PlainLabel::Style::Normal), row, 1, Qt::AlignTop);
    }
    layout->addLayout(grid);
}

/// The fields of the RST beside those of the host's packets: in two columns, for the panel may be narrow and an
/// Ethernet address does not wrap.
void addComparisons(QVBoxLayout* layout, const std::vector<FieldComparison>& comparisons)
{
    if (comparisons.empty())
        return;
    addText(layout, WhyPanel::tr("The RST beside the host's own packets:"), PlainLabel::Style::Normal);
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    for (const FieldComparison& each : comparisons) {
        const int row = grid->rowCount();
        const QString text
            = WhyPanel::tr("%1: %2; host: %3")
                  .arg(toQString(fieldVerdictWords(each.verdict)), toQString(each.inReset), toQString(each.ofHost));
        grid->addWidget(new PlainLabel(toQString(std::string(fieldLabel(each.id))), PlainLabel::Style::Faint), row, 0,
            Qt::AlignTop);
        grid->addWidget(new PlainLabel(text, PlainLabel::Style::Normal), row, 1, Qt::AlignTop);
    }
    layout->addLayout(grid);
}

/// Confidence and harm as a chip: words in a frame, coloured by harm.
QWidget* makeChip(const QString& text, const QColor& color)
{
    auto* chip = new PlainLabel(text, PlainLabel::Style::Heading);
    chip->setWordWrap(false);
    chip->setStyleSheet(
        QStringLiteral("QLabel { color: %1; border: 1px solid %1; border-radius: 4px; padding: 1px 6px; }")
            .arg(color.name()));
    return chip;
}

QString stepPlace(const EvidenceStep& step, Timestamp zero)
{
    QStringList parts;
    if (step.isGhost)
        parts << WhyPanel::tr("missing");
    if (step.frame)
        parts << frameText(*step.frame);
    if (step.frame && step.lastFrame && *step.lastFrame != *step.frame)
        parts.back() += QStringLiteral("\u2013") + frameText(*step.lastFrame);
    const auto seconds = [zero](Timestamp time) { return toQString(plainSeconds(time - zero, milliseconds)); };
    parts << (step.lastTime && *step.lastTime != step.time
            ? WhyPanel::tr("%1\u2013%2 s").arg(seconds(step.time), seconds(*step.lastTime))
            : WhyPanel::tr("%1 s").arg(seconds(step.time)));
    const bool isSideTold = step.flow && step.text.find(sideName(*step.flow)) != std::string::npos;
    if (step.flow && !isSideTold)
        parts << (step.flow == Side::Client ? WhyPanel::tr("from client") : WhyPanel::tr("from server"));
    return parts.join(QStringLiteral(" \u00b7 "));
}

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

bool isResetStep(const EvidenceStep& step)
{
    return step.role == Role::Rst || step.role == Role::RstCopy || step.role == Role::TwinRst;
}

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
    m_steps.clear();
    m_isNew = true;
    m_shownText = shownText();
    fillChooser();
    m_scroll->setWidget(buildContent()); // deletes the one before
    m_scroll->verticalScrollBar()->setValue(0);
    const bool hasConnection = m_session->connection() != nullptr;
    m_copy->setEnabled(hasConnection);
    m_export->setEnabled(hasConnection);
    QList<QWidget*> stops{m_chooser, m_scroll}; // Tab goes from top to bottom; new rows would come last
    for (StepRow* step : m_steps)
        stops << step;
    orderTabs(stops << m_copy << m_export);
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
    const auto focused = std::ranges::find_if(m_steps, [](const StepRow* row) { return row->hasFocus(); });
    const auto step = static_cast<size_t>(focused - m_steps.begin());
    const bool hadFocus = focused != m_steps.end();
    rebuild();
    if (hadFocus && step < m_steps.size())
        m_steps[step]->setFocus();
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

QWidget* WhyPanel::buildContent()
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(margin, margin - 2, margin, margin);
    layout->setSpacing(4);
    const Diagnosis* diagnosis = m_session->diagnosis();
    if (diagnosis) {
        addAnswer(layout, *diagnosis);
        addChain(layout, *diagnosis);
        addActions(layout, *diagnosis);
        addProofs(layout, *diagnosis);
        addRemarks(layout, *diagnosis);
        addConditions(layout, *diagnosis);
        addAlternatives(layout, *diagnosis);
        addMeasured(layout, *diagnosis);
        addMissing(layout, *diagnosis);
    } else {
        addEmpty(layout);
    }
    layout->addStretch();
    return content;
}

void WhyPanel::addEmpty(QVBoxLayout* layout) const
{
    if (!m_session->connection()) {
        addText(layout, tr("Select a reset or a connection."), PlainLabel::Style::Normal);
        return;
    }
    const ConnectionSummary& summary = m_session->details()->diagnosis.summary;
    addText(layout, tr("No reset here"), PlainLabel::Style::Title);
    addText(layout, endpointsText(*m_session->connection()), PlainLabel::Style::Faint);
    addText(layout,
        tr("No reset and no bad end was found. Opened: %1. Ended: %2.")
            .arg(openedWords(summary.opened), endedWords(summary.ended)),
        PlainLabel::Style::Normal);
    addText(layout, tr("Losses, closed windows and stalls, where there were some, are among the findings (E)."),
        PlainLabel::Style::Normal);
}

void WhyPanel::addAnswer(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    addText(layout, toQString(causeTitle(diagnosis.cause)), PlainLabel::Style::Title);
    const ChartTheme theme = themeOf(palette());
    auto* chips = new QHBoxLayout;
    chips->setSpacing(6);
    chips->addWidget(makeChip(confidenceWords(diagnosis.confidence), palette().color(QPalette::WindowText)));
    chips->addWidget(makeChip(harmWords(diagnosis.harm), harmColor(diagnosis.harm, theme)));
    chips->addStretch();
    layout->addLayout(chips);
    addText(layout, toQString(diagnosis.summary), PlainLabel::Style::Normal);
    addText(layout, whoWords(*m_session->connection(), diagnosis), PlainLabel::Style::Faint);
}

void WhyPanel::addChain(QVBoxLayout* layout, const Diagnosis& diagnosis)
{
    if (diagnosis.chain.empty())
        return;
    addHeading(layout, tr("What happened"));
    const Timestamp zero = m_session->connection()->firstTime; // as on the charts and in the packet table
    auto* rows = new QVBoxLayout;
    rows->setSpacing(0);
    int number = 0;
    for (const EvidenceStep& step : diagnosis.chain) {
        auto* row
            = new StepRow({++number, stepPlace(step, zero), toQString(step.text), isResetStep(step), step.isGhost});
        connect(row, &StepRow::activated, this, &WhyPanel::stepActivated);
        rows->addWidget(row);
        m_steps.push_back(row);
    }
    layout->addLayout(rows);
}

void WhyPanel::addActions(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    if (diagnosis.actions.empty())
        return;
    addHeading(layout, tr("What to do next"));
    int number = 0;
    for (const std::string& action : diagnosis.actions)
        addItem(layout, QStringLiteral("%1.").arg(++number), toQString(action));
}

void WhyPanel::addProofs(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    if (diagnosis.proofs.empty())
        return;
    addHeading(layout, tr("Proof (Linux)"));
    for (const ProofCommand& proof : diagnosis.proofs) {
        addText(layout, tr("On the %1, %2:").arg(toQString(sideName(proof.host)), toQString(proof.shows)),
            PlainLabel::Style::Normal);
        addText(layout, toQString(proof.command), PlainLabel::Style::Code);
    }
}

void WhyPanel::addAlternatives(QVBoxLayout* layout, const Diagnosis& diagnosis)
{
    if (diagnosis.alternatives.empty())
        return;
    addHeading(layout, tr("Other causes"));
    for (const Alternative& alternative : diagnosis.alternatives)
        addItem(layout, alternative.excludedBy.empty() ? QStringLiteral("?") : QStringLiteral("\u2013"),
            toQString(alternativeText(alternative)));
    addOtherConditions(layout, diagnosis);
}

/// Folded: who wants to know why the neighbours lost opens it, and finds it open in the next answer.
void WhyPanel::addOtherConditions(QVBoxLayout* layout, const Diagnosis& diagnosis)
{
    QWidget* content = makeOtherConditions(diagnosis);
    if (content == nullptr)
        return;
    auto* button = new QToolButton;
    button->setObjectName(QStringLiteral("otherConditions"));
    button->setText(tr("Conditions of their rules"));
    button->setToolTip(tr("Show what the rules of the nearest other causes ask for, and what was measured."));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setCheckable(true);
    const auto fold = [this, button, content](bool isOpen) {
        m_areOthersOpen = isOpen;
        button->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        content->setVisible(isOpen);
    };
    layout->addWidget(button, 0, Qt::AlignLeft);
    layout->addWidget(content);
    button->setChecked(m_areOthersOpen);
    fold(m_areOthersOpen);
    connect(button, &QToolButton::toggled, content, fold);
}

void WhyPanel::addConditions(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    const std::vector<Condition> conditions = conditionsToShow(diagnosis);
    if (conditions.empty())
        return;
    addHeading(layout, tr("Conditions of the rule"));
    addConditionItems(layout, conditions);
}

void WhyPanel::addMeasured(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    std::vector<Fact> measured = diagnosis.facts;
    std::erase_if(measured, [](const Fact& fact) { return factLabel(fact.name).empty(); });
    const auto signs = std::stable_partition(
        measured.begin(), measured.end(), [](const Fact& fact) { return !isAuthenticityFact(fact); });
    addFacts(layout, tr("Measured"), {measured.begin(), signs});
    const QString sender = tr("Who sent the reset: %1").arg(toQString(authenticityText(diagnosis)));
    addFacts(layout, sender, {signs, measured.end()});
    if (signs == measured.end() && tellsSender(diagnosis))
        addHeading(layout, sender);
    addComparisons(layout, diagnosis.comparisons);
}

void WhyPanel::addRemarks(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    if (diagnosis.remarks.empty())
        return;
    addHeading(layout, tr("What else the capture shows"));
    for (const Remark& remark : diagnosis.remarks)
        addItem(layout, QStringLiteral("\u2013"), toQString(remark.text));
}

void WhyPanel::addMissing(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    if (!diagnosis.missing.empty()) {
        addHeading(layout, tr("Missing in this capture"));
        for (const Missing missing : diagnosis.missing)
            addItem(layout, QStringLiteral("\u2013"), missingWords(missing));
    }
    if (diagnosis.nextCapture.empty())
        return;
    addHeading(layout, tr("Next capture"));
    addText(layout, toQString(diagnosis.nextCapture), PlainLabel::Style::Code);
}

void WhyPanel::setSelectedStep(int number)
{
    for (size_t index = 0; index < m_steps.size(); ++index) {
        const bool isSelected = static_cast<int>(index) + 1 == number;
        m_steps[index]->setSelected(isSelected);
        if (isSelected && !m_isNew)
            m_scroll->ensureWidgetVisible(m_steps[index], 0, 0);
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
