#include "views/shortcuts_dialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace whyrst {
namespace {

std::vector<Shortcut> gestures()
{
    const auto text = [](const char* words) { return ShortcutsDialog::tr(words); };
    return {
        { text("Wheel"), text("Charts, timeline: zoom time at the pointer") },
        { text("Ctrl+Wheel"), text("Charts: zoom the values") },
        { text("Drag"), text("Charts: pan. Timeline: zoom to the dragged time") },
        { text("Shift+Drag"), text("Charts: zoom to the box") },
        { text("Double click"), text("Charts: the story, then everything. Timeline: everything") },
        { text("Click"), text("A packet, a numbered mark or a step: select it in all panes") },
        { text("Left, Right"), text("Charts: previous and next packet. Timeline: pan") },
        { text("Up, Down"), text("Timeline and lists: previous and next row") },
        { text("+, -"), text("Charts, timeline: zoom in and out") },
    };
}

} // namespace

ShortcutsDialog::ShortcutsDialog(const std::vector<QAction*>& actions, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keyboard and mouse"));
    std::vector<Shortcut> rows;
    for (const QAction* action : actions) {
        if (!action->shortcut().isEmpty())
            rows.push_back({ QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText),
                action->text().remove(QLatin1Char('&')) });
    }
    const std::vector<Shortcut> fixed = gestures();
    rows.insert(rows.end(), fixed.begin(), fixed.end());

    auto* table = new QTableWidget(static_cast<int>(rows.size()), 2, this);
    table->setHorizontalHeaderLabels({ tr("Keys, mouse"), tr("What it does") });
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    for (size_t row = 0; row < rows.size(); ++row) {
        table->setItem(static_cast<int>(row), 0, new QTableWidgetItem(rows[row].keys));
        table->setItem(static_cast<int>(row), 1, new QTableWidgetItem(rows[row].text));
    }
    table->setColumnWidth(0, fontMetrics().averageCharWidth() * 26);
    table->horizontalHeader()->setStretchLastSection(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(table);
    layout->addWidget(buttons);
    resize(640, 560);
}

} // namespace whyrst
