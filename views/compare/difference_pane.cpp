#include "views/compare/difference_pane.h"

#include "model/document/comparison_words.h"
#include "model/document/document_text.h"
#include "views/column_widths.h"
#include "views/compare/packet_pair.h"
#include "views/compare/toggle_button.h"
#include "views/palette.h"
#include "views/row_delegate.h"
#include "views/row_table.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace whyrst {
namespace {

QColor kindColor(Relation kind, bool isReset, const QPalette& palette)
{
    const ChartTheme theme = themeOf(palette);
    if (isReset || kind == Relation::Injected)
        return chartColors(theme).reset;
    switch (kind) {
    case Relation::Lost:
    case Relation::Broken:
        return seriesLook(SeriesStyle::Resend, theme).color;
    case Relation::Altered:
        return seriesLook(SeriesStyle::SackBlock, theme).color;
    case Relation::Unseen:
    case Relation::Duplicate:
        return seriesLook(SeriesStyle::WindowEdge, theme).color;
    case Relation::Outside:
        return chartColors(theme).faintText;
    default:
        break;
    }
    return palette.color(QPalette::Text);
}

constexpr int ruleCharacters = 96; ///< "Rule: 10.0.0.2:40000 is 192.0.2.9:30001 at the server"
constexpr int countCharacters = 18;
constexpr int mostRules = 3; ///< rows; the table below needs the room

/// The verdict in the colour of the ladder's arrow; a RST in bold.
class DifferenceDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void adorn(QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool isReset = index.data(DifferenceTableModel::ResetRole).toBool();
        const auto kind = static_cast<Relation>(index.data(DifferenceTableModel::KindRole).toInt());
        option.font.setBold(isReset);
        if (index.column() == DifferenceTableModel::Verdict)
            option.text.prepend(QChar(0x2003)); // keeps away from the right-aligned number before it
        if (index.column() == DifferenceTableModel::Verdict || isReset)
            option.palette.setColor(QPalette::Text, kindColor(kind, isReset, option.palette));
        if (index.column() == DifferenceTableModel::Delay && index.data(DifferenceTableModel::UnsureDelayRole).toBool())
            option.palette.setColor(QPalette::Text, chartColors(themeOf(option.palette)).faintText);
    }
};

} // namespace

DifferencePane::DifferencePane(ComparisonSession* session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_model(new DifferenceTableModel(this))
    , m_table(new QTableView(this))
    , m_ruleModel(new RuleTableModel(this))
    , m_rules(new QTableView(this))
    , m_empty(new QLabel(this))
    , m_differencePage(new QWidget)
    , m_packets(new PacketPair(session))
    , m_pages(new QStackedWidget(this))
{
    auto* chips = new QHBoxLayout;
    chips->setContentsMargins(6, 3, 6, 0);
    chips->setSpacing(4);
    createToggles(chips);
    createChips(chips);
    createRules();
    createTable();
    m_empty->setAlignment(Qt::AlignCenter);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(chips);
    column->addWidget(m_pages, 1);
    m_pages->addWidget(m_differencePage);
    m_pages->addWidget(m_packets);
    auto* page = new QVBoxLayout(m_differencePage);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(2);
    page->addWidget(m_rules);
    page->addWidget(m_table, 1);
    page->addWidget(m_empty, 1);
    showPackets(false);
    connect(session, &ComparisonSession::pairChanged, this, &DifferencePane::showPair);
    connect(session, &ComparisonSession::selectionChanged, this, &DifferencePane::showSelection);
    showPair();
}

void DifferencePane::createToggles(QHBoxLayout* row)
{
    const std::array texts{tr("Differences"), tr("Packets")};
    const std::array tips{
        tr("What is not in both captures unaltered"), tr("All packets of both captures, each in its table (P)")};
    for (size_t index = 0; index < texts.size(); ++index) {
        auto* toggle = new ToggleButton(texts[index], this);
        toggle->setToolTip(tips[index]);
        connect(toggle, &QToolButton::clicked, this, [this, index] { showPackets(index == 1); });
        m_toggles[index] = toggle;
        row->addWidget(toggle);
    }
    row->addSpacing(8);
}

void DifferencePane::showPackets(bool areShown)
{
    m_pages->setCurrentIndex(areShown ? 1 : 0);
    for (size_t index = 0; index < m_toggles.size(); ++index)
        m_toggles[index]->setChecked((index == 1) == areShown);
    for (QToolButton* chip : m_chips)
        chip->setVisible(!areShown);
    m_copy->setVisible(!areShown);
    emit packetsShown(areShown);
}

bool DifferencePane::arePacketsShown() const
{
    return m_pages->currentIndex() == 1;
}

void DifferencePane::createChips(QHBoxLayout* row)
{
    for (const Relation kind : {Relation::Lost, Relation::Broken, Relation::Injected, Relation::Altered,
             Relation::Duplicate, Relation::Unseen, Relation::Outside, Relation::Same}) {
        auto* chip = new ToggleButton(QString(), this);
        chip->setToolTip(tr("Shows or hides these packets"));
        connect(chip, &QToolButton::clicked, this, [this, kind](bool isOn) {
            DifferenceFilter filter = m_model->filter();
            filter.shown.set(static_cast<size_t>(kind), isOn);
            applyFilter(filter);
        });
        m_chips[static_cast<size_t>(kind)] = chip;
        row->addWidget(chip);
    }
    row->addStretch();
    m_copy = new QToolButton(this);
    m_copy->setText(tr("Copy"));
    m_copy->setToolTip(tr("Copies the marked rows as text, or all of them when none is marked (Ctrl+C)"));
    connect(m_copy, &QToolButton::clicked, this, &DifferencePane::copy);
    row->addWidget(m_copy);
}

/// What holds for nearly all packets stands above the table and does not scroll away with it.
void DifferencePane::createRules()
{
    m_rules->setModel(m_ruleModel);
    m_rules->setAccessibleName(tr("Rules: what was changed in nearly all packets"));
    makeRowTable(m_rules);
    m_rules->horizontalHeader()->hide();
    m_rules->setSelectionMode(QAbstractItemView::NoSelection);
    m_rules->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rules->setColumnWidth(RuleTableModel::Rule, ruleCharacters * fontMetrics().averageCharWidth());
    m_rules->setColumnWidth(RuleTableModel::Packets, countCharacters * fontMetrics().averageCharWidth());
}

/// As high as its rows, of which some scroll when there are many.
void DifferencePane::showRules(const std::shared_ptr<const PairDetails>& details)
{
    m_ruleModel->setPair(details);
    const int rows = m_ruleModel->rowCount();
    m_rules->setVisible(rows > 0);
    m_rules->setFixedHeight(std::min(rows, mostRules) * m_rules->verticalHeader()->defaultSectionSize() + 2);
}

/// As wide as what stands in them, the evidence what is left: it must not be beyond the border.
void DifferencePane::fitColumns()
{
    constexpr int cells = 100; // rows that are looked at, from the first in sight
    m_table->setColumnHidden(DifferenceTableModel::Delay, !m_model->hasDelay());
    for (int column = 0; column < DifferenceTableModel::Evidence; ++column) {
        if (!m_table->isColumnHidden(column))
            m_widths->fitToContents(column, cells);
    }
}

void DifferencePane::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void DifferencePane::createTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Differences between the captures"));
    makeRowTable(m_table);
    m_table->setItemDelegate(new DifferenceDelegate(m_table));
    m_widths = new ColumnWidths(m_table, QStringLiteral("differences"));
    connect(m_widths, &ColumnWidths::forgotten, this, &DifferencePane::fitColumns);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    auto* copyAction = new QAction(tr("&Copy as text"), m_table);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &DifferencePane::copy);
    m_table->addAction(copyAction);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &DifferencePane::selectRow);
}

