// Numbered sentences under each other, to read and to select: findings, differences.
#pragma once

#include "views/step_row.h"

#include <QScrollArea>

#include <vector>

namespace whyrst {

class StepList : public QScrollArea
{
    Q_OBJECT

public:
    explicit StepList(QWidget* parent = nullptr);

    const std::vector<StepRow*>& rows() const { return m_rows; }
    /// Highlights step `number`; no signal. 0: none.
    void setSelected(int number);
    /// Replaces all rows; `emptyText` stands there when there is none.
    void setSteps(const std::vector<StepText>& steps, const QString& emptyText);

signals:
    /// Step `number`, from 1.
    void activated(int number);

private:
    std::vector<StepRow*> m_rows;
};

} // namespace whyrst
