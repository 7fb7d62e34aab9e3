// The list of resets, worst first.
#pragma once

#include "model/document/reset_list_model.h"

#include <QTreeView>

#include <optional>

namespace whyrst {

/// Shows a ResetListModel; the selected row is the reset that the window explains.
class ResetList : public QTreeView
{
    Q_OBJECT

public:
    explicit ResetList(QWidget* parent = nullptr);

    void setTrace(const OpenTrace& open);
    /// Shows a later state of the same trace; selection, open groups and scroll position stay.
    void grow(const OpenTrace& open);
    /// Highlights a headline and opens its group; no signal.
    void setSelected(std::optional<uint32_t> headline);
    std::optional<uint32_t> selected() const;
    /// What the list says instead of rows: nothing while it has some, or without a trace.
    QString emptyText() const;
    ResetListModel* resets() const { return m_model; }

public slots:
    void selectNext() { selectNeighbour(1); }
    void selectPrevious() { selectNeighbour(-1); }

signals:
    void headlineSelected(uint headline);

protected:
    void paintEvent(QPaintEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void selectNeighbour(int step);
    QStringList openGroups() const;

    ResetListModel* m_model;
    bool m_isTold = false; ///< the selection is being set from outside
};

} // namespace whyrst
