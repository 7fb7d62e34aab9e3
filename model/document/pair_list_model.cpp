#include "model/document/pair_list_model.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"

#include <algorithm>

namespace whyrst {
namespace {

/// Two recordings that are not compared, and why.
struct ApartPair
{
    ConnectionId client;
    ConnectionId server;
    QString why;
};

int rankOf(const ConnectionPair& pair)
{
    if (pair.findings.empty())
        return 2;
    return pair.findings.front().cause ? 0 : 1;
}

} // namespace

void PairListModel::setComparison(const OpenComparison& open)
{
    beginResetModel();
    m_open = open;
    m_rows.clear();
    if (m_open) {
        const Comparison& comparison = *m_open.comparison;
        for (uint32_t index = 0; index < comparison.pairs.size(); ++index)
            m_rows.push_back({Row::Kind::Pair, index});
        std::ranges::stable_sort(m_rows, {}, [&](const Row& row) { return rankOf(comparison.pairs[row.index]); });
        for (uint32_t index = 0; index < comparison.terminated.size(); ++index)
            m_rows.push_back({Row::Kind::Terminated, index});
        for (uint32_t index = 0; index < comparison.refused.size(); ++index)
            m_rows.push_back({Row::Kind::Refused, index});
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
    return row.kind == Row::Kind::Pair ? pairData(m_open.comparison->pairs[row.index], index.column(), role)
                                       : otherData(row, index.column(), role);
}

QVariant PairListModel::pairData(const ConnectionPair& pair, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return pairText(pair, column);
    case Qt::ToolTipRole:
        return toolTipText(tr("%1\nThe same connection: %2.\n%3")
                               .arg(pairEndpoints(m_open, pair), toQString(pair.evidence), toQString(pair.summary)));
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(pairEndpoints(m_open, pair), toQString(pair.summary));
    case PairRole:
        return static_cast<uint>(&pair - m_open.comparison->pairs.data());
    case HasCauseRole:
        return !pair.findings.empty() && pair.findings.front().cause.has_value();
    case DetailRole:
        return pair.findings.empty() ? countWords(pair) : toQString(pair.findings.front().text);
    default:
        return {};
    }
}

QString PairListModel::pairText(const ConnectionPair& pair, int column) const
{
    switch (column) {
    case ConnectionColumn:
        return pairEndpoints(m_open, pair);
    case Score:
        return scoreWords(pair);
    case Counts:
        return countWords(pair);
    case Finding:
        return pair.findings.empty() ? QString() : toQString(pair.findings.front().text);
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
    case Counts:
        return tr("Differences");
    case Finding:
        return tr("Finding");
    default:
        return {};
    }
}

} // namespace whyrst
