#include "model/charts/dup_ack_chart.h"

#include "model/charts/chart_marks.h"
#include "model/charts/point_sources.h"
#include "model/number_text.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr double fastRetransmitThreshold = 3; // RFC 5681 3.2
constexpr double lowestTop = 4;               ///< the threshold stays below the top when runs are short
constexpr size_t runsInDescription = 5;

/// Heights of one run: 1, 2, 3 ... at its duplicate ACKs.
void addRun(const ChartRequest& request, const DupAckRun& run, std::vector<ValueAfterPacket>& heights)
{
    const Side peer = otherSide(request.direction);
    const Flow& flow = request.connection.flow(peer);
    const std::vector<Kinds>& kinds = request.analysis.flow(peer).kinds;
    uint32_t height = 0;
    const uint32_t rows = std::min(flow.size(), static_cast<uint32_t>(kinds.size()));
    auto segments = flow.segments.from(run.firstRow);
    for (uint32_t row = run.firstRow; row <= run.lastRow && row < rows; ++row, ++segments) {
        const Segment segment = *segments;
        if (kinds[row].has(Kind::DupAck) && !segment.isCaptureDuplicate && segment.ack == run.ack)
            heights.push_back({segment.time - request.connection.firstTime, segment.frame, ++height});
    }
}

std::vector<ValueAfterPacket> runHeights(const ChartRequest& request)
{
    std::vector<ValueAfterPacket> heights;
    for (const DupAckRun& run : request.analysis.flow(otherSide(request.direction)).dupAckRuns)
        addRun(request, run, heights);
    return heights;
}

std::vector<ChartPoint> resetPoints(const ChartRequest& request)
{
    std::vector<ChartPoint> points;
    for (const Side side : {Side::Client, Side::Server}) {
        if (!request.connection.flow(side).rstSeen)
            continue;
        for (const Segment segment : request.connection.flow(side).segments) {
            if (!segment.flags.rst() || segment.isCaptureDuplicate)
                continue;
            const Duration time = segment.time - request.connection.firstTime;
            points.push_back({time, time, 0, 0, segment.frame});
        }
    }
    return points;
}

void addAllSeries(ChartData& chart, const ChartRequest& request, std::vector<ValueAfterPacket> heights)
{
    const std::string peer = sideName(otherSide(request.direction));
    const ChartPoint left{{}, {}, fastRetransmitThreshold, fastRetransmitThreshold, {}};
    ChartPoint right = left;
    right.time = chart.length;
    chart.series.push_back({"threshold", "fast retransmit at 3", SeriesShape::Steps, SeriesStyle::Threshold,
        makePointSource({left, right})});
    chart.series.push_back({"dup-ack", "duplicate ACKs of " + peer, SeriesShape::Impulses, SeriesStyle::DupAck,
        makeValueSource(std::move(heights))});
    std::vector<ChartPoint> resets = resetPoints(request);
    if (!resets.empty())
        chart.series.push_back(
            {"reset", "RST", SeriesShape::Points, SeriesStyle::Reset, makePointSource(std::move(resets))});
}

bool isOnChart(Role role)
{
    switch (role) {
    case Role::DupAckRun:
    case Role::Sack:
    case Role::FastRtx:
    case Role::MissingRtx:
        return true;
    default:
        return isResetRole(role);
    }
}

std::optional<double> stepValue(const ChartData& chart, const EvidenceStep& step)
{
    const Series* heights = findSeries(chart.series, "dup-ack");
    if (!heights || !isOnChart(step.role))
        return {};
    if (isResetRole(step.role))
        return 0;
    return valueAt(*heights->points, step.lastTime.value_or(step.time) - chart.origin);
}

/// A run's mark stands where the run ends, at its peak: the bars show the rest.
void moveToPeaks(std::vector<ChartMark>& marks)
{
    for (ChartMark& mark : marks) {
        if (mark.isReset || !mark.endTime)
            continue;
        mark.time = *mark.endTime;
        mark.endTime.reset();
    }
}

std::string describeRun(const DupAckRun& run)
{
    return std::to_string(run.count) + (run.count == 1 ? " duplicate ACK" : " duplicate ACKs")
        + " for the hole at offset " + groupedDigits(run.ack.value);
}

std::string describe(const ChartRequest& request)
{
    const Side peer = otherSide(request.direction);
    const std::vector<DupAckRun>& runs = request.analysis.flow(peer).dupAckRuns;
    std::string text = sideTitle(peer) + " sent " + std::to_string(runs.size())
        + (runs.size() == 1 ? " run of duplicate ACKs: " : " runs of duplicate ACKs: ");
    for (size_t i = 0; i < std::min(runs.size(), runsInDescription); ++i)
        text += (i == 0 ? "" : "; ") + describeRun(runs[i]);
    return text + (runs.size() > runsInDescription ? "; and more." : ".");
}

} // namespace

ChartData buildDupAckChart(const ChartRequest& request)
{
    ChartData chart = beginChart(request, "dup-ack", "Duplicate ACKs");
    chart.axis = {"In a row", AxisUnit::Count, true, lowestTop};
    std::vector<ValueAfterPacket> heights = runHeights(request);
    if (heights.empty()) {
        chart.emptyText = "The " + std::string(sideName(otherSide(request.direction))) + " sent no duplicate ACK.";
        chart.description = chart.emptyText + describeNotes(chart.notes);
        return chart;
    }
    addAllSeries(chart, request, std::move(heights));
    chart.description = describe(request) + describeNotes(chart.notes);
    chart.marks = buildMarks(request, [&](const EvidenceStep& step) { return stepValue(chart, step); });
    moveToPeaks(chart.marks);
    return chart;
}

} // namespace whyrst
