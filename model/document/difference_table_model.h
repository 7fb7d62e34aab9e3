// What differs between the two recordings of a connection, packet by packet.
#pragma once

#include "model/document/difference_filter.h"
#include "model/document/open_comparison.h"

#include <QAbstractTableModel>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace whyrst {

/// Rows are relations of the pair in order of time. Cells are made when they are asked for; four bytes a row are kept.
class DifferenceTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Number,
        Time,
        Direction,
        What,
        ClientFrame,
        ServerFrame,
        Delay,
        Verdict,
        Change,
        Evidence,
        ColumnCount
    };
    enum Role
    {
        RelationRole = Qt::UserRole, ///< uint: row of PairDetails::relations
        KindRole,                    ///< int: a Relation
        ResetRole,                   ///< bool: the packet carries the RST flag
        UnsureDelayRole,             ///< bool: nothing bounds how far the delay may be off
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setPair(std::shared_ptr<const PairDetails> details);
    void setFilter(const DifferenceFilter& filter);
    const DifferenceFilter& filter() const { return m_filter; }
    /// Relations of each kind in the filter's direction, by Relation.
    const std::array<uint32_t, relationCount>& counts() const { return m_counts; }

    /// Whether a row has a delay: only packets that arrived have one.
    bool hasDelay() const;
    /// Row of a relation; -1 when the filter hides it.
    int rowOf(uint32_t relation) const;
    /// The header and these rows, a line each, columns parted by tabs.
    QString text(const QModelIndexList& rows) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void fill();
    QString cellText(uint32_t index, int column) const;
    QString whatText(uint32_t index) const;
    QString tipText(uint32_t index, int column) const;
    QString delayText(const PacketRelation& relation) const;
    bool isDelayUnsure(const PacketRelation& relation) const;
    QString changeText(const PacketRelation& relation) const;

    std::shared_ptr<const PairDetails> m_details;
    DifferenceFilter m_filter;
    std::vector<uint32_t> m_rows;
    std::array<uint32_t, relationCount> m_counts{};
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> m_changes; ///< alteration by rows; the server's flow has bit 31
};

} // namespace whyrst
