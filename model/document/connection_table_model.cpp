#include "model/document/connection_table_model.h"

#include "model/document/document_text.h"

#include <array>
#include <limits>

namespace whyrst {
namespace {

uint64_t sum(const std::array<uint32_t, 2>& counts)
{
    return uint64_t{counts[0]} + counts[1];
}

uint64_t dataBytes(const Connection& connection)
{
    return connection.flow(Side::Client).payloadBytes + connection.flow(Side::Server).payloadBytes;
}

/// Eight bytes as the number that sorts as they do.
uint64_t sortedAsBytes(const uint8_t* bytes)
{
    uint64_t number = 0;
    for (size_t index = 0; index < sizeof number; ++index)
        number = number << 8U | bytes[index];
    return number;
}

ConnectionTableModel::SortKey endpointKey(const Endpoint& endpoint)
{
    const auto& bytes = endpoint.address.bytes;
    return {sortedAsBytes(bytes.data()), sortedAsBytes(bytes.data() + sizeof(uint64_t)),
        uint64_t{endpoint.address.isV6} << 16U | endpoint.port};
}

/// The number that a column sorts by, of the columns that come from the summary.
uint64_t sortNumber(const ConnectionSummary& summary, int column)
{
    switch (column) {
    case ConnectionTableModel::EndedColumn:
        return static_cast<uint64_t>(summary.ended);
    case ConnectionTableModel::State:
        return static_cast<uint64_t>(summary.state);
    case ConnectionTableModel::OpenedColumn:
        return static_cast<uint64_t>(summary.opened);
    case ConnectionTableModel::Retransmissions:
        return sum(summary.troubles->retransmissions);
    case ConnectionTableModel::DupAcks:
        return sum(summary.troubles->dupAcks);
    case ConnectionTableModel::ZeroWindows:
        return sum(summary.troubles->zeroWindows);
    default: // by cause: the worst headline first, connections without trouble last
        return summary.primary ? *summary.primary : std::numeric_limits<uint64_t>::max();
    }
}

/// Keeps the order of times, which are signed.
uint64_t timeNumber(Duration time)
{
    return static_cast<uint64_t>(time.count()) ^ (uint64_t{1} << 63U);
}

} // namespace

void ConnectionTableModel::setTrace(const OpenTrace& trace)
{
    beginResetModel();
    m_open = trace;
    endResetModel();
}

void ConnectionTableModel::grow(const OpenTrace& trace)
{
    const int before = rowCount();
    const int after = static_cast<int>(trace.trace->connections.size());
    if (after > before)
        beginInsertRows({}, before, after - 1);
    m_open = trace;
    if (after > before)
        endInsertRows();
    if (before > 0)
        emit dataChanged(index(0, 0), index(before - 1, ColumnCount - 1));
    emit grown();
}

ConnectionTableModel::SortKey ConnectionTableModel::sortKey(int column, ConnectionId id) const
{
    const Connection& connection = m_open.trace->connection(id);
    switch (column) {
    case Client:
        return endpointKey(connection.client);
    case Server:
        return endpointKey(connection.server);
    case Start:
        return {0, timeNumber(connection.firstTime.time_since_epoch())};
    case DurationColumn:
        return {0, timeNumber(connection.lastTime - connection.firstTime)};
    case Packets:
        return {0, connection.packetCount()};
    case Bytes:
        return {0, dataBytes(connection)};
    default:
        break;
    }
    constexpr uint64_t notAnalysed = 1;
    const ConnectionSummary* summary = m_open.summary(id);
    return summary ? SortKey{0, sortNumber(*summary, column)} : SortKey{notAnalysed};
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
        if (index.column() == State)
            return stateToolTip(id);
        return headline ? QVariant(toolTipText(summaryText(m_open, id))) : QVariant();
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
        return countText(connection.packetCount());
    case Bytes:
        return bytesText(dataBytes(connection));
    default:
        break;
    }
    const ConnectionSummary* summary = m_open.summary(id);
    return summary ? countsText(*summary, column) : tr("not analysed");
}

QString ConnectionTableModel::countsText(const ConnectionSummary& summary, int column)
{
    switch (column) {
    case EndedColumn:
        return endedWords(summary.ended);
    case State:
        return toQString(connStateName(summary.state));
    case OpenedColumn:
        return openedWords(summary.opened);
    case Retransmissions:
        return countText(sum(summary.troubles->retransmissions));
    case DupAcks:
        return countText(sum(summary.troubles->dupAcks));
    case ZeroWindows:
        return countText(sum(summary.troubles->zeroWindows));
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

/// Zeek's name of the state and its letters, in words.
QString ConnectionTableModel::stateToolTip(ConnectionId id) const
{
    const std::optional<ConnectionDiagnosis> diagnosis = diagnosisOnDemand(m_open, id);
    if (!diagnosis)
        return {};
    const ConnectionHistory& history = diagnosis->history;
    return toolTipText(tr("%1: %2\n%3: %4")
                           .arg(toQString(connStateName(history.state)), toQString(connStateWords(history.state)),
                               toQString(history.letters), toQString(historyWords(history.letters))));
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
    case State:
        return tr("State");
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
