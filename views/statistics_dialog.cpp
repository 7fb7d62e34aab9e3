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

#include <array>

namespace whyrst {
namespace {

/// Widths of the columns in characters, in their order; the last one takes what is left.
constexpr std::array<int, StatisticsTableModel::ColumnCount> columnCharacters{26, 18, 18, 10};
/// Of the handshake; the last column, what came of it, takes what is left.
constexpr std::array<int, 3> handshakeCharacters{18, 22, 22};
constexpr int outcomeColumn = 3;
constexpr int dialogCharacters = 130;
constexpr int shownLines = 36;

int rowHeight(const QFontMetrics& metrics)
{
    return metrics.height() + 3;
}

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
    m_table->setFocus();
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
    m_handshake->setUniformRowHeights(true);
    m_handshake->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_handshake->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    const int height = rowHeight(fontMetrics());
    const auto addRow = [&](const QStringList& texts) {
        auto* item = new QTreeWidgetItem(m_handshake, texts);
        item->setSizeHint(0, QSize(0, height));
        item->setToolTip(outcomeColumn, item->text(outcomeColumn));
    };
    for (const HandshakeLine& line : handshakeCard(connection))
        addRow({QString::fromStdString(line.name), QString::fromStdString(line.announced[0]),
            QString::fromStdString(line.announced[1]), QString::fromStdString(line.outcome)});
    if (m_handshake->topLevelItemCount() == 0)
        addRow({tr("not captured")});
    for (size_t column = 0; column < handshakeCharacters.size(); ++column)
        m_handshake->setColumnWidth(
            static_cast<int>(column), handshakeCharacters[column] * fontMetrics().averageCharWidth());
    m_handshake->setFixedHeight(m_handshake->header()->sizeHint().height() + m_handshake->topLevelItemCount() * height
        + 2 * m_handshake->frameWidth());
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
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(fontMetrics()));
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    for (size_t column = 0; column < columnCharacters.size(); ++column)
        m_table->setColumnWidth(static_cast<int>(column), columnCharacters[column] * fontMetrics().averageCharWidth());
    resize(dialogCharacters * fontMetrics().averageCharWidth(), shownLines * rowHeight(fontMetrics()));
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
