#include "views/shortcuts_dialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

#include <array>
#include <utility>

namespace whyrst {
namespace {

/// What mouse and keys do in charts and timeline, where no menu names it.
constexpr std::array<std::pair<const char*, const char*>, 14> gestures{{
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Wheel"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts, timeline: zoom time at the pointer")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Ctrl+Wheel"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: zoom the values")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Drag"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: pan. Timeline: zoom to the dragged time")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Shift+Drag"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: zoom to the box")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Right drag"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: zoom to the box")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Right click, Menu key"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts, ladder, lists: what can be done here")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Double click"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: the story, then everything. Timeline: everything")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Click"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "A packet, a numbered mark or a step: select it in all panes")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Left, Right"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: previous and next packet. Timeline: pan")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Shift+Left, Shift+Right"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts: pan")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Up, Down"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Timeline, lists and ladder: previous and next row or packet")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "+, -"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Charts, ladder, timeline: zoom in and out")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "0, Backspace"),
        QT_TRANSLATE_NOOP(
            "whyrst::ShortcutsDialog", "Charts, ladder: the story, then everything; what was shown before")},
    {QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Space"),
        QT_TRANSLATE_NOOP("whyrst::ShortcutsDialog", "Ladder: seconds, or the time of day by either clock")},
}};

/// One line: "N", "Next reset".
struct Shortcut
{
    QString keys;
    QString text;
};

} // namespace

ShortcutsDialog::ShortcutsDialog(const std::vector<QAction*>& actions, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keyboard and mouse"));
    std::vector<Shortcut> rows;
    for (const QAction* action : actions) {
        if (!action->shortcut().isEmpty())
            rows.push_back({QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText),
                action->text().remove(QLatin1Char('&'))});
    }
    for (const auto& [keys, text] : gestures)
        rows.push_back({tr(keys), tr(text)});

    auto* table = new QTableWidget(static_cast<int>(rows.size()), 2, this);
    table->setHorizontalHeaderLabels({tr("Keys, mouse"), tr("What it does")});
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
