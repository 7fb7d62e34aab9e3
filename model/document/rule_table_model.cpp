#include "model/document/rule_table_model.h"

#include "model/compare/rewrites.h"
#include "model/document/document_text.h"

namespace whyrst {

void RuleTableModel::setPair(std::shared_ptr<const PairDetails> details)
{
    beginResetModel();
    m_details = std::move(details);
    endResetModel();
}

int RuleTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_details ? 0 : static_cast<int>(m_details->pair().rules.size());
}

int RuleTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RuleTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const RewriteRule& rule = m_details->pair().rules[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return cellText(rule, index.column());
    case Qt::ToolTipRole:
        return toolTipText(toQString(ruleText(rule)));
    default:
        return {};
    }
}

QString RuleTableModel::cellText(const RewriteRule& rule, int column) const
{
    switch (column) {
    case Rule:
        return tr("Rule: %1").arg(toQString(rule.text));
    case Packets:
        return rule.packets == 0 ? tr("the connection")
            : rule.packets == 1  ? tr("1 packet")
                                 : tr("%1 packets").arg(countText(rule.packets));
    case Exceptions:
        return rule.exceptions == 0 ? tr("no exception")
            : rule.exceptions == 1  ? tr("1 exception")
                                    : tr("%1 exceptions").arg(countText(rule.exceptions));
    default:
        return {};
    }
}

QVariant RuleTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Rule:
        return tr("Rule");
    case Packets:
        return tr("Packets");
    case Exceptions:
        return tr("Exceptions");
    default:
        return {};
    }
}

} // namespace whyrst
