#include "model/charts/chart_marks.h"

#include "model/charts/packet_order.h"

#include <array>

namespace whyrst {

namespace {

/// Roles in the words that stand beside a mark, in the order of Role; short, because they share the chart with the
/// data.
constexpr std::array roleLabels{
    "SYN",
    "SYN-ACK",
    "SYN-ACK again",
    "third ACK",
    "request",
    "request acknowledged",
    "last heard",
    "last good ACK",
    "first send",
    "later data",
    "dup ACKs",
    "SACK",
    "fast retransmit",
    "tail loss probe",
    "timeouts",
    "no re-send",
    "hole",
    "window shrinks",
    "window closed",
    "window probes",
    "still closed",
    "keep-alive",
    "silence",
    "FIN",
    "data after FIN",
    "ICMP error",
    "packet too big",
    "bad checksum",
    "altered",
    "discarded",
    "last words",
    "trigger",
    "RST",
    "RST again",
    "twin RST",
    "challenge ACK",
    "new SYN",
    "after the RST",
    "FIN acknowledged",
    "previous use",
    "acknowledged later",
};
static_assert(roleLabels.size() == static_cast<size_t>(Role::LaterAcked) + 1);

std::string labelOf(const EvidenceStep& step)
{
    const std::string words = roleLabels[static_cast<size_t>(step.role)];
    return step.count > 1 ? words + " x" + std::to_string(step.count) : words;
}

ChartMark markOf(const EvidenceStep& step, int number, double value, Timestamp origin)
{
    ChartMark mark;
    mark.number = number;
    mark.time = step.time - origin;
    if (step.lastTime && *step.lastTime > step.time)
        mark.endTime = *step.lastTime - origin;
    mark.value = value;
    mark.frame = step.frame;
    mark.isGhost = step.isGhost;
    mark.isReset = isResetRole(step.role);
    mark.label = labelOf(step);
    mark.text = step.text;
    return mark;
}

} // namespace

std::vector<ChartMark> buildMarks(const ChartRequest& request, const StepValue& valueOf)
{
    std::vector<ChartMark> marks;
    if (!request.diagnosis)
        return marks;
    int number = 0;
    for (const EvidenceStep& step : request.diagnosis->chain) {
        ++number;
        if (const std::optional<double> value = valueOf(step))
            marks.push_back(markOf(step, number, *value, request.connection.firstTime));
    }
    return marks;
}

bool isResetRole(Role role)
{
    return role == Role::Rst || role == Role::RstCopy || role == Role::TwinRst;
}

std::optional<LocatedSegment> segmentOf(const ChartRequest& request, const EvidenceStep& step)
{
    LocatedSegment located;
    if (!step.frame || !findSegment(request.connection, *step.frame, located))
        return {};
    return located;
}

ChartData beginChart(const ChartRequest& request, const char* id, const char* title)
{
    ChartData chart;
    chart.id = id;
    chart.title = title;
    chart.origin = request.connection.firstTime;
    chart.packets = std::make_shared<PacketOrder>(request.connection);
    chart.length = request.connection.lastTime - request.connection.firstTime;
    return chart;
}

std::string sideTitle(Side side)
{
    return side == Side::Client ? "Client" : "Server";
}

std::string groupedDigits(int64_t number)
{
    const std::string digits = std::to_string(number < 0 ? -number : number);
    std::string text = number < 0 ? "-" : "";
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            text += ',';
        text += digits[i];
    }
    return text;
}

} // namespace whyrst
