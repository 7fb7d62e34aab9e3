#include "views/packet_table.h"

#include "model/document/document_text.h"
#include "views/column_widths.h"
#include "views/number_badge.h"
#include "views/palette.h"
#include "views/row_delegate.h"
#include "views/row_table.h"

#include <QHeaderView>
#include <QPainter>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <QStyle>
#include <QToolTip>

#include <array>

namespace whyrst {
namespace {

/// Widths of the columns in characters, in the model's order; the last one in sight takes what is left.
constexpr std::array<int, PacketTableModel::ColumnCount> columnCharacters{
    7, 9, 13, 10, 19, 13, 12, 12, 9, 10, 30, 30, 30};

constexpr int readingTime = 60'000; // ms until an explanation goes away by itself

/// Colours resets and re-sends, and draws the number of a step as the charts do.
class PacketDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        RowDelegate::paint(painter, option, index);
        const QVariant step = index.data(PacketTableModel::StepRole);
        if (index.column() != PacketTableModel::Step || !step.isValid())
            return;
        const int size = option.rect.height() - 4;
        const QRectF circle(option.rect.center().x() - size / 2.0, option.rect.top() + 2, size, size);
        const bool isReset = index.data(PacketTableModel::ResetRole).toBool();
        drawNumberBadge(*painter, circle, step.toInt(), {isReset, false}, themeOf(option.palette));
    }

protected:
    void adorn(QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const ChartTheme theme = themeOf(option.palette);
        if (index.column() == PacketTableModel::Step)
            option.text.clear();
        if (index.column() == PacketTableModel::KindsColumn)
            option.text.prepend(QChar(0x2003)); // keeps away from the right-aligned window before it
        if (index.data(PacketTableModel::ResetRole).toBool()) {
            option.palette.setColor(QPalette::Text, chartColors(theme).reset);
            option.font.setBold(true);
        } else if (index.data(PacketTableModel::ResendRole).toBool()) {
            option.palette.setColor(QPalette::Text, seriesLook(SeriesStyle::Resend, theme).color);
        }
    }
};

} // namespace

PacketTable::PacketTable(QWidget* parent)
    : QTableView(parent)
    , m_model(new PacketTableModel(this))
{
    setModel(m_model);
    setAccessibleName(tr("Packets of the connection"));
    makeRowTable(this);
    setItemDelegate(new PacketDelegate(this));
    m_widths = new ColumnWidths(this, QStringLiteral("packets"));
    connect(m_widths, &ColumnWidths::forgotten, this, &PacketTable::fitAllColumns);
    fitAllColumns();
    // What a packet is has to be in sight in a narrow window; SACK blocks are many and long.
    horizontalHeader()->moveSection(PacketTableModel::KindsColumn, PacketTableModel::Sack);
    horizontalHeader()->moveSection(PacketTableModel::WiresharkColumn, PacketTableModel::KindsColumn);
    showWireshark(false);
    connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == PacketTableModel::KindsColumn)
            explain(index);
    });
}

void PacketTable::explain(const QModelIndex& index)
{
    const QRect cell = visualRect(index);
    const QPoint place = viewport()->mapToGlobal(QPoint(std::max(cell.left(), 0), cell.bottom() + 1));
    QToolTip::showText(place, toolTipText(m_model->explanation(index.row())), viewport(), {}, readingTime);
}

void PacketTable::explainSelected()
{
    if (!currentIndex().isValid())
        return;
    scrollTo(currentIndex());
    explain(currentIndex());
}

void PacketTable::showWireshark(bool isShown)
{
    setColumnHidden(PacketTableModel::WiresharkColumn, !isShown);
}

void PacketTable::fitAllColumns()
{
    m_widths->setCharacters(columnCharacters);
    if (m_isNarrow)
        fitColumns();
    widenForLastPacket();
}

/// The last packet has the largest number and the longest time, with nanoseconds where the capture has them; a reset is
/// bold.
void PacketTable::widenForLastPacket()
{
    if (m_model->rowCount() == 0)
        return;
    QFont bold = font();
    bold.setBold(true);
    const QFontMetrics metrics(bold);
    constexpr int rounding = 2; // eliding measures finer than whole pixels
    const int margin = 2 * (style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, this) + 1) + rounding;
    for (const int column : {PacketTableModel::Frame, PacketTableModel::Time}) {
        const QString text = m_model->index(m_model->rowCount() - 1, column).data().toString();
        const int needed = metrics.horizontalAdvance(text) + margin;
        if (columnWidth(column) < needed)
            m_widths->set(column, needed);
    }
}

void PacketTable::setConnection(std::shared_ptr<const ConnectionDetails> details)
{
    const QScopedValueRollback told(m_isTold, true);
    m_model->setConnection(std::move(details));
    if (m_isNarrow)
        fitColumns();
    widenForLastPacket();
}

void PacketTable::grow(std::shared_ptr<const ConnectionDetails> details)
{
    const QScopedValueRollback told(m_isTold, true);
    m_model->grow(std::move(details));
    widenForLastPacket();
}

void PacketTable::setNarrow(const QString& name)
{
    m_widths->setObjectName(name);
    m_isNarrow = true;
    setColumnHidden(PacketTableModel::Step, true); // steps of a chain; here is none
    setColumnHidden(PacketTableModel::Delta, true);
    fitColumns();
}

/// Numbers and what a packet is are to be in sight in half a window.
void PacketTable::fitColumns()
{
    constexpr int cells = 200; // rows that are looked at
    for (int column = PacketTableModel::Frame; column <= PacketTableModel::Window; ++column) {
        if (!isColumnHidden(column))
            m_widths->fitToContents(column, cells);
    }
}

void PacketTable::setChain(const Diagnosis* diagnosis)
{
    m_model->setChain(diagnosis);
}

void PacketTable::setSelected(PacketNumber frame)
{
    const QScopedValueRollback told(m_isTold, true);
    const int row = m_model->rowOf(frame);
    if (row < 0) {
        clearSelection();
        setCurrentIndex({});
        return;
    }
    const int first = isColumnHidden(PacketTableModel::Step) ? PacketTableModel::Frame : PacketTableModel::Step;
    const QModelIndex index = m_model->index(row, std::max(first, currentIndex().column()));
    setCurrentIndex(index);
    const QRect place = visualRect(index);
    const bool isInSight = place.top() >= 0 && place.bottom() < viewport()->height();
    scrollTo(index, isInSight ? EnsureVisible : PositionAtCenter); // what is clicked on stays under the pointer
}

/// A selected packet that was in sight stays so in less room.
void PacketTable::resizeEvent(QResizeEvent* event)
{
    const bool wasSeen
        = !event->oldSize().isValid() || QRect(QPoint(), event->oldSize()).intersects(visualRect(currentIndex()));
    QTableView::resizeEvent(event);
    if (wasSeen && currentIndex().isValid())
        scrollTo(currentIndex());
}

void PacketTable::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTableView::currentChanged(current, previous);
    if (!m_isTold && current.isValid())
        emit packetSelected(PacketNumber(current.data(PacketTableModel::FrameRole).toUInt()));
}

} // namespace whyrst
