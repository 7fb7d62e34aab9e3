// What the comparison found for a pair, one sentence each; a click shows its packets.
#pragma once

#include "model/document/open_comparison.h"
#include "views/compare/step_list.h"

#include <memory>

class QPushButton;

namespace whyrst {

class FindingList : public StepList
{
    Q_OBJECT

public:
    explicit FindingList(QWidget* parent = nullptr);

    void setDetails(const std::shared_ptr<const PairDetails>& details);
    /// Builds the rows again: their signs have colours of the theme.
    void rebuild() { setDetails(m_details); }

    /// The button of finding `number`, from 1, that says the capture ran on; null where nothing hangs on it.
    QPushButton* stillRunningButton(int number) const;

signals:
    /// A person says that the captures were still running when the last packets were sent.
    void stillRunningRequested();

private:
    void offerStillRunning(StepRow* row);

    std::shared_ptr<const PairDetails> m_details;
};

} // namespace whyrst
