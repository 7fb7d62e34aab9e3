#include "model/document/packet_table_model.h"

#include "model/analysis/kind_explanation.h"
#include "model/document/document_text.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <array>

namespace whyrst {
namespace {

constexpr int microsecondDigits = 6;
constexpr int nanosecondDigits = 9;
/// An explanation walks over all packets before: further down it is made when asked for, not when the pointer rests.
constexpr int mostExplainedRows = 500'000;

/// Numbers that are compared with each other stand on the right.
QVariant alignmentOf(int column)
{
    const bool isNumber = column >= PacketTableModel::Seq && column <= PacketTableModel::Window;
    return QVariant((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

QString number(int64_t value)
{
    return QLocale::c().toString(static_cast<qlonglong>(value));
}

} // namespace

void PacketTableModel::setConnection(std::shared_ptr<const ConnectionDetails> details)
{
    beginResetModel();
    m_details = std::move(details);
    m_steps.clear();
    m_rows = m_details ? rowsOf(connection()) : std::vector<Row>();
    readRemarks();
    endResetModel();
}

/// Segments come in capture order, so that the rows before stay where they are.
void PacketTableModel::grow(std::shared_ptr<const ConnectionDetails> details)
{
    std::vector<Row> rows = rowsOf(details->connection());
    const int before = rowCount();
    const bool hasMore = rows.size() > m_rows.size();
    if (hasMore)
        beginInsertRows({}, before, static_cast<int>(rows.size()) - 1);
    m_details = std::move(details);
    m_rows = std::move(rows);
    readRemarks();
    if (hasMore)
        endInsertRows();
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1)); // kinds follow from what came later
}

void PacketTableModel::readRemarks()
{
    m_remarks.reset();
    m_wireshark.clear();
    m_timeDigits = microsecondDigits;
    if (!m_details)
        return;
    m_remarks.emplace(*m_details->open.trace, connection(), m_details->analysis);
    ConnectionWalk walk(connection());
    for (LocatedSegment located; walk.next(located);) {
        if ((located.segment.time - connection().firstTime) % std::chrono::microseconds(1) != Duration())
            m_timeDigits = nanosecondDigits;
    }
}

std::vector<PacketTableModel::Row> PacketTableModel::rowsOf(const Connection& connection) const
{
    std::vector<Row> rows;
    rows.reserve(connection.packetCount());
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);)
        rows.push_back({(located.side == Side::Server ? 1U << 31U : 0U) | located.row});
    return rows;
}

