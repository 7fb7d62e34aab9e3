// The packets of a connection in both captures, side by side.
#pragma once

#include "model/document/comparison_session.h"

#include <QSplitter>

#include <array>

namespace whyrst {

class PacketTable;
class PlainLabel;

/// The selected packet is selected in both tables; where a capture does not have it, its heading says so.
class PacketPair : public QSplitter
{
    Q_OBJECT

public:
    explicit PacketPair(ComparisonSession* session, QWidget* parent = nullptr);

    PacketTable* table(Side capture) const { return m_tables[sideIndex(capture)]; }
    /// What stands above the table: the file, and which of its packets is selected.
    QString heading(Side capture) const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void forget();
    void fill();
    void showSelection();
    void showPlaceOf(uint32_t relation, Side capture);

    ComparisonSession* m_session;
    std::shared_ptr<const PairDetails> m_details; ///< what the tables show; null: nothing, or not filled yet
    std::array<PacketTable*, 2> m_tables{};
    std::array<PlainLabel*, 2> m_headings{};
};

} // namespace whyrst
