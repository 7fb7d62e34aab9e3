// Tables of rows that look alike everywhere.
#pragma once

class QTableView;

namespace whyrst {

/// Whole rows are selected, one at a time; no frame, no grid, no row numbers; the last column takes what is left.
/// A text that is cut is told whole where the pointer rests.
void makeRowTable(QTableView* table);

} // namespace whyrst
