// The TCP segments of a capture, or of one connection, as a table: what the subcommand `packets` prints.
#pragma once

#include "model/analysis/analysis.h"
#include "model/analysis/wireshark_view.h"
#include "model/tcp/trace.h"

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace whyrst {

/// One row of the table.
struct PacketRow
{
    const Connection* connection = nullptr;
    LocatedSegment segment;
    int64_t windowBytes = 0; ///< scaled
    Kinds kinds;
    WiresharkFlags wiresharkFlags;
};

/// Walks over all segments of a trace in capture order, analysing each connection when its first packet comes and
/// forgetting the analysis after its last one.
class PacketWalk
{
public:
    /// Of all connections, or of `only`.
    PacketWalk(const Trace& trace, std::optional<ConnectionId> only);
    ~PacketWalk();

    /// Gives the next row. False at the end.
    bool next(PacketRow& row);

private:
    struct Open;

    void openUpTo(PacketNumber frame);
    void open(const Connection& connection);

    const Trace& m_trace;
    uint32_t m_nextConnection = 0;
    uint32_t m_endConnection = 0;
    std::vector<std::unique_ptr<Open>> m_open; ///< a heap, the lowest frame first
};

enum class PacketTableFormat : uint8_t
{
    Csv,
    JsonLines
};

/// Writes the table of `trace` (of one connection with `only`) to `out`: a header line in CSV, none in JSON lines.
///
/// Columns as in the command line contract. `seq` and `ack` are raw, `ack` is empty without the ACK flag, `length`
/// counts bytes of data, `window` is scaled, several flags or kinds are joined by '+'. `wireshark_flags` are those of
/// WiresharkView.
void writePacketTable(
    std::ostream& out, const Trace& trace, std::optional<ConnectionId> only, PacketTableFormat format);

} // namespace whyrst
