// The trouble of the shown connection, one row an episode, under the bar of its time.
#pragma once

#include "model/document/findings_table_model.h"

#include <QWidget>

#include <memory>
#include <thread>

class QLabel;
class QSortFilterProxyModel;
class QTableView;

namespace whyrst {

class ColumnWidths;

class TimeShareBar;

/// Looks for findings only while it is seen, and on a thread of its own for a large connection: of a million packets
/// that takes a quarter of a second.
class FindingsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit FindingsPanel(QWidget* parent = nullptr);

    /// Shows the findings of a connection; none with null details.
    void setConnection(std::shared_ptr<const ConnectionDetails> details);
    /// There is more of the same connection: selection and order stay.
    void grow(std::shared_ptr<const ConnectionDetails> details);
    /// Whether a person sees the panel: of a panel behind another one isVisible() is true.
    void setSeen(bool isSeen);
    bool isSeen() const { return m_isSeen; }
    /// Puts the whole table into the clipboard, for a spreadsheet.
    void copy() const;

    QTableView* table() const { return m_table; }
    FindingsTableModel* findings() const { return m_model; }

signals:
    /// A person chose the episode.
    void episodeSelected(const whyrst::Episode& episode);
    /// ... and wants to see its packets: by Enter or a double click.
    void episodeActivated();
    /// The words of the chosen episode.
    void readoutChanged(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createTable();
    void refresh();
    void lookOnThread();
    void show(std::shared_ptr<const ConnectionDetails> details, Findings findings);
    void fitFrames(const Connection& connection);
    void showSentence(const QString& sentence);
    void choose(const QModelIndex& index);
    const Episode& episodeAt(const QModelIndex& index) const;

    FindingsTableModel* m_model;
    QSortFilterProxyModel* m_proxy;
    TimeShareBar* m_share;
    QTableView* m_table;
    ColumnWidths* m_widths = nullptr;
    QLabel* m_instead; ///< a sentence where the table has nothing to show
    std::shared_ptr<const ConnectionDetails> m_details;
    bool m_isSeen = false;
    int m_chosen = -1;      ///< episode that is to be selected again
    bool m_isNew = true;    ///< nothing of the connection was shown yet
    bool m_isStale = false; ///< the table is not of `m_details` yet
    bool m_isLooking = false;
    bool m_isTold = false; ///< the selection is being set from outside
    std::jthread m_worker; ///< the last member: it ends before the others do
};

} // namespace whyrst
