// Asks for one connection of a capture.
#pragma once

#include "model/document/open_trace.h"

#include <QDialog>

#include <optional>

class QPushButton;

namespace whyrst {

class ConnectionList;

class ConnectionDialog : public QDialog
{
    Q_OBJECT

public:
    ConnectionDialog(const OpenTrace& open, const QString& question, QWidget* parent = nullptr);

    /// The chosen connection; nothing before one is chosen.
    std::optional<ConnectionId> chosen() const { return m_chosen; }
    ConnectionList* connections() const { return m_connections; }

private:
    ConnectionList* m_connections;
    QPushButton* m_accept = nullptr;
    std::optional<ConnectionId> m_chosen;
};

} // namespace whyrst
