// The table of differences with a button for each kind of them.
#pragma once

#include "model/document/comparison_session.h"
#include "model/document/difference_table_model.h"
#include "model/document/rule_table_model.h"

#include <QWidget>

#include <array>

class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace whyrst {

class ColumnWidths;
class PacketPair;

class DifferencePane : public QWidget
{
    Q_OBJECT

public:
    explicit DifferencePane(ComparisonSession* session, QWidget* parent = nullptr);

    QTableView* table() const { return m_table; }
    DifferenceTableModel* model() const { return m_model; }
    QTableView* rules() const { return m_rules; }
    QToolButton* chip(Relation kind) const { return m_chips[static_cast<size_t>(kind)]; }
    PacketPair* packets() const { return m_packets; }
    /// Shows the packets of both captures, each in a table of its own, instead of the differences.
    void showPackets(bool areShown);
    bool arePacketsShown() const;
    /// Shows only the packets of a place; nothing: of all.
    void setPlace(std::optional<ComparePlace> place);
    /// Copies the marked rows, or all when none is marked.
    void copy() const;

signals:
    void packetsShown(bool areShown);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void createToggles(QHBoxLayout* row);
    void createChips(QHBoxLayout* row);
    void fitColumns();
    void createRules();
    void showRules(const std::shared_ptr<const PairDetails>& details);
    void createTable();
    void showPair();
    void showSelection();
    void applyFilter(const DifferenceFilter& filter);
    void updateChips();
    void selectRow(const QModelIndex& row);

    ComparisonSession* m_session;
    DifferenceTableModel* m_model;
    QTableView* m_table;
    ColumnWidths* m_widths = nullptr;
    RuleTableModel* m_ruleModel;
    QTableView* m_rules;
    QLabel* m_empty;
    std::array<QToolButton*, relationCount> m_chips{};
    QToolButton* m_copy = nullptr;
    std::array<QToolButton*, 2> m_toggles{}; ///< differences, packets
    QWidget* m_differencePage;
    PacketPair* m_packets;
    QStackedWidget* m_pages;
};

} // namespace whyrst
