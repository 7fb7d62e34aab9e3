// What was changed on the way in nearly all packets of a pair: one row a rule.
#pragma once

#include "model/document/open_comparison.h"

#include <QAbstractTableModel>

#include <memory>

namespace whyrst {

/// Rows are the rules of the pair in their order, with how many packets show each and how many do not.
class RuleTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Rule,
        Packets,
        Exceptions,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setPair(std::shared_ptr<const PairDetails> details);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString cellText(const RewriteRule& rule, int column) const;

    std::shared_ptr<const PairDetails> m_details;
};

} // namespace whyrst
