#include "views/statistics_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <array>

namespace whyrst {
namespace {

/// Widths of the columns in characters, in their order; the last one takes what is left.
constexpr std::array<int, StatisticsTableModel::ColumnCount> columnCharacters{26, 18, 18, 10};
constexpr int shownRows = 30;

} // namespace

StatisticsDialog::StatisticsDialog(const Connection& connection, QWidget* parent)
    : QDialog(parent)
    , m_model(new StatisticsTableModel(connection, this))
    , m_table(new QTableView(this))
{
    setWindowTitle(tr("Statistics of connection %1: %2 \u2192 %3")
                       .arg(connection.id.value)
                       .arg(QString::fromStdString(toString(connection.client)),
                           QString::fromStdString(toString(connection.server))));
    createTable();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copyButton = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    connect(copyButton, &QPushButton::clicked, this, &StatisticsDialog::copy);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_table);
    column->addWidget(buttons);
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
    QApplication::clipboard()->setText(m_model->asTabs());
}

} // namespace whyrst
