// What the comparison found for a pair, one sentence each; a click shows its packets.
#pragma once

#include "model/document/open_comparison.h"

#include <QScrollArea>

#include <memory>
#include <vector>

namespace whyrst {

class StepRow;

class FindingList : public QScrollArea
{
    Q_OBJECT

public:
    explicit FindingList(QWidget* parent = nullptr);

    void setDetails(const std::shared_ptr<const PairDetails>& details);
    /// Builds the rows again: their signs have colours of the theme.
    void rebuild() { setDetails(m_details); }
    const std::vector<StepRow*>& rows() const { return m_rows; }
    void setSelected(int number);

signals:
    /// Finding `number`, from 1.
    void activated(int number);

private:
    std::shared_ptr<const PairDetails> m_details;
    std::vector<StepRow*> m_rows;
};

} // namespace whyrst
