#include "model/document/difference_table_model.h"

#include "model/charts/compared_chart.h"
#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "model/export/clock_text.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace whyrst {
namespace {

constexpr uint32_t serverFlowBit = 0x8000'0000;

std::pair<uint32_t, uint32_t> changeKey(Side flow, uint32_t sent, uint32_t arrived)
{
    return {sent | (flow == Side::Server ? serverFlowBit : 0), arrived};
}

QString frameCell(PacketNumber frame)
{
    return frame.value == 0 ? QStringLiteral("\u2013") : QString::number(frame.value);
}

/// Of cells and of the title above them.
QVariant alignmentOf(int column)
{
    using Model = DifferenceTableModel;
    const bool isNumber = column == Model::Number || column == Model::Time || column == Model::ClientFrame
        || column == Model::ServerFrame || column == Model::Delay;
    return {Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft)};
}

} // namespace

void DifferenceTableModel::setPair(std::shared_ptr<const PairDetails> details)
{
    beginResetModel();
    m_details = std::move(details);
    m_changes.clear();
    if (m_details) {
        const auto& alterations = m_details->pair().alterations;
        for (uint32_t index = 0; index < alterations.size(); ++index) {
            const Alteration& one = alterations[index];
            m_changes.emplace(changeKey(one.flow, one.sent, one.arrived), index);
        }
    }
    fill();
    endResetModel();
}

void DifferenceTableModel::setFilter(const DifferenceFilter& filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    fill();
    endResetModel();
}

void DifferenceTableModel::fill()
{
    m_rows.clear();
    m_counts = {};
    if (!m_details)
        return;
    const auto& relations = m_details->relations();
    for (uint32_t index = 0; index < relations.size(); ++index) {
        if (m_filter.flow && relations[index].flow != *m_filter.flow)
            continue;
        const auto kind = static_cast<size_t>(relations[index].relation);
        ++m_counts[kind];
        if (m_filter.shown.test(kind))
            m_rows.push_back(index);
    }
}

bool DifferenceTableModel::hasDelay() const
{
    return std::ranges::any_of(
        m_rows, [this](uint32_t relation) { return m_details->relations()[relation].delay.has_value(); });
}

int DifferenceTableModel::rowOf(uint32_t relation) const
{
    const auto found = std::ranges::lower_bound(m_rows, relation);
    return found == m_rows.end() || *found != relation ? -1 : static_cast<int>(found - m_rows.begin());
}

QString DifferenceTableModel::text(const QModelIndexList& rows) const
{
    QStringList lines;
    QStringList cells;
    for (int column = 0; column < ColumnCount; ++column)
        cells << headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    lines << cells.join(QLatin1Char('\t'));
    for (const QModelIndex& row : rows) {
        cells.clear();
        for (int column = 0; column < ColumnCount; ++column)
            cells << index(row.row(), column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

int DifferenceTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DifferenceTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DifferenceTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const uint32_t relation = m_rows[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return cellText(relation, index.column());
    case Qt::ToolTipRole:
        return toolTipText(tipText(relation, index.column()));
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case RelationRole:
        return relation;
    case KindRole:
        return static_cast<int>(m_details->relations()[relation].relation);
    case ResetRole:
        return m_details->ladder().segment(relation, Side::Client).flags.rst();
    case UnsureDelayRole:
        return isDelayUnsure(m_details->relations()[relation]);
    default:
        return {};
    }
}

QString DifferenceTableModel::tipText(uint32_t index, int column) const
{
    const PacketRelation& relation = m_details->relations()[index];
    if (column != Delay || !isDelayUnsure(relation))
        return cellText(index, column);
    return tr("%1, %2").arg(delayText(relation), toQString(delayBoundText(*m_details->times().clock, relation.time)));
}

QString DifferenceTableModel::cellText(uint32_t index, int column) const
{
    const PacketRelation& relation = m_details->relations()[index];
    switch (column) {
    case Number:
        return QLocale::c().toString(index + 1);
    case Time:
        return sinceText(relation.time, m_details->times().origin);
    case Direction:
        return flowWords(relation.flow);
    case What:
        return whatText(index);
    case ClientFrame:
        return frameCell(relation.clientFrame);
    case ServerFrame:
        return frameCell(relation.serverFrame);
    case Delay:
        return delayText(relation);
    case Verdict:
        return verdictWords(m_details->pair(), relation);
    case Change:
        return changeText(relation);
    case Evidence:
        return evidenceWords(m_details->pair(), relation);
    default:
        return {};
    }
}

QString DifferenceTableModel::whatText(uint32_t index) const
{
    const Side shown = m_details->relations()[index].clientFrame.value != 0 ? Side::Client : Side::Server;
    const QString label = toQString(m_details->ladder().label(index, shown));
    return label.section(QStringLiteral("  "), 1); // without the frame, which has its own column
}

QString DifferenceTableModel::delayText(const PacketRelation& relation) const
{
    if (!relation.delay)
        return {};
    const CaptureClock& clock = *m_details->times().clock;
    const QString delay = durationText(*relation.delay);
    return clock.isChecked(relation.time) ? tr("%1 +- %2").arg(delay, durationText(clock.boundAt(relation.time)))
                                          : delay;
}

/// A delay that nothing bounds is pale (comparison.md 4.5).
bool DifferenceTableModel::isDelayUnsure(const PacketRelation& relation) const
{
    return relation.delay && !m_details->times().clock->isChecked(relation.time);
}

QString DifferenceTableModel::changeText(const PacketRelation& relation) const
{
    const auto found = m_changes.find(changeKey(relation.flow, relation.sentRow, relation.arrivedRow));
    return found == m_changes.end() ? QString() : toQString(m_details->pair().alterations[found->second].text);
}

QVariant DifferenceTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("#");
    case Time:
        return tr("Time (s)");
    case Direction:
        return tr("Direction");
    case What:
        return tr("Packet");
    case ClientFrame:
        return tr("Client frame");
    case ServerFrame:
        return tr("Server frame");
    case Delay:
        return tr("Delay");
    case Verdict:
        return tr("Verdict");
    case Change:
        return tr("Change");
    case Evidence:
        return tr("Evidence");
    default:
        return {};
    }
}

} // namespace whyrst
