// The table of a connection's packets: both flows merged in capture order.
#pragma once

#include "model/analysis/wireshark_view.h"
#include "model/charts/packet_remarks.h"
#include "model/document/session.h"

#include <QAbstractTableModel>

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace whyrst {

/// Reads segments from the trace when a cell is asked for; keeps four bytes a row.
class PacketTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Step,
        Frame,
        Time,
        Delta,
        Direction,
        Flags,
        Seq,
        Ack,
        Length,
        Window,
        Sack,
        KindsColumn,
        WiresharkColumn, ///< what Wireshark's TCP analysis says; made for the whole connection when it is first asked
                         ///< for
        ColumnCount
    };
    enum Role
    {
        FrameRole = Qt::UserRole, ///< uint: packet number
        StepRole,       ///< int: number of the step of the chain that this packet is, from 1; invalid when it is none
        ResetRole,      ///< bool: the segment carries the RST flag
        ResendRole,     ///< bool: it sends bytes again
        FromClientRole, ///< bool
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Shows the segments of the details' connection; nothing with null details.
    void setConnection(std::shared_ptr<const ConnectionDetails> details);
    /// Adds what the same connection has more in newer details.
    void grow(std::shared_ptr<const ConnectionDetails> details);
    /// Numbers the packets of this chain; null: none. The diagnosis is read, not kept.
    void setChain(const Diagnosis* diagnosis);

    /// Step of the chain, from 1, that a packet belongs to; 0: none.
    int stepOf(PacketNumber frame) const;
    /// Row of a packet; -1 when it is none of the connection.
    int rowOf(PacketNumber frame) const;
    /// What the packet of `row` is and why: its kinds with their rules, values and packets compared with, of a RST
    /// its diagnosis, and its remarks, a line each. Linear in the segments before it.
    QString explanation(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void addStep(const EvidenceStep& step, int number);
    bool isLike(const LocatedSegment& one, const LocatedSegment& other) const;
    /// A row of this table: a row of a flow with the side in the highest bit.
    struct Row
    {
        uint32_t packed = 0;

        Side side() const { return (packed >> 31U) != 0 ? Side::Server : Side::Client; }
        uint32_t row() const { return packed & 0x7fffffffU; }
    };

    std::vector<Row> rowsOf(const Connection& connection) const;
    void readRemarks();
    const Connection& connection() const;
    LocatedSegment segmentAt(int row) const;
    const FlowAnalysis& analysisOf(const LocatedSegment& located) const;
    QString cellText(const LocatedSegment& located, int row, int column) const;
    QString numberText(const LocatedSegment& located, int column) const;
    QString windowText(const LocatedSegment& located) const;
    QString windowToolTip(const LocatedSegment& located) const;
    QString sackText(const LocatedSegment& located) const;
    QString toolTip(const LocatedSegment& located, int row, int column) const;
    QString stepText(PacketNumber frame) const;
    QString deltaText(const Segment& segment, int row) const;
    QString kindsText(const LocatedSegment& located) const;
    QString wiresharkText(int row) const;

    std::shared_ptr<const ConnectionDetails> m_details;
    std::optional<PacketRemarks> m_remarks;
    mutable std::vector<WiresharkFlags> m_wireshark; ///< by row; empty until it is asked for
    std::vector<Row> m_rows;
    int m_timeDigits = 0; ///< 9 when times of the connection are finer than microseconds
    std::unordered_map<PacketNumber, int> m_steps;
};

} // namespace whyrst
