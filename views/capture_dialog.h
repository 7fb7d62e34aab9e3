// Asks which interface to capture from.
#pragma once

#include "model/capture/live_capture.h"

#include <QDialog>

#include <vector>

class QPushButton;
class QTreeWidget;

namespace whyrst {

class FilterBox;
class PlainLabel;

/// The interfaces with their addresses, those that are up first, and a filter.
class CaptureDialog : public QDialog
{
    Q_OBJECT

public:
    explicit CaptureDialog(const Result<std::vector<CaptureInterface>>& interfaces, QWidget* parent = nullptr);

    /// Name of the chosen interface; empty: none.
    QString chosenInterface() const;
    QString filter() const;

    QTreeWidget* list() const { return m_list; }
    FilterBox* filterBox() const { return m_filter; }
    QPushButton* startButton() const { return m_start; }
    /// Why there is nothing to choose; empty when there is.
    QString problem() const;

private:
    void fill(const std::vector<CaptureInterface>& interfaces);
    void updateStart();

    QTreeWidget* m_list;
    FilterBox* m_filter;
    PlainLabel* m_problem;
    QPushButton* m_start = nullptr;
};

} // namespace whyrst
