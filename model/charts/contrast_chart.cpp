#include "model/charts/contrast_chart.h"

#include "model/charts/chart_marks.h"
#include "model/charts/point_sources.h"
#include "model/charts/sequence_chart.h"

#include <algorithm>
#include <array>

namespace whyrst {

namespace {

/// The points of a source without the packets that they stand for.
class NamelessPoints final : public PointSource
{
public:
    explicit NamelessPoints(std::shared_ptr<const PointSource> points)
        : m_points(std::move(points))
    {
    }

    size_t size() const override { return m_points->size(); }

    ChartPoint at(size_t index) const override
    {
        ChartPoint point = m_points->at(index);
        point.frame = PacketNumber();
        return point;
    }

private:
    std::shared_ptr<const PointSource> m_points;
};

/// A series that a backdrop keeps.
struct BackdropSeries
{
    const char* id;
    const char* words;
    SeriesStyle style;
};
constexpr std::array<BackdropSeries, 3> backdropSeries{{
    {"ack", "ACK", SeriesStyle::ReferenceAcknowledgment},
    {"new-data", "data", SeriesStyle::ReferenceData},
    {"resend", "sent again", SeriesStyle::ReferenceResend},
}};

bool isOptionOrSize(DifferenceKind kind)
{
    return kind >= DifferenceKind::MaximumSegmentSize && kind <= DifferenceKind::SegmentSize;
}

ChartMark markOf(const ChartRequest& request, const ChartData& chart, const Difference& difference, Outcome outcome)
{
    const DifferencePlace& place = difference.place(outcome);
    ChartMark mark;
    mark.time = place.since.value_or(Duration());
    if (place.lastSince && *place.lastSince > mark.time)
        mark.endTime = place.lastSince;
    mark.frame = place.frame;
    mark.label = differenceKindWords(difference.kind);
    mark.text = difference.text;
    LocatedSegment located;
    if (findSegment(request.connection, *place.frame, located)) {
        mark.value = sequenceValue(request, chart, located);
        mark.isReset = located.segment.flags.rst();
    }
    return mark;
}

} // namespace

bool isMarked(const Divergence& divergence, size_t index)
{
    const Difference& difference = divergence.differences[index];
    return divergence.first == index || (difference.weight > Weight::Variation && !isOptionOrSize(difference.kind));
}

ChartData buildContrastChart(const KnownConnection& known, const Divergence& divergence, Outcome outcome, Side flow)
{
    const ChartRequest request{known.trace, known.connection, known.analysis, flow, nullptr};
    ChartData chart = buildSequenceChart(request);
    chart.id = outcomeName(outcome);
    chart.title = (outcome == Outcome::Good ? "Good" : "Bad") + std::string(": data of the ") + sideName(flow);
    const std::optional<Moment>& end = divergence.dialogue(outcome).end.at;
    for (size_t index = 0; index < divergence.differences.size(); ++index) {
        const Difference& difference = divergence.differences[index];
        if (!difference.place(outcome).frame || !isMarked(divergence, index))
            continue;
        ChartMark mark = markOf(request, chart, difference, outcome);
        mark.number = static_cast<int>(index) + 1;
        const bool wentOn = difference.kind == DifferenceKind::End && outcome == Outcome::Good;
        if (wentOn && (!end || end->frame != mark.frame))
            mark.label = "went on";
        chart.marks.push_back(std::move(mark));
    }
    return chart;
}

void addBackdrop(ChartData& chart, const ChartData& behind, const std::string& whose)
{
    std::vector<Series> series;
    for (const BackdropSeries& kept : backdropSeries) {
        const Series* found = findSeries(behind.series, kept.id);
        if (!found)
            continue;
        Series grey = *found;
        grey.id = whose + "-" + kept.id;
        grey.name = whose + ": " + kept.words;
        grey.style = kept.style;
        grey.points = std::make_shared<NamelessPoints>(found->points);
        series.push_back(std::move(grey));
    }
    chart.series.insert(
        chart.series.begin(), std::make_move_iterator(series.begin()), std::make_move_iterator(series.end()));
    chart.length = std::max(chart.length, behind.length);
}

} // namespace whyrst
