// The connections of two captures that are one, and below them those that may be one and are not compared.
#pragma once

#include "model/document/open_comparison.h"

#include <QAbstractTableModel>

#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

/// One row a pair, those with findings first; then refused pairs and connections that a box ends, with the reason.
class PairListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        ConnectionColumn,
        Score,
        Counts,
        Finding,
        ColumnCount
    };
    enum Role
    {
        PairRole = Qt::UserRole, ///< uint: index in Comparison::pairs; invalid on a row without a comparison
        RefusedRole,             ///< uint: index in Comparison::refused; invalid on others
        HasCauseRole,            ///< bool: the pair's headline names a cause
        DetailRole,              ///< QString: the second line of a row
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setComparison(const OpenComparison& open);

    /// Row of pair `pair`; -1 when there is none.
    int rowOf(size_t pair) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row
    {
        enum class Kind : uint8_t
        {
            Pair,
            Refused,
            Terminated
        };
        Kind kind = Kind::Pair;
        uint32_t index = 0;
    };

    QVariant pairData(const ConnectionPair& pair, int column, int role) const;
    QString pairText(const ConnectionPair& pair, int column) const;
    QVariant otherData(const Row& row, int column, int role) const;

    OpenComparison m_open;
    std::vector<Row> m_rows;
};

} // namespace whyrst
