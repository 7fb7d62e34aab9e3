#include "model/document/statistics_table_model.h"

namespace whyrst {

StatisticsTableModel::StatisticsTableModel(const Connection& connection, QObject* parent)
    : QAbstractTableModel(parent)
    , m_rows(statisticsRows(connection))
{
}

QString StatisticsTableModel::asTabs() const
{
    return QString::fromStdString(statisticsAsTabs(m_rows));
}

int StatisticsTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int StatisticsTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant StatisticsTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const bool isValue = index.column() == Client || index.column() == Server;
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignVCenter | (isValue ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    const StatisticsRow& row = m_rows[static_cast<size_t>(index.row())];
    if (!isValue)
        return QString::fromStdString(index.column() == Name ? row.title() : row.unit);
    const std::string& value = row.values[sideIndex(index.column() == Client ? Side::Client : Side::Server)];
    return value.empty() ? QStringLiteral("\u2013") : QString::fromStdString(value);
}

QVariant StatisticsTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Name:
        return tr("Figure");
    case Client:
        return tr("Client sent");
    case Server:
        return tr("Server sent");
    default:
        return tr("Unit");
    }
}

} // namespace whyrst
