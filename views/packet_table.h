// The table of the selected connection's packets.
#pragma once

#include "model/document/packet_table_model.h"

#include <QTableView>

namespace whyrst {

class ColumnWidths;

/// Shows a PacketTableModel; the selected row is the packet that all panes highlight.
class PacketTable : public QTableView
{
    Q_OBJECT

public:
    explicit PacketTable(QWidget* parent = nullptr);

    void setConnection(std::shared_ptr<const ConnectionDetails> details);
    /// Adds what the same connection has more; selection and scroll position stay.
    void grow(std::shared_ptr<const ConnectionDetails> details);
    /// For two tables side by side: without steps and deltas, columns as narrow as what stands in them. By `name` the
    /// widths that a person sets are kept.
    void setNarrow(const QString& name);
    void setChain(const Diagnosis* diagnosis);
    /// Highlights a packet and scrolls to it; no signal.
    void setSelected(PacketNumber frame);
    /// Says what the selected packet is, and why, beside its row.
    void explainSelected();
    /// Shows what Wireshark says of each packet beside what it is; not at first.
    void showWireshark(bool isShown);
    PacketTableModel* packets() const { return m_model; }

signals:
    void packetSelected(whyrst::PacketNumber frame);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void explain(const QModelIndex& index);
    void fitColumns();
    void fitAllColumns();
    void widenForLastPacket();

    PacketTableModel* m_model;
    ColumnWidths* m_widths = nullptr;
    bool m_isNarrow = false;
    bool m_isTold = false; ///< the selection is being set from outside
};

} // namespace whyrst
