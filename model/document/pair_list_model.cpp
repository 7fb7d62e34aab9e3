#include "model/document/pair_list_model.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"

#include <algorithm>
#include <array>
#include <functional>

namespace whyrst {
namespace {

/// Two recordings that are not compared, and why.
struct ApartPair
{
    ConnectionId client;
    ConnectionId server;
    QString why;
};

/// "7 lost →, 1 injected ←": as short as a list needs it; empty when nothing.
QString shortCounts(const ConnectionPair& pair)
{
    const PairCounts counts = countPair(pair);
    QStringList parts;
    const auto add = [&](const std::array<uint64_t, 2>& numbers, const QString& words) {
        for (const Side from : {Side::Client, Side::Server}) {
            const QChar arrow(from == Side::Client ? 0x2192 : 0x2190);
            if (const uint64_t number = numbers[sideIndex(from)])
                parts << QStringLiteral("%1 %2 %3").arg(countText(number), words, arrow);
        }
    };
    add(counts.lost, PairListModel::tr("lost"));
    add(counts.broken, PairListModel::tr("broken"));
    add(counts.injected, PairListModel::tr("injected"));
    add({changedPackets(pair, Side::Client), changedPackets(pair, Side::Server)}, PairListModel::tr("changed"));
    return parts.join(QStringLiteral(", "));
}

/// "certain (110) · 7 lost → · both initial sequence numbers agree".
QString sureWords(const ConnectionPair& pair)
{
    QStringList parts{scoreWords(pair), shortCounts(pair), toQString(pair.evidence)};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" \u00b7 "));
}

} // namespace

void PairListModel::setComparison(const OpenComparison& open)
{
    beginResetModel();
    m_open = open;
    m_rows.clear();
    m_sure.clear();
    if (m_open) {
        const Comparison& comparison = *m_open.comparison;
        for (uint32_t index = 0; index < comparison.pairs.size(); ++index)
            m_rows.push_back({Row::Kind::Pair, index});
        std::ranges::stable_sort(
            m_rows, std::greater(), [&](const Row& row) { return weightOf(comparison.pairs[row.index]); });
        for (uint32_t index = 0; index < comparison.terminated.size(); ++index)
            m_rows.push_back({Row::Kind::Terminated, index});
        for (uint32_t index = 0; index < comparison.refused.size(); ++index)
            m_rows.push_back({Row::Kind::Refused, index});
        for (uint32_t index = 0; index < comparison.unpairedClient.size(); ++index)
            m_rows.push_back({Row::Kind::OnlyClient, index});
        for (uint32_t index = 0; index < comparison.unpairedServer.size(); ++index)
            m_rows.push_back({Row::Kind::OnlyServer, index});
    }
    endResetModel();
}

