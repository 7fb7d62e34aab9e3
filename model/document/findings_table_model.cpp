#include "model/document/findings_table_model.h"

#include "model/diagnosis/connection_findings.h"
#include "model/document/document_text.h"
#include "model/export/episode_text.h"
#include "model/export/episode_words.h"

#include <array>

namespace whyrst {
namespace {

bool isNumber(int column)
{
    return column == FindingsTableModel::Number || column == FindingsTableModel::Time
        || column == FindingsTableModel::DurationColumn || column == FindingsTableModel::Packets;
}

QString directionText(const Episode& episode)
{
    return toQString(episodeDirection(episode)).replace(QStringLiteral("->"), QStringLiteral("\u2192"));
}

QString framesText(const Episode& episode)
{
    return episode.first == episode.last
        ? frameText(episode.first)
        : QStringLiteral("%1\u2013%2").arg(frameText(episode.first), frameText(episode.last));
}

} // namespace

void FindingsTableModel::setFindings(std::shared_ptr<const ConnectionDetails> details, Findings findings)
{
    beginResetModel();
    m_details = std::move(details);
    m_findings = std::move(findings);
    endResetModel();
}

void FindingsTableModel::setConnection(std::shared_ptr<const ConnectionDetails> details)
{
    Findings findings = details ? findingsOf(details->connection(), details->analysis, details->diagnosis) : Findings();
    setFindings(std::move(details), std::move(findings));
}

QString FindingsTableModel::asTabs() const
{
    return m_details ? toQString(episodesAsTabs(m_details->connection(), m_findings.episodes)) : QString();
}

int FindingsTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_findings.episodes.size());
}

int FindingsTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FindingsTableModel::cellText(const Episode& episode, int row, int column) const
{
    switch (column) {
    case Number:
        return QString::number(row + 1);
    case KindColumn:
        return toQString(episodeTitle(episode.kind));
    case Direction:
        return directionText(episode);
    case Time:
        return sinceText(episode.begin, m_details->connection().firstTime);
    case DurationColumn:
        return episode.duration() == Duration() ? QString() : durationText(episode.duration());
    case Packets:
        return countText(episode.packets);
    case Frames:
        return framesText(episode);
    case Words:
        return toQString(episodeWords(episode));
    default:
        return {};
    }
}

QVariant FindingsTableModel::sortValue(const Episode& episode, int row, int column) const
{
    switch (column) {
    case Number:
    case Time:
        return row; // episodes are in order of time
    case DurationColumn:
        return static_cast<qlonglong>(episode.duration().count());
    case Packets:
        return episode.packets;
    case Frames:
        return episode.first.value;
    default:
        return cellText(episode, row, column);
    }
}

QVariant FindingsTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Episode& shown = episode(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return cellText(shown, index.row(), index.column());
    case Qt::ToolTipRole:
        return toolTipText(cellText(shown, index.row(), Words));
    case Qt::TextAlignmentRole:
        return QVariant((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case SortRole:
        return sortValue(shown, index.row(), index.column());
    case EpisodeRole:
        return index.row();
    case KindRole:
        return static_cast<int>(shown.kind);
    default:
        return {};
    }
}

QVariant FindingsTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return QVariant((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    struct Head
    {
        QString title;
        QString toolTip;
    };
    const std::array<Head, ColumnCount> heads{{
        {tr("#"), tr("In order of time")},
        {tr("Finding"), {}},
        {tr("Direction"), tr("Where its packets went")},
        {tr("Time (s)"), tr("Since the connection's first packet")},
        {tr("Duration"), tr("Until what ended it; else until the RST or the end of the capture")},
        {tr("Packets"), tr("Packets that it is made of")},
        {tr("Frames"), tr("Its first and its last packet")},
        {tr("What happened"), {}},
    }};
    const Head& head = heads[static_cast<size_t>(section)];
    return role == Qt::DisplayRole ? head.title : head.toolTip;
}

} // namespace whyrst
