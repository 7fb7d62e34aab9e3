// A connection built segment by segment, without capture bytes: for tests of charts and views.
//
//     ConnectionBuilder builder;
//     builder.handshake().data(Side::Client, 10ms, 1, 1000).ack(Side::Server, 20ms, 1001);
#pragma once

#include "model/analysis/analysis.h"
#include "model/charts/chart_table.h"
#include "model/diagnosis/diagnosis.h"
#include "model/tcp/trace.h"

#include <utility>
#include <vector>

namespace whyrst::test {

/// Owns a trace with one connection. Frames count from 1 in the order of calls; times count from the first packet.
class ConnectionBuilder
{
public:
    /// What may be said of a segment beyond its place.
    struct Extra
    {
        std::vector<std::pair<int64_t, int64_t>> sack{}; ///< in the other side's offsets
        bool isCaptureDuplicate = false;
        uint16_t window = 1000; ///< unscaled
        uint32_t length = 0;
        uint16_t flags = 0x10; ///< ACK
    };

    ConnectionBuilder();

    /// SYN at 0, SYN-ACK at 1 ms, ACK at 2 ms: frames 1 to 3. Offsets 1 are the first bytes of data.
    ConnectionBuilder& handshake();
    ConnectionBuilder& data(Side side, Duration time, int64_t seq, uint32_t length);
    ConnectionBuilder& ack(Side side, Duration time, int64_t ack, const Extra& extra);
    ConnectionBuilder& ack(Side side, Duration time, int64_t ackOffset) { return ack(side, time, ackOffset, Extra()); }
    ConnectionBuilder& reset(Side side, Duration time, int64_t seq);
    /// A packet that is none of the connection takes the next frame number.
    ConnectionBuilder& otherPacket();
    ConnectionBuilder& segment(Side side, Duration time, int64_t seq, int64_t ack, const Extra& extra);

    /// The chart called `id` of the data that `direction` sends.
    ChartData chart(const char* id, Side direction = Side::Client, const Diagnosis* diagnosis = nullptr);
    std::vector<ChartData> charts(Side direction = Side::Client, const Diagnosis* diagnosis = nullptr);
    ChartRequest request(Side direction, const Diagnosis* diagnosis);

    const Connection& connection() const { return m_trace.connections.front(); }
    Trace& trace() { return m_trace; }
    PacketNumber lastFrame() const { return PacketNumber(m_frames); }

private:
    Trace m_trace;
    Analysis m_analysis;
    uint32_t m_frames = 0;
    std::array<StreamOffset, 2> m_next{};
    std::array<StreamOffset, 2> m_acked{};
};

/// A step of a chain at `time` since `connection`'s first packet.
EvidenceStep stepAt(const Connection& connection, Duration time, Role role);

/// All points of a series.
std::vector<ChartPoint> pointsOf(const ChartData& chart, const char* seriesId);

} // namespace whyrst::test
