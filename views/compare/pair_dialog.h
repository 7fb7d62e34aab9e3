// Says by hand that a connection of one capture is one of the other.
#pragma once

#include "model/document/open_comparison.h"

#include <QDialog>

#include <array>
#include <utility>

class QComboBox;

namespace whyrst {

class PairDialog : public QDialog
{
    Q_OBJECT

public:
    explicit PairDialog(const OpenComparison& open, QWidget* parent = nullptr);

    /// The chosen connections of the client's and the server's capture.
    std::pair<ConnectionId, ConnectionId> chosen() const;
    QComboBox* box(Side capture) const { return m_boxes[sideIndex(capture)]; }

private:
    std::array<QComboBox*, 2> m_boxes{};
};

} // namespace whyrst
