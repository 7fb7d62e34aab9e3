// Asks for the window scales of a connection whose handshake was not captured.
#pragma once

#include "model/analysis/analysis.h"

#include <QDialog>

#include <array>
#include <optional>

class QComboBox;

namespace whyrst {

/// Keeps nothing of the connection.
class WindowScaleDialog : public QDialog
{
    Q_OBJECT

public:
    WindowScaleDialog(const Connection& connection, const Analysis& analysis, QWidget* parent = nullptr);

    /// What the person says of the windows of `side`; nothing: what the capture shows.
    std::optional<uint8_t> scale(Side side) const;
    QComboBox* box(Side side) const { return m_boxes[sideIndex(side)]; }

private:
    QComboBox* createBox(const Connection& connection, const FlowAnalysis& analysis, Side side);

    std::array<QComboBox*, 2> m_boxes{}; ///< by Side
};

} // namespace whyrst
