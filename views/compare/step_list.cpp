#include "views/compare/step_list.h"

#include "views/plain_label.h"

#include <QVBoxLayout>

namespace whyrst {

StepList::StepList(QWidget* parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // its rows have the keyboard
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void StepList::setSteps(const std::vector<StepText>& steps, const QString& emptyText)
{
    m_rows.clear();
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(2);
    if (steps.empty() && !emptyText.isEmpty())
        column->addWidget(new PlainLabel(emptyText, PlainLabel::Style::Faint, content));
    for (const StepText& step : steps) {
        auto* row = new StepRow(step, content);
        connect(row, &StepRow::activated, this, &StepList::activated);
        column->addWidget(row);
        m_rows.push_back(row);
    }
    column->addStretch();
    setWidget(content);
}

void StepList::setSelected(int number)
{
    for (size_t index = 0; index < m_rows.size(); ++index) {
        const bool isSelected = static_cast<int>(index) + 1 == number;
        m_rows[index]->setSelected(isSelected);
        if (isSelected)
            ensureWidgetVisible(m_rows[index]);
    }
}

} // namespace whyrst
