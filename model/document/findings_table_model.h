// The trouble of a connection as a table: one row an episode.
#pragma once

#include "model/analysis/episodes.h"
#include "model/document/session.h"

#include <QAbstractTableModel>

#include <memory>

namespace whyrst {

/// Holds the findings of one connection.
class FindingsTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        Number,
        KindColumn,
        Direction,
        Time,
        DurationColumn,
        Packets,
        Frames,
        Words,
        ColumnCount
    };
    enum Role
    {
        SortRole = Qt::UserRole, ///< number or text to sort the column by
        EpisodeRole,             ///< int: index of the episode
        KindRole,                ///< int: an EpisodeKind
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Shows what was found on the details' connection; nothing with null details.
    void setFindings(std::shared_ptr<const ConnectionDetails> details, Findings findings);
    /// Looks for the findings, and shows them.
    void setConnection(std::shared_ptr<const ConnectionDetails> details);

    const Findings& findings() const { return m_findings; }
    const Episode& episode(int index) const { return m_findings.episodes[static_cast<size_t>(index)]; }
    /// The whole table with headings, columns apart by tabs.
    QString asTabs() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString cellText(const Episode& episode, int row, int column) const;
    QVariant sortValue(const Episode& episode, int row, int column) const;

    std::shared_ptr<const ConnectionDetails> m_details;
    Findings m_findings;
};

} // namespace whyrst
