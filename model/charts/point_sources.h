// Where the points of a series come from: rows of a flow read in place, or values derived from several segments.
#pragma once

#include "model/charts/chart_data.h"
#include "model/tcp/connection.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace whyrst {

/// What of a segment becomes the point's values.
enum class RowValue : uint8_t
{
    Data,       ///< low: first byte of data, high: the byte after the last
    Seq,        ///< SEG.SEQ; of a FIN without SYN the offset of the FIN
    Ack,        ///< SEG.ACK
    WindowEdge, ///< SEG.ACK + scaled window
    Window,     ///< scaled window
};

/// Collects rows of one flow in capture order and makes a source that reads their segments in place: 4 bytes a point.
///
/// Time stamps that run backwards (a clock step, merged captures) make it sort a copy instead, because a source's times
/// never decrease. The flow must outlive the source.
class RowSeries
{
public:
    /// `windowShift` of FlowAnalysis, for the two window values.
    RowSeries(const Flow& flow, RowValue value, Timestamp origin, uint8_t windowShift = 0);

    void add(uint32_t row, const Segment& segment);
    /// Ends a step line: the last value holds until `end`.
    void holdUntil(Duration end);
    bool empty() const { return m_rows.empty(); }
    /// Value of the last row added; nothing before the first.
    std::optional<double> lastValue() const;

    std::shared_ptr<const PointSource> finish();

private:
    ChartPoint pointOf(const Segment& segment) const;

    const Flow* m_flow;
    RowValue m_value;
    Timestamp m_origin;
    uint8_t m_windowShift;
    std::vector<uint32_t> m_rows;
    ChartPoint m_last;
    std::optional<ChartPoint> m_tail;
    bool m_inOrder = true;
};

/// A derived value after a packet, 16 bytes: bytes in flight, height of a run.
struct ValueAfterPacket
{
    Duration time{};
    PacketNumber frame;
    uint32_t value = 0;
};

/// Source over derived values; sorts them when times run backwards.
std::shared_ptr<const PointSource> makeValueSource(std::vector<ValueAfterPacket> values);

/// Source over few points of its own; sorts them when times run backwards.
std::shared_ptr<const PointSource> makePointSource(std::vector<ChartPoint> points);

/// `high` of the last point not after `time`; of the first point when all are after it; nothing without points.
std::optional<double> valueAt(const PointSource& points, Duration time);

/// The series called `id`, or null.
const Series* findSeries(std::span<const Series> series, std::string_view id);

/// `valueAt` of the series called `id`; nothing when there is none.
std::optional<double> lineValue(const ChartData& chart, std::string_view id, Duration time);

/// Adds the series unless it has no point.
void addSeries(ChartData& chart, Series series);

} // namespace whyrst
