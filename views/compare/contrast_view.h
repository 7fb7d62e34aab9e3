// A connection that works against one that fails: where they part, the differences, both charts, both tables of
// packets.
#pragma once

#include "model/document/connection_contrast.h"
#include "views/compare/contrast_charts.h"
#include "views/compare/side_by_side_view.h"

#include <array>
#include <memory>

class QSplitter;
class QToolButton;

namespace whyrst {

class PacketTable;
class PlainLabel;
class StepList;

class ContrastView : public SideBySideView
{
    Q_OBJECT

public:
    explicit ContrastView(QWidget* parent = nullptr);

    /// Shows two connections; null shows nothing.
    void setContrast(const std::shared_ptr<const ConnectionContrast>& contrast);
    std::shared_ptr<const ConnectionContrast> contrast() const { return m_contrast; }
    void setTheme(ChartTheme theme);
    /// Selects difference `number` (from 1) and its packets in both connections.
    void showDifference(int number);
    /// The next or previous difference.
    void goToDifference(int step);
    /// Takes the good one for the bad one.
    void swapRoles();
    void toggleDirection();
    void toggleLayout();

    ContrastCharts* charts() const { return m_charts; }
    StepList* differences() const { return m_differences; }
    PacketTable* packets(Outcome outcome) const { return m_packets[outcomeIndex(outcome)]; }
    QString summary() const;

signals:
    void readoutChanged(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void layOut() override;

private:
    QWidget* createTop();
    QWidget* createBar();
    QWidget* createTables();
    void fillDifferences();
    void highlight(int number);
    void showToggles();
    void selectPacket(Outcome outcome, PacketNumber frame);

    std::shared_ptr<const ConnectionContrast> m_contrast;
    std::array<PlainLabel*, outcomeCount> m_names{}; ///< by Outcome
    PlainLabel* m_summary;
    PlainLabel* m_remarks;
    StepList* m_differences;
    ContrastCharts* m_charts;
    std::array<PacketTable*, outcomeCount> m_packets{}; ///< by Outcome
    QSplitter* m_main;
    QSplitter* m_right;
    std::array<QToolButton*, 2> m_layoutButtons{};
    std::array<QToolButton*, 2> m_directionButtons{};
    int m_selected = 0;
};

} // namespace whyrst
