#include "views/answer_items.h"

#include "model/diagnosis/fact_words.h"
#include "model/document/document_text.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace whyrst {
namespace {

class AnswerItems
{
    Q_DECLARE_TR_FUNCTIONS(AnswerItems)
};

} // namespace

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

void addComparisons(QVBoxLayout* layout, const std::vector<FieldComparison>& comparisons)
{
    if (comparisons.empty())
        return;
    addText(layout, AnswerItems::tr("The RST beside the host's own packets:"), PlainLabel::Style::Normal);
    auto* grid = new QGridLayout;
    grid->setVerticalSpacing(1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    for (const FieldComparison& each : comparisons) {
        const int row = grid->rowCount();
        const QString text
            = AnswerItems::tr("%1: %2; host: %3")
                  .arg(toQString(fieldVerdictWords(each.verdict)), toQString(each.inReset), toQString(each.ofHost));
        grid->addWidget(new PlainLabel(toQString(std::string(fieldLabel(each.id))), PlainLabel::Style::Faint), row, 0,
            Qt::AlignTop);
        grid->addWidget(new PlainLabel(text, PlainLabel::Style::Normal), row, 1, Qt::AlignTop);
    }
    layout->addLayout(grid);
}

QWidget* makeChip(const QString& text, const QColor& color)
{
    auto* chip = new PlainLabel(text, PlainLabel::Style::Heading);
    chip->setWordWrap(false);
    chip->setStyleSheet(
        QStringLiteral("QLabel { color: %1; border: 1px solid %1; border-radius: 4px; padding: 1px 6px; }")
            .arg(color.name()));
    return chip;
}

} // namespace whyrst
