// Recorded captures that a test rewrites: other times, fewer packets, marks taken out (comparison.md 7.1).
#pragma once

#include "model/tcp/trace.h"
#include "tests/support/packet_bytes.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace whyrst::test {

/// A packet of a file and its number there.
struct RecordedPacket
{
    Timestamp time;
    Bytes bytes;
    uint32_t originalLength = 0;
    uint32_t frame = 0;
};

/// The packets of a capture. Each change leaves the truth about them as it is.
class CaptureFile
{
public:
    /// Throws when the file cannot be read or has several link types.
    explicit CaptureFile(const std::string& path);

    const std::vector<RecordedPacket>& packets() const { return m_packets; }
    /// Number in the file as it was read of the packet that is `frame` now, from 1.
    uint32_t originalFrame(uint32_t frame) const { return m_packets.at(frame - 1).frame; }
    Trace load() const;

    void move(Duration offset);
    void stretch(double drift);
    /// Sets the clock before packet `index`, from 0.
    void step(size_t index, Duration by);
    void erase(size_t index);
    /// Leaves [begin, end).
    void keep(size_t begin, size_t end);
    void snap(size_t length);
    void zeroIds();
    /// Overwrites the option with NOPs.
    void removeTimestamps();

private:
    /// Where the IP header begins; nothing behind unknown link headers.
    size_t ipOffset() const;
    template <typename Edit> void editTcp(const Edit& edit);

    uint32_t m_linkType = 0;
    std::vector<RecordedPacket> m_packets;
};

/// The capture `end` ("client", "server") in a lab run's folder; "" without one.
std::string captureIn(const std::string& folder, const std::string& end);
/// What pairs.csv of a lab run says: frames of the client's and the server's capture that are one packet.
std::set<std::pair<uint32_t, uint32_t>> truePairs(const std::string& folder);

} // namespace whyrst::test
