#include "model/document/connection_table_model.h"

#include "model/document/document_text.h"

#include <QLocale>

#include <array>
#include <limits>

namespace whyrst {
namespace {

uint64_t sum(const std::array<uint32_t, 2>& counts)
{
    return uint64_t{counts[0]} + counts[1];
}

QString countText(const std::array<uint32_t, 2>& counts)
{
    return QLocale::c().toString(sum(counts));
}

/// The number that a column sorts by, of the columns that come from the summary.
uint64_t sortNumber(const ConnectionSummary& summary, int column)
{
    switch (column) {
    case ConnectionTableModel::EndedColumn:
        return static_cast<uint64_t>(summary.ended);
    case ConnectionTableModel::OpenedColumn:
        return static_cast<uint64_t>(summary.opened);
    case ConnectionTableModel::Packets:
        return sum(summary.packets);
    case ConnectionTableModel::Bytes:
        return summary.bytes[0] + summary.bytes[1];
    case ConnectionTableModel::Retransmissions:
        return sum(summary.retransmissions);
    case ConnectionTableModel::DupAcks:
        return sum(summary.dupAcks);
    case ConnectionTableModel::ZeroWindows:
        return sum(summary.zeroWindows);
    default: // by cause: the worst headline first, connections without trouble last
        return summary.primary ? *summary.primary : std::numeric_limits<uint64_t>::max();
    }
}

} // namespace

void ConnectionTableModel::setTrace(const OpenTrace& trace)
{
    beginResetModel();
    m_open = trace;
    endResetModel();
}

bool ConnectionTableModel::isBefore(int column, int a, int b) const
{
    const ConnectionId idA(static_cast<uint32_t>(a));
    const ConnectionId idB(static_cast<uint32_t>(b));
    const Connection& first = m_open.trace->connection(idA);
    const Connection& second = m_open.trace->connection(idB);
    switch (column) {
    case Client:
        return first.client < second.client;
    case Server:
        return first.server < second.server;
    case Start:
        return first.firstTime < second.firstTime;
    case DurationColumn:
        return first.lastTime - first.firstTime < second.lastTime - second.firstTime;
    default:
        break;
    }
    const ConnectionSummary* summaryA = m_open.summary(idA);
    const ConnectionSummary* summaryB = m_open.summary(idB);
    if (!summaryA || !summaryB)
        return summaryA && !summaryB;
    return sortNumber(*summaryA, column) < sortNumber(*summaryB, column);
}

int ConnectionTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_open ? 0 : static_cast<int>(m_open.trace->connections.size());
}

int ConnectionTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ConnectionTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ConnectionId id(static_cast<uint32_t>(index.row()));
    const Headline* headline = m_open.headline(id);
    switch (role) {
    case Qt::DisplayRole:
        return cellText(id, index.column());
    case Qt::ToolTipRole:
        return headline ? QVariant(toolTipText(toQString(headline->summary))) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() >= Start ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case ConnectionRole:
        return id.value;
    case HarmRole:
        return headline ? QVariant(static_cast<int>(headline->harm)) : QVariant();
    default:
        return {};
    }
}

QString ConnectionTableModel::cellText(ConnectionId id, int column) const
{
    constexpr int milliseconds = 3;
    const Connection& connection = m_open.trace->connection(id);
    switch (column) {
    case Client:
        return toQString(toString(connection.client)) + (connection.clientAssumed() ? tr(" (assumed)") : QString());
    case Server:
        return toQString(toString(connection.server));
    case Cause:
        return causeText(id);
    case Start:
        return toQString(plainSeconds(connection.firstTime - m_open.trace->capture.firstTime, milliseconds));
    case DurationColumn:
        return durationText(connection.lastTime - connection.firstTime);
    case Packets:
        return QLocale::c().toString(connection.packetCount());
    default:
        break;
    }
    const ConnectionSummary* summary = m_open.summary(id);
    return summary ? summaryText(*summary, column) : tr("not analysed");
}

QString ConnectionTableModel::summaryText(const ConnectionSummary& summary, int column) const
{
    switch (column) {
    case EndedColumn:
        return endedWords(summary.ended);
    case OpenedColumn:
        return openedWords(summary.opened);
    case Bytes:
        return bytesText(summary.bytes[0] + summary.bytes[1]);
    case Retransmissions:
        return countText(summary.retransmissions);
    case DupAcks:
        return countText(summary.dupAcks);
    case ZeroWindows:
        return countText(summary.zeroWindows);
    default:
        return {};
    }
}

QString ConnectionTableModel::causeText(ConnectionId id) const
{
    const Headline* headline = m_open.headline(id);
    if (headline)
        return toQString(causeTitle(headline->cause));
    return m_open.summary(id) ? QStringLiteral("\u2013") : tr("not analysed");
}

QVariant ConnectionTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Client:
        return tr("Client");
    case Server:
        return tr("Server");
    case Cause:
        return tr("Cause");
    case EndedColumn:
        return tr("Ended");
    case OpenedColumn:
        return tr("Opened");
    case Start:
        return tr("Start (s)");
    case DurationColumn:
        return tr("Duration");
    case Packets:
        return tr("Packets");
    case Bytes:
        return tr("Data");
    case Retransmissions:
        return tr("Resent");
    case DupAcks:
        return tr("Dup ACKs");
    case ZeroWindows:
        return tr("Zero windows");
    default:
        return {};
    }
}

} // namespace whyrst
