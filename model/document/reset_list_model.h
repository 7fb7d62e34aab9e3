// The list of resets: worst first, and grouped by cause and peer when there are many.
#pragma once

#include "model/document/open_trace.h"

#include <QAbstractItemModel>

#include <cstdint>
#include <optional>
#include <vector>

namespace whyrst {

/// Headlines of a trace as rows. Up to `groupFrom` headlines are a flat list; more are grouped by cause and server,
/// harmless ones by cause alone; a group of one is a plain row.
class ResetListModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column
    {
        Frame,
        Time,
        Cause,
        ConfidenceColumn,
        Who,
        HarmColumn,
        ColumnCount
    };
    enum Role
    {
        HeadlineRole = Qt::UserRole, ///< uint: index in TraceDiagnosis::headlines; invalid on a group
        GroupSizeRole,               ///< uint: headlines of a group; invalid on a plain row
        HarmRole,                    ///< int: a Harm; the worst one of a group
        CauseRole,                   ///< QString: "Segment black hole", with the count on a group
        GroupKeyRole,                ///< QString: the same for a group of the same kind in a later trace
        DetailRole,                  ///< QString: the second line of a row
    };
    static constexpr size_t groupFrom = 21; // about what fits on a screen without scrolling

    using QAbstractItemModel::QAbstractItemModel;

    /// Rows stay when the headlines are the same as before.
    void setTrace(const OpenTrace& trace);
    const OpenTrace& openTrace() const { return m_open; }

    /// Row of headline `index`; invalid when there is none.
    QModelIndex indexOf(uint32_t headline) const;
    /// The headline `step` rows after `headline` in reading order (groups opened), from one end to the other.
    std::optional<uint32_t> neighbour(std::optional<uint32_t> headline, int step) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// One row of the top level and the headlines below it.
    struct Group
    {
        std::vector<uint32_t> headlines; ///< in order of the trace's diagnosis
    };

    void buildGroups();
    void buildPlaces();
    const Group* groupAt(const QModelIndex& index) const;
    const Headline* headlineAt(const QModelIndex& index) const;
    QVariant groupData(const Group& group, int column, int role) const;
    QVariant headlineData(const Headline& headline, int column, int role) const;
    QString cellText(const Headline& headline, int column) const;
    QString detailText(const Headline& headline) const;

    OpenTrace m_open;
    std::vector<Group> m_groups;
    std::vector<uint32_t> m_order;   ///< headlines in reading order
    std::vector<uint32_t> m_place;   ///< by headline: its place in `m_order`
    std::vector<uint32_t> m_groupOf; ///< by headline: its group
};

} // namespace whyrst