void DifferencePane::showPair()
{
    const auto details = m_session->details();
    m_model->setPair(details);
    m_table->setColumnHidden(DifferenceTableModel::Change, !details || details->pair().alterations.empty());
    applyFilter({});
    showRules(details);
    updateChips();
}

void DifferencePane::applyFilter(const DifferenceFilter& filter)
{
    m_model->setFilter(filter);
    updateChips();
    fitColumns();
    showSelection();
}

void DifferencePane::setPlace(std::optional<ComparePlace> place)
{
    DifferenceFilter filter = packetsOf(place);
    if (place != ComparePlace::ClientHost && place != ComparePlace::ServerHost) // of a host all that it sent
        filter.shown.reset(static_cast<size_t>(Relation::Same));
    applyFilter(filter);
}

void DifferencePane::updateChips()
{
    for (size_t kind = 0; kind < relationCount; ++kind) {
        const uint32_t count = m_model->counts()[kind];
        QToolButton* chip = m_chips[kind];
        chip->setText(QStringLiteral("%1 %2").arg(relationWords(static_cast<Relation>(kind)), countText(count)));
        chip->setChecked(m_model->filter().shown.test(kind));
        chip->setEnabled(count > 0);
    }
    const bool isEmpty = m_model->rowCount() == 0;
    m_table->setVisible(!isEmpty);
    m_empty->setVisible(isEmpty);
    m_empty->setText(!m_session->details() ? QString()
            : m_model->counts()[static_cast<size_t>(Relation::Same)] > 0
            ? tr("Every packet that is shown here went through unaltered. \"In both\" above shows them.")
            : tr("No packet of this kind."));
}

void DifferencePane::showSelection()
{
    const std::optional<uint32_t> relation = m_session->relation();
    const int row = relation ? m_model->rowOf(*relation) : -1;
    if (row < 0) {
        m_table->clearSelection();
    } else {
        m_table->selectRow(row);
        m_table->scrollTo(m_model->index(row, 0));
    }
}

void DifferencePane::selectRow(const QModelIndex& row)
{
    if (row.isValid())
        m_session->selectRelation(row.data(DifferenceTableModel::RelationRole).toUInt());
}

void DifferencePane::copy() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    if (rows.isEmpty()) {
        for (int row = 0; row < m_model->rowCount(); ++row)
            rows << m_model->index(row, 0);
    }
    QApplication::clipboard()->setText(m_model->text(rows));
}

} // namespace whyrst
