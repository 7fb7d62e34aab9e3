// Writes made-up segments as Ethernet frames of a pcap file.
#pragma once

#include "tests/benchmarks/connection_script.h"

#include <cstdio>
#include <vector>

namespace whyrst::benchmark {

/// Writes to `file`, which stays the caller's.
class SegmentWriter
{
public:
    SegmentWriter(std::FILE* file, uint32_t snapLength);

    void write(const ConnectionPlan& connection, const ScriptedSegment& segment, Timestamp time);
    /// Writes what is left. False when the file could not be written.
    bool finish();

private:
    using Bytes = std::vector<std::byte>;

    void makeFrame(const ConnectionPlan& connection, const ScriptedSegment& segment);
    void addRecord(Timestamp time);
    void flush();

    std::FILE* m_file;
    uint32_t m_snapLength;
    Bytes m_frame;  ///< the frame that is being written
    Bytes m_output; ///< written when it is long enough
    uint16_t m_ipId = 0;
    bool m_failed = false;
};

} // namespace whyrst::benchmark
