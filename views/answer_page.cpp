#include "views/answer_page.h"

#include "model/diagnosis/alternatives.h"
#include "model/diagnosis/conditions.h"
#include "model/diagnosis/fact_words.h"
#include "model/document/document_text.h"
#include "model/document/port_uses.h"
#include "model/export/diagnosis_text.h"
#include "views/answer_items.h"
#include "views/palette.h"
#include "views/step_row.h"

#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>

namespace whyrst {
namespace {

constexpr int margin = 10;
constexpr int milliseconds = 3;

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

QString stepPlace(const EvidenceStep& step, Timestamp zero)
{
    QStringList parts;
    if (step.isGhost)
        parts << AnswerPage::tr("missing");
    if (step.frame)
        parts << frameText(*step.frame);
    if (step.frame && step.lastFrame && *step.lastFrame != *step.frame)
        parts.back() += QStringLiteral("\u2013") + frameText(*step.lastFrame);
    const auto seconds = [zero](Timestamp time) { return toQString(plainSeconds(time - zero, milliseconds)); };
    parts << (step.lastTime && *step.lastTime != step.time
            ? AnswerPage::tr("%1\u2013%2 s").arg(seconds(step.time), seconds(*step.lastTime))
            : AnswerPage::tr("%1 s").arg(seconds(step.time)));
    const bool isSideTold = step.flow && step.text.find(sideName(*step.flow)) != std::string::npos;
    if (step.flow && !isSideTold)
        parts << (step.flow == Side::Client ? AnswerPage::tr("from client") : AnswerPage::tr("from server"));
    return parts.join(QStringLiteral(" \u00b7 "));
}

bool isResetStep(const EvidenceStep& step)
{
    return step.role == Role::Rst || step.role == Role::RstCopy || step.role == Role::TwinRst;
}

} // namespace

AnswerPage::AnswerPage(const Session* session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, margin - 2, margin, margin);
    layout->setSpacing(4);
    if (const Diagnosis* diagnosis = session->diagnosis())
        addDiagnosis(layout, *diagnosis);
    else
        addEmpty(layout);
    addOtherUses(layout);
    layout->addStretch();
    linkPackets();
}

void AnswerPage::addDiagnosis(QVBoxLayout* layout, const Diagnosis& diagnosis)
{
    addAnswer(layout, diagnosis);
    addChain(layout, diagnosis);
    addActions(layout, diagnosis);
    addProofs(layout, diagnosis);
    addRemarks(layout, diagnosis);
    addConditions(layout, diagnosis);
    addAlternatives(layout, diagnosis);
    addMeasured(layout, diagnosis);
    addMissing(layout, diagnosis);
}

/// A step of the chain is as a whole something to click on.
void AnswerPage::linkPackets()
{
    const auto isSegment = [this](PacketNumber frame) {
        return m_session->isOpen() && findConnection(*m_session->openTrace().trace, frame) != nullptr;
    };
    const QList<PlainLabel*> labels = findChildren<PlainLabel*>();
    for (PlainLabel* label : labels) {
        if (qobject_cast<StepRow*>(label->parentWidget()))
            continue;
        label->linkPackets(isSegment);
        connect(label, &PlainLabel::packetActivated, this, &AnswerPage::packetActivated);
    }
}

void AnswerPage::addEmpty(QVBoxLayout* layout) const
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

void AnswerPage::addAnswer(QVBoxLayout* layout, const Diagnosis& diagnosis) const
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

void AnswerPage::addChain(QVBoxLayout* layout, const Diagnosis& diagnosis)
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
        connect(row, &StepRow::activated, this, &AnswerPage::stepActivated);
        rows->addWidget(row);
        m_steps.push_back(row);
    }
    layout->addLayout(rows);
}

void AnswerPage::addActions(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    if (diagnosis.actions.empty())
        return;
    addHeading(layout, tr("What to do next"));
    int number = 0;
    for (const std::string& action : diagnosis.actions)
        addItem(layout, QStringLiteral("%1.").arg(++number), toQString(action));
}

void AnswerPage::addProofs(QVBoxLayout* layout, const Diagnosis& diagnosis) const
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

void AnswerPage::addAlternatives(QVBoxLayout* layout, const Diagnosis& diagnosis)
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
void AnswerPage::addOtherConditions(QVBoxLayout* layout, const Diagnosis& diagnosis)
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
    const auto fold = [button, content](bool isOpen) {
        button->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        content->setVisible(isOpen);
    };
    layout->addWidget(button, 0, Qt::AlignLeft);
    layout->addWidget(content);
    fold(false);
    connect(button, &QToolButton::toggled, content, fold);
    m_others = button;
}

void AnswerPage::addConditions(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    const std::vector<Condition> conditions = conditionsToShow(diagnosis);
    if (conditions.empty())
        return;
    addHeading(layout, tr("Conditions of the rule"));
    addConditionItems(layout, conditions);
}

void AnswerPage::addMeasured(QVBoxLayout* layout, const Diagnosis& diagnosis) const
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

void AnswerPage::addRemarks(QVBoxLayout* layout, const Diagnosis& diagnosis) const
{
    if (diagnosis.remarks.empty())
        return;
    addHeading(layout, tr("What else the capture shows"));
    for (const Remark& remark : diagnosis.remarks)
        addItem(layout, QStringLiteral("\u2013"), toQString(remark.text));
}

void AnswerPage::addOtherUses(QVBoxLayout* layout) const
{
    const Connection* connection = m_session->connection();
    if (!connection)
        return;
    const Trace& trace = *m_session->openTrace().trace;
    const QString before = previousUseText(trace, *connection);
    const QString after = nextUseText(trace, *connection);
    if (before.isEmpty() && after.isEmpty())
        return;
    layout->addSpacing(6);
    for (const QString& text : {before, after}) {
        if (!text.isEmpty())
            addText(layout, text, PlainLabel::Style::Faint);
    }
}

void AnswerPage::addMissing(QVBoxLayout* layout, const Diagnosis& diagnosis) const
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

} // namespace whyrst
