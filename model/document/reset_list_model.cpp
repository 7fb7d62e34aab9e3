#include "model/document/reset_list_model.h"

#include "model/document/document_text.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace whyrst {
namespace {

constexpr quintptr topLevel = 0; // internal id of top rows; a child's is its group's row + 1

/// What the headlines of a group have in common. Harmless ones are told apart by cause alone.
using GroupKey = std::tuple<bool, CauseId, Endpoint>;

GroupKey groupKey(const Trace& trace, const Headline& headline)
{
    const bool isHarmless = headline.harm == Harm::None;
    return {isHarmless, headline.cause, isHarmless ? Endpoint{} : trace.connection(headline.connection).server};
}

} // namespace

void ResetListModel::setTrace(const OpenTrace& trace)
{
    if (m_open && trace && m_open.diagnosis->headlines == trace.diagnosis->headlines
        && m_open.trace->capture.firstTime == trace.trace->capture.firstTime) {
        m_open = trace;
        return;
    }
    beginResetModel();
    m_open = trace;
    m_groups.clear();
    if (m_open)
        buildGroups();
    buildPlaces();
    endResetModel();
}

void ResetListModel::buildGroups()
{
    const auto& headlines = m_open.diagnosis->headlines;
    const bool isGrouped = headlines.size() >= groupFrom;
    std::map<GroupKey, size_t> known;
    for (uint32_t index = 0; index < headlines.size(); ++index) {
        size_t group = m_groups.size();
        if (isGrouped)
            group = known.try_emplace(groupKey(*m_open.trace, headlines[index]), m_groups.size()).first->second;
        if (group == m_groups.size())
            m_groups.emplace_back();
        m_groups[group].headlines.push_back(index);
    }
}

void ResetListModel::buildPlaces()
{
    const size_t count = m_open ? m_open.diagnosis->headlines.size() : 0;
    m_order.clear();
    m_place.assign(count, 0);
    m_groupOf.assign(count, 0);
    for (uint32_t group = 0; group < m_groups.size(); ++group) {
        for (const uint32_t headline : m_groups[group].headlines) {
            m_place[headline] = static_cast<uint32_t>(m_order.size());
            m_groupOf[headline] = group;
            m_order.push_back(headline);
        }
    }
}

QModelIndex ResetListModel::indexOf(uint32_t headline) const
{
    if (headline >= m_groupOf.size())
        return {};
    const uint32_t group = m_groupOf[headline];
    const auto& members = m_groups[group].headlines;
    if (members.size() == 1)
        return createIndex(static_cast<int>(group), 0, topLevel);
    const auto found = std::ranges::lower_bound(members, headline);
    return createIndex(static_cast<int>(found - members.begin()), 0, quintptr{group} + 1);
}

std::optional<uint32_t> ResetListModel::neighbour(std::optional<uint32_t> headline, int step) const
{
    if (m_order.empty())
        return std::nullopt;
    if (!headline || *headline >= m_place.size())
        return step < 0 ? m_order.back() : m_order.front();
    const auto last = static_cast<int64_t>(m_order.size()) - 1;
    const int64_t place = std::clamp<int64_t>(int64_t{m_place[*headline]} + step, 0, last);
    return m_order[static_cast<size_t>(place)];
}

QModelIndex ResetListModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : topLevel);
}

QModelIndex ResetListModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == topLevel)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, topLevel);
}

int ResetListModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    const Group* group = groupAt(parent);
    return group && parent.column() == 0 ? static_cast<int>(group->headlines.size()) : 0;
}

int ResetListModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

/// The group that a row opens; null for plain rows and for rows inside a group.
const ResetListModel::Group* ResetListModel::groupAt(const QModelIndex& index) const
{
    if (index.internalId() != topLevel)
        return nullptr;
    const Group& group = m_groups[static_cast<size_t>(index.row())];
    return group.headlines.size() > 1 ? &group : nullptr;
}

const Headline* ResetListModel::headlineAt(const QModelIndex& index) const
{
    const bool isTop = index.internalId() == topLevel;
    const auto row = static_cast<size_t>(index.row());
    const auto& members = m_groups[isTop ? row : static_cast<size_t>(index.internalId() - 1)].headlines;
    return &m_open.diagnosis->headlines[members[isTop ? 0 : row]];
}

QVariant ResetListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (const Group* group = groupAt(index))
        return groupData(*group, index.column(), role);
    return headlineData(*headlineAt(index), index.column(), role);
}

QVariant ResetListModel::groupData(const Group& group, int column, int role) const
{
    const Headline& first = m_open.diagnosis->headlines[group.headlines.front()];
    const QString title
        = tr("%1 × %2").arg(QString::number(group.headlines.size()), toQString(causeTitle(first.cause)));
    const bool isHarmless = first.harm == Harm::None;
    const QString peer = isHarmless
        ? tr("harmless")
        : tr("to %1 · %2")
              .arg(toQString(toString(m_open.trace->connection(first.connection).server)), harmWords(first.harm));
    switch (role) {
    case Qt::DisplayRole:
        return column == Cause ? title : column == Who ? peer : QString();
    case Qt::AccessibleTextRole:
        return tr("Group: %1, %2").arg(title, peer);
    case GroupSizeRole:
        return static_cast<uint>(group.headlines.size());
    case HarmRole:
        return static_cast<int>(first.harm);
    case CauseRole:
        return title;
    case GroupKeyRole:
        return QString(toQString(causeName(first.cause)) + peer);
    case DetailRole:
        return peer;
    default:
        return {};
    }
}

QVariant ResetListModel::headlineData(const Headline& headline, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return cellText(headline, column);
    case Qt::ToolTipRole:
        return toolTipText(tr("%1\n%2\n%3")
                               .arg(toQString(causeTitle(headline.cause)), detailText(headline),
                                   summaryText(m_open, headline.connection)));
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(toQString(causeTitle(headline.cause)), detailText(headline));
    case HeadlineRole:
        return static_cast<uint>(&headline - m_open.diagnosis->headlines.data());
    case HarmRole:
        return static_cast<int>(headline.harm);
    case CauseRole:
        return toQString(causeTitle(headline.cause));
    case DetailRole:
        return detailText(headline);
    default:
        return {};
    }
}

QString ResetListModel::cellText(const Headline& headline, int column) const
{
    switch (column) {
    case Frame:
        return frameText(headline.frame);
    case Time:
        return sinceText(headline.time, m_open.trace->capture.firstTime);
    case Cause:
        return toQString(causeTitle(headline.cause));
    case ConfidenceColumn:
        return confidenceWords(headline.confidence);
    case Who:
        return whoWords(m_open.trace->connection(headline.connection), headline);
    case HarmColumn:
        return harmWords(headline.harm);
    default:
        return {};
    }
}

QString ResetListModel::detailText(const Headline& headline) const
{
    constexpr int milliseconds = 3;
    const QString time = toQString(plainSeconds(headline.time - m_open.trace->capture.firstTime, milliseconds));
    const QString who = whoWords(m_open.trace->connection(headline.connection), headline);
    return tr("%1 · %2 s · %3").arg(frameText(headline.frame), time, who);
}

QVariant ResetListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Frame:
        return tr("Frame");
    case Time:
        return tr("Time (s)");
    case Cause:
        return tr("Cause");
    case ConfidenceColumn:
        return tr("Confidence");
    case Who:
        return tr("Who");
    case HarmColumn:
        return tr("Harm");
    default:
        return {};
    }
}

} // namespace whyrst