int PairListModel::rowOf(size_t pair) const
{
    const auto found = std::ranges::find_if(
        m_rows, [pair](const Row& row) { return row.kind == Row::Kind::Pair && row.index == pair; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int PairListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PairListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PairListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    if (role == BeginsSectionRole) {
        const bool isApart = row.kind == Row::Kind::Refused || row.kind == Row::Kind::Terminated;
        const Row* above = index.row() > 0 ? &row - 1 : nullptr;
        const bool isAboveApart = above && (above->kind == Row::Kind::Refused || above->kind == Row::Kind::Terminated);
        return above && above->kind != row.kind && !(isApart && isAboveApart);
    }
    return roleData(row, index.column(), role);
}

QVariant PairListModel::roleData(const Row& row, int column, int role) const
{
    if (row.kind == Row::Kind::OnlyClient || row.kind == Row::Kind::OnlyServer)
        return onlyData(row, column, role);
    return row.kind == Row::Kind::Pair ? pairData(m_open.comparison->pairs[row.index], column, role)
                                       : otherData(row, column, role);
}

QVariant PairListModel::onlyData(const Row& row, int column, int role) const
{
    const Side side = row.kind == Row::Kind::OnlyClient ? Side::Client : Side::Server;
    const Comparison& comparison = *m_open.comparison;
    const ConnectionId id = (side == Side::Client ? comparison.unpairedClient : comparison.unpairedServer)[row.index];
    const Connection& connection = m_open.trace(side).connection(id);
    const ConnectionPair* whole = comparison.pairWithPart(side, id);
    const QString only = side == Side::Client ? tr("only in the client's capture") : tr("only in the server's capture");
    const QString where
        = whole == nullptr ? only : tr("part of %1 = %2").arg(whole->client.value).arg(whole->server.value);
    switch (role) {
    case Qt::DisplayRole:
        return column == ConnectionColumn ? endpointsText(connection) : column == Score ? where : QString();
    case Qt::ToolTipRole:
        return toolTipText(tr("%1\nConnection %2, %3").arg(endpointsText(connection)).arg(id.value).arg(where));
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(endpointsText(connection), where);
    case DetailRole:
        return tr("%1 \u00b7 %2 packets").arg(where, countText(connection.packetCount()));
    default:
        return {};
    }
}

QVariant PairListModel::pairData(const ConnectionPair& pair, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return pairText(pair, column);
    case Qt::ToolTipRole:
        return toolTipText(
            tr("%1\nThe same connection, %2: %3.\n%4\n%5")
                .arg(pairEndpoints(m_open, pair), scoreWords(pair), toQString(pair.evidence), countWords(pair))
                .arg(headlineWords(pair)));
    case Qt::AccessibleTextRole:
        return tr("%1, %2 %3").arg(pairEndpoints(m_open, pair), headlineWords(pair), sureText(pair));
    case PairRole:
        return static_cast<uint>(indexOf(pair));
    case HasCauseRole:
        return weightOf(pair) == PairWeight::Trouble;
    case DetailRole:
        return weightOf(pair) == PairWeight::Quiet ? countWords(pair) : headlineWords(pair);
    case SureRole:
        return sureText(pair);
    case OtherAddressesRole:
        return otherAddresses(m_open, pair);
    default:
        return {};
    }
}

size_t PairListModel::indexOf(const ConnectionPair& pair) const
{
    return static_cast<size_t>(&pair - m_open.comparison->pairs.data());
}

QString PairListModel::sureText(const ConnectionPair& pair) const
{
    const auto [text, isNew] = m_sure.try_emplace(indexOf(pair));
    if (isNew)
        text->second = sureWords(pair);
    return text->second;
}

QString PairListModel::pairText(const ConnectionPair& pair, int column) const
{
    switch (column) {
    case ConnectionColumn:
        return endpointsText(m_open.trace(Side::Client).connection(pair.client));
    case Score:
        return scoreWords(pair);
    case Key:
        return toQString(pair.evidence);
    case Counts:
        return countWords(pair);
    case Finding:
        return weightOf(pair) == PairWeight::Quiet ? QString() : headlineWords(pair);
    default:
        return {};
    }
}

QVariant PairListModel::otherData(const Row& row, int column, int role) const
{
    const bool isRefused = row.kind == Row::Kind::Refused;
    const Comparison& comparison = *m_open.comparison;
    const auto apart = [&]() -> ApartPair {
        if (isRefused) {
            const RefusedPair& refused = comparison.refused[row.index];
            return {refused.client, refused.server, toQString(refused.why)};
        }
        const TerminatedPair& terminated = comparison.terminated[row.index];
        return {terminated.client, terminated.server, toQString(terminated.why)};
    }();
    const QString title = tr("%1 and %2")
                              .arg(endpointsText(m_open.trace(Side::Client).connection(apart.client)),
                                  endpointsText(m_open.trace(Side::Server).connection(apart.server)));
    const QString kind = isRefused ? tr("not compared") : tr("a box between ends TCP");
    switch (role) {
    case Qt::DisplayRole:
        return column == ConnectionColumn ? title : column == Score ? kind : column == Finding ? apart.why : QString();
    case Qt::ToolTipRole:
        return toolTipText(tr("%1\n%2: %3").arg(title, kind, apart.why));
    case Qt::AccessibleTextRole:
        return tr("%1, %2: %3").arg(title, kind, apart.why);
    case RefusedRole:
        return isRefused ? QVariant(row.index) : QVariant();
    case DetailRole:
        return tr("%1: %2").arg(kind, apart.why);
    default:
        return {};
    }
}

QVariant PairListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ConnectionColumn:
        return tr("Connection");
    case Score:
        return tr("Sure");
    case Key:
        return tr("What speaks for it");
    case Counts:
        return tr("Differences");
    case Finding:
        return tr("Finding");
    default:
        return {};
    }
}

} // namespace whyrst
