// The connections of two captures that are one, and below them those that may be one and are not compared.
#pragma once

#include "model/document/open_comparison.h"

#include <QAbstractTableModel>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace whyrst {

/// One row a pair, those with trouble first; then pairs that are not compared, with the reason, and the connections
/// that only one capture has.
class PairListModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        ConnectionColumn,
        Score,
        Key, ///< what speaks for it
        Counts,
        Finding,
        ColumnCount
    };
    enum Role
    {
        PairRole = Qt::UserRole, ///< uint: index in Comparison::pairs; invalid on a row without a comparison
        RefusedRole,             ///< uint: index in Comparison::refused; invalid on others
        HasCauseRole,            ///< bool: the pair's connection came to harm
        DetailRole,              ///< QString: the second line of a row
        SureRole,                ///< QString: the third line: how sure the pair is, counts, what speaks for it
        OtherAddressesRole,      ///< QString: how the server's capture calls the connection, where that is not the same
        BeginsSectionRole,       ///< bool: a rule parts the row from those above
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
            Terminated,
            OnlyClient,
            OnlyServer
        };
        Kind kind = Kind::Pair;
        uint32_t index = 0;
    };

    QVariant pairData(const ConnectionPair& pair, int column, int role) const;
    QString pairText(const ConnectionPair& pair, int column) const;
    QString sureText(const ConnectionPair& pair) const;
    size_t indexOf(const ConnectionPair& pair) const;
    QVariant otherData(const Row& row, int column, int role) const;
    QVariant onlyData(const Row& row, int column, int role) const;
    QVariant roleData(const Row& row, int column, int role) const;

    OpenComparison m_open;
    std::vector<Row> m_rows;
    mutable std::map<size_t, QString> m_sure; ///< texts of pairs that were shown: counting their packets takes long
};

} // namespace whyrst