void PacketTableModel::setChain(const Diagnosis* diagnosis)
{
    m_steps.clear();
    int step = 0;
    for (const EvidenceStep& evidence : diagnosis ? diagnosis->chain : std::vector<EvidenceStep>()) {
        ++step;
        addStep(evidence, step);
    }
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

/// Of a step that folds packets all of them, when those between its first and its last one that are like the first are
/// as many as it says; else these two.
void PacketTableModel::addStep(const EvidenceStep& step, int number)
{
    if (!step.frame || step.isAtPeer)
        return;
    m_steps.try_emplace(*step.frame, number);
    const int first = rowOf(*step.frame);
    const int last = step.lastFrame ? rowOf(*step.lastFrame) : -1;
    if (step.count < 2 || first < 0 || last <= first)
        return;
    const LocatedSegment like = segmentAt(first);
    std::vector<PacketNumber> frames;
    for (int row = first; row <= last; ++row) {
        const LocatedSegment located = segmentAt(row);
        if (located.side == like.side && located.segment.seq == like.segment.seq
            && (located.segment.payloadLength > 0) == (like.segment.payloadLength > 0) && isLike(located, like))
            frames.push_back(located.segment.frame);
    }
    if (frames.size() != step.count)
        frames = {*step.lastFrame};
    for (const PacketNumber frame : frames)
        m_steps.try_emplace(frame, number);
}

/// Whether two packets without data acknowledge the same; data is told by where it begins.
bool PacketTableModel::isLike(const LocatedSegment& one, const LocatedSegment& other) const
{
    if (other.segment.payloadLength > 0)
        return true;
    const bool isDuplicate = analysisOf(other).kinds[other.row].has(Kind::DupAck);
    return one.segment.ack == other.segment.ack && analysisOf(one).kinds[one.row].has(Kind::DupAck) == isDuplicate;
}

int PacketTableModel::stepOf(PacketNumber frame) const
{
    const auto step = m_steps.find(frame);
    return step == m_steps.end() ? 0 : step->second;
}

int PacketTableModel::rowOf(PacketNumber frame) const
{
    // Rows are in capture order: search for the frame by halves, reading the store.
    int low = 0;
    int high = rowCount();
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (segmentAt(middle).segment.frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rowCount() && segmentAt(low).segment.frame == frame ? low : -1;
}

int PacketTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PacketTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const Connection& PacketTableModel::connection() const
{
    return m_details->connection();
}

LocatedSegment PacketTableModel::segmentAt(int row) const
{
    const Row& packed = m_rows[static_cast<size_t>(row)];
    return {packed.side(), packed.row(), connection().flow(packed.side()).segments.at(packed.row())};
}

const FlowAnalysis& PacketTableModel::analysisOf(const LocatedSegment& located) const
{
    return m_details->analysis.flow(located.side);
}

QVariant PacketTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LocatedSegment located = segmentAt(index.row());
    const PacketNumber frame = located.segment.frame;
    switch (role) {
    case Qt::DisplayRole:
        return cellText(located, index.row(), index.column());
    case Qt::ToolTipRole:
        return toolTip(located, index.row(), index.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    case FrameRole:
        return frame.value;
    case StepRole: {
        const auto step = m_steps.find(frame);
        return step == m_steps.end() ? QVariant() : step->second;
    }
    case ResetRole:
        return located.segment.flags.rst();
    case ResendRole:
        return analysisOf(located).kinds[located.row].hasAny(resendKinds());
    case FromClientRole:
        return located.side == Side::Client;
    default:
        return {};
    }
}

QString PacketTableModel::cellText(const LocatedSegment& located, int row, int column) const
{
    const Segment& segment = located.segment;
    switch (column) {
    case Step:
        return stepText(segment.frame);
    case Frame:
        return QString::number(segment.frame.value);
    case Time:
        return toQString(plainSeconds(segment.time - connection().firstTime, m_timeDigits));
    case Delta:
        return deltaText(segment, row);
    case Direction:
        return located.side == Side::Client ? tr("client \u2192 server") : tr("server \u2192 client");
    case Flags:
        return toQString(toString(segment.flags));
    case Sack:
        return sackText(located);
    case KindsColumn:
        return kindsText(located).replace(QLatin1Char('\n'), QLatin1Char(' '));
    case WiresharkColumn:
        return wiresharkText(row);
    default:
        return numberText(located, column);
    }
}

QString PacketTableModel::numberText(const LocatedSegment& located, int column) const
{
    const Segment& segment = located.segment;
    switch (column) {
    case Seq:
        return number(segment.seq.value);
    case Ack:
        return segment.flags.ack() ? number(segment.ack.value) : QString();
    case Length:
        return number(segment.payloadLength);
    case Window:
        return windowText(located);
    default:
        return {};
    }
}

/// The scaled window; the raw number when the scale was not captured.
QString PacketTableModel::windowText(const LocatedSegment& located) const
{
    const FlowAnalysis& analysis = analysisOf(located);
    // The window of a SYN is never scaled (RFC 7323 2.2), and 0 stays 0.
    const bool isExact = located.segment.flags.syn() || located.segment.rawWindow == 0 || analysis.windowShiftKnown;
    if (isExact)
        return number(analysis.windowBytes(located.segment));
    return analysis.windowShift == 0 ? tr("%1 × ?").arg(number(located.segment.rawWindow))
                                     : tr("\u2265 %1").arg(number(analysis.windowBytes(located.segment)));
}

QString PacketTableModel::sackText(const LocatedSegment& located) const
{
    const Flow& own = connection().flow(located.side);
    const Flow& other = connection().flow(otherSide(located.side));
    QStringList blocks;
    for (uint8_t block = 0; block < located.segment.sackBlockCount; ++block) {
        const SackBlock sack = own.sackBlock(located.segment, block, other);
        blocks.append(QStringLiteral("%1\u2013%2").arg(sack.left.value).arg(sack.right.value));
    }
    return blocks.join(QLatin1Char(' '));
}

/// Since the packet before; a packet that the capture has stored too late says so.
QString PacketTableModel::deltaText(const Segment& segment, int row) const
{
    if (row == 0)
        return {};
    const Duration delta = segment.time - segmentAt(row - 1).segment.time;
    return delta < Duration() ? tr("earlier") : durationText(delta);
}

/// Kinds and remarks.
QString PacketTableModel::kindsText(const LocatedSegment& located) const
{
    QStringList parts;
    const QString kinds
        = toQString(toString(analysisOf(located).kinds[located.row])).replace(QLatin1Char('+'), tr(", "));
    if (!kinds.isEmpty())
        parts << kinds;
    for (const std::string& remark : m_remarks->of(located.segment.frame))
        parts << toQString(remark);
    return parts.join(tr("; "));
}

/// A flag follows from all packets before: the first cell that is shown walks over the connection once.
QString PacketTableModel::wiresharkText(int row) const
{
    if (m_wireshark.empty()) {
        m_wireshark.reserve(m_rows.size());
        WiresharkView view(connection());
        ConnectionWalk walk(connection());
        for (LocatedSegment located; m_wireshark.size() < m_rows.size() && walk.next(located);)
            m_wireshark.push_back(view.take(located));
    }
    const WiresharkFlags flags = m_wireshark[static_cast<size_t>(row)];
    return toQString(toString(flags)).replace(QLatin1Char('+'), tr(", "));
}

QString PacketTableModel::explanation(int row) const
{
    const LocatedSegment located = segmentAt(row);
    QStringList lines;
    const auto& resets = m_details->diagnosis.resets;
    const auto reset = std::ranges::find(resets, located.segment.frame, &Diagnosis::frame);
    if (reset != resets.end())
        lines << tr("RST (%1, %2): %3")
                     .arg(toQString(formName(reset->form)), toQString(effectName(reset->effect)),
                         toQString(reset->summary));
    for (const KindExplanation& one : explainKinds(connection(), m_details->analysis, located.segment.frame))
        lines << tr("%1: %2").arg(toQString(kindName(one.kind)), toQString(one.text));
    for (const std::string& remark : m_remarks->of(located.segment.frame))
        lines << toQString(remark);
    return lines.isEmpty() ? tr("Nothing is to be said of this packet.") : lines.join(QLatin1Char('\n'));
}

QString PacketTableModel::stepText(PacketNumber frame) const
{
    const auto step = m_steps.find(frame);
    return step == m_steps.end() ? QString() : QString::number(step->second);
}

QString PacketTableModel::toolTip(const LocatedSegment& located, int row, int column) const
{
    const Segment& segment = located.segment;
    switch (column) {
    case Time:
        return tr("%1 UTC").arg(toQString(utcDateTime(segment.time)));
    case KindsColumn:
        return toolTipText(row < mostExplainedRows ? explanation(row) : kindsText(located)); // comments may be long
    case Seq:
        return tr("raw %1").arg(connection().flow(located.side).rawSeq(segment.seq).value);
    case Ack:
        return segment.flags.ack()
            ? tr("raw %1").arg(connection().flow(otherSide(located.side)).rawSeq(segment.ack).value)
            : QString();
    case Window:
        return windowToolTip(located);
    default:
        return {};
    }
}

QString PacketTableModel::windowToolTip(const LocatedSegment& located) const
{
    const FlowAnalysis& analysis = analysisOf(located);
    QString raw = tr("raw %1").arg(located.segment.rawWindow);
    if (analysis.windowShiftKnown)
        return raw;
    const QString unknown = tr("%1; the scale is not known: the handshake was not captured").arg(raw);
    return analysis.windowShift == 0 ? unknown
                                     : tr("%1. By what the other side had in flight it is at least %2 (× %3).")
                                           .arg(unknown)
                                           .arg(analysis.windowShift)
                                           .arg(1 << analysis.windowShift);
}

QVariant PacketTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    struct Head
    {
        QString title;
        QString toolTip;
    };
    const std::array<Head, ColumnCount> heads{{
        {tr("Step"), tr("Step of the chain that this packet is")},
        {tr("Frame"), tr("Number of the packet in the capture")},
        {tr("Time (s)"), tr("Since the connection's first packet")},
        {tr("Delta"), tr("Since the packet before in this connection; \"earlier\": stored out of order of time")},
        {tr("Direction"), {}},
        {tr("Flags"), {}},
        {tr("Seq"), tr("Relative sequence number; the SYN is 0")},
        {tr("Ack"), tr("Relative acknowledgment number")},
        {tr("Length"), tr("Bytes of data")},
        {tr("Window"), tr("Receive window in bytes, scaled")},
        {tr("SACK"), tr("Bytes reported as received above the acknowledgment")},
        {tr("What it is"), tr("Kinds of segments; a click tells why")},
        {tr("Wireshark"), tr("Flags of Wireshark's TCP analysis (tcp.analysis.*), as version 4.0 gives them")},
    }};
    const Head& head = heads[static_cast<size_t>(section)];
    return role == Qt::DisplayRole ? head.title : head.toolTip;
}

} // namespace whyrst
