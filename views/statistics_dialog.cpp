#include "views/statistics_dialog.h"

#include "model/export/handshake_card.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPushButton>
#include <QTableView>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace whyrst {
namespace {

/// Widths of the columns in characters, in their order; the last one takes what is left.
constexpr std::array<int, StatisticsTableModel::ColumnCount> columnCharacters{26, 18, 18, 10};
constexpr int shownRows = 30;

} // namespace

StatisticsDialog::StatisticsDialog(const Connection& connection, QWidget* parent)
    : QDialog(parent)
    , m_handshake(new QTreeWidget(this))
    , m_model(new StatisticsTableModel(connection, this))
    , m_table(new QTableView(this))
{
    setWindowTitle(tr("Connection %1: %2 \u2192 %3")
                       .arg(connection.id.value)
                       .arg(QString::fromStdString(toString(connection.client)),
                           QString::fromStdString(toString(connection.server))));
    createTable();
    createHandshake(connection);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copyButton = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    connect(copyButton, &QPushButton::clicked, this, &StatisticsDialog::copy);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_handshake);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
}

void StatisticsDialog::createHandshake(const Connection& connection)
{
    m_handshake->setAccessibleName(tr("Handshake"));
    m_handshake->setHeaderLabels({tr("Handshake"), tr("Client's SYN"), tr("Server's SYN-ACK"), tr("Outcome")});
    m_handshake->setRootIsDecorated(false);
    m_handshake->setAlternatingRowColors(true);
    m_handshake->setSelectionMode(QAbstractItemView::NoSelection);
    m_handshake->setTabKeyNavigation(false);
    m_handshake->installEventFilter(this);
    for (const HandshakeLine& line : handshakeCard(connection))
        new QTreeWidgetItem(m_handshake,
            {QString::fromStdString(line.name), QString::fromStdString(line.announced[0]),
                QString::fromStdString(line.announced[1]), QString::fromStdString(line.outcome)});
    const int rows = m_handshake->topLevelItemCount();
    if (rows == 0)
        new QTreeWidgetItem(m_handshake, {tr("not captured")});
    for (size_t column = 0; column + 1 < columnCharacters.size(); ++column)
        m_handshake->setColumnWidth(
            static_cast<int>(column), columnCharacters[column] * fontMetrics().averageCharWidth());
    const int rowHeight = m_handshake->sizeHintForRow(0);
    m_handshake->setFixedHeight(m_handshake->header()->sizeHint().height() + std::max(rows, 1) * rowHeight
        + 2 * m_handshake->frameWidth() + m_handshake->fontMetrics().descent());
}

void StatisticsDialog::createTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Statistics"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setTabKeyNavigation(false);
    m_table->installEventFilter(this);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 5);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    int width = 0;
    for (size_t column = 0; column < columnCharacters.size(); ++column) {
        const int columnWidth = columnCharacters[column] * fontMetrics().averageCharWidth();
        m_table->setColumnWidth(static_cast<int>(column), columnWidth);
        width += columnWidth;
    }
    resize(width + 2 * fontMetrics().height(), (shownRows + 4) * (fontMetrics().height() + 5));
}

/// Tables copy one cell: here Ctrl+C takes all of them.
bool StatisticsDialog::eventFilter(QObject* watched, QEvent* event)
{
    const bool copies
        = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy);
    if (!copies)
        return QDialog::eventFilter(watched, event);
    copy();
    return true;
}

void StatisticsDialog::copy() const
{
    QString text;
    for (const QTreeWidgetItem* item : m_handshake->findItems(QString(), Qt::MatchContains))
        text += item->text(0) + u'\t' + item->text(1) + u'\t' + item->text(2) + u'\t' + item->text(3) + u'\n';
    QApplication::clipboard()->setText(text + m_model->asTabs());
}

} // namespace whyrst
