// A chart as numbers: series, marks and labels, without pixels or colours. One builder a chart, one widget for all.
#pragma once

#include "model/ids.h"
#include "model/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace whyrst {

class PacketOrder;
class PacketRemarks;

/// One thing to draw. Bars use `low` and `high`, steps and points only `high`, bands `time` to `endTime`, boxes all.
struct ChartPoint
{
    Duration time{};    ///< since the chart's origin
    Duration endTime{}; ///< bands and boxes only
    double low = 0;
    double high = 0;
    PacketNumber frame; ///< what a click selects
};

/// The points of one series in order of time. Reads the store in place where it can; copies nothing that is large.
class PointSource
{
public:
    virtual ~PointSource() = default;
    virtual size_t size() const = 0;
    /// Point `index`, below `size()`. Times never decrease.
    virtual ChartPoint at(size_t index) const = 0;
};

/// How a series is drawn.
enum class SeriesShape : uint8_t
{
    Bars,     ///< vertical bar from low to high at a time: a segment on the sequence chart
    Steps,    ///< horizontal until the next point, then vertical: ACK line, window
    Points,   ///< a symbol
    Bands,    ///< a shaded span of time over the whole height
    Impulses, ///< a thin vertical line from 0
    Boxes,    ///< a shaded span of time from low to high
};

/// Whether the shape is shading under the data: nothing to click, and the axis need not show it.
constexpr bool isShade(SeriesShape shape)
{
    return shape == SeriesShape::Bands || shape == SeriesShape::Boxes;
}

/// What a series means; the view maps it to colour, pen and symbol, for light and dark alike.
enum class SeriesStyle : uint8_t
{
    NewData,
    Resend,
    Acknowledgment,
    WindowEdge,
    SackBlock,
    DupAck,
    BytesInFlight,
    ReceiveWindow,
    ClosedWindow,
    Reset,
    SynFin,
    Probe,
    OtherDirection,
    Threshold,
    SilentAck,     ///< the ACK line after the last ACK: nothing was heard any more
    Lost,          ///< left one capture point and never reached the other
    Injected,      ///< came to a capture point and never left the other
    ReferenceData, ///< of another connection, behind the chart's own
    ReferenceResend,
    ReferenceAcknowledgment,
    DelayToServer,
    DelayToClient,
    ClockBound,     ///< how far a clock may be off
    ClockUnchecked, ///< the same, where nothing checks the clock
};

struct Series
{
    std::string id;   ///< stable, for settings and tests: "new-data"
    std::string name; ///< for the legend
    SeriesShape shape = SeriesShape::Points;
    SeriesStyle style = SeriesStyle::NewData;
    std::shared_ptr<const PointSource> points;
    bool stretchesAxis = true; ///< false: the value axis need not show all of it (a far window edge)
};

/// A step of the chain on this chart.
struct ChartMark
{
    int number = 0; ///< as in the chain, from 1
    Duration time{};
    std::optional<Duration> endTime; ///< of a span or repeated step
    double value = 0;                ///< on this chart's y axis
    std::optional<PacketNumber> frame;
    bool isGhost = false;
    bool isReset = false;
    std::string label; ///< two or three words: "last ACK"
    std::string text;  ///< the step's sentence
};

/// Something that was said about the connection at a moment; it stands on every chart.
struct ChartNote
{
    enum class What : uint8_t
    {
        Icmp,   ///< an ICMP error that quotes the connection
        Comment ///< of somebody, in the capture
    };
    What what = What::Icmp;
    Duration time{};
    PacketNumber frame; ///< of the ICMP error or of the packet with the comment
    std::string label;  ///< a few words, one line: "port unreachable"
    std::string text;   ///< all of it, may have several lines
};

enum class AxisUnit : uint8_t
{
    Bytes,
    Count,
    Microseconds
};

struct ChartAxis
{
    std::string label; ///< with unit: "Stream offset (bytes)"
    AxisUnit unit = AxisUnit::Bytes;
    bool fromZero = false; ///< the axis begins at 0 whatever is visible
    double atLeast = 0;    ///< with `fromZero`: the axis reaches this value, so that small numbers look small
};

/// One chart of one direction of a connection. Its points may refer to the trace, which must outlive it.
struct ChartData
{
    std::string id;          ///< "sequence"
    std::string title;       ///< "Sequence / ACK"
    std::string description; ///< a text twin for screen readers, one or two sentences
    ChartAxis axis;
    Timestamp origin;           ///< time 0 of all points: the connection's first packet
    Duration length{};          ///< to the connection's last packet
    std::vector<Series> series; ///< in drawing order
    std::vector<ChartMark> marks;
    std::vector<ChartNote> notes;                 ///< in order of time
    std::shared_ptr<const PacketOrder> packets;   ///< to step through, and to find a selected packet
    std::shared_ptr<const PacketRemarks> remarks; ///< of single packets
    std::string emptyText;                        ///< what to say instead when no series has a point
};

} // namespace whyrst
