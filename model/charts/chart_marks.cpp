#include "model/charts/chart_marks.h"

#include "model/charts/packet_order.h"
#include "model/charts/packet_remarks.h"
#include "model/tcp/icmp_words.h"

#include <algorithm>
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

/// When a packet was captured that is a segment of the connection or an ICMP error about it.
std::optional<Timestamp> timeOf(const Connection& connection, PacketNumber frame)
{
    LocatedSegment located;
    if (findSegment(connection, frame, located))
        return located.segment.time;
    const auto& errors = connection.icmpErrors();
    const auto error = std::ranges::find(errors, frame, &IcmpEvent::frame);
    return error == errors.end() ? std::nullopt : std::optional(error->time);
}

std::string firstLine(const std::string& text)
{
    return text.substr(0, text.find('\n'));
}

} // namespace

std::vector<ChartNote> buildNotes(const ChartRequest& request)
{
    const Connection& connection = request.connection;
    const Timestamp origin = connection.firstTime;
    std::vector<ChartNote> notes;
    for (const IcmpEvent& error : connection.icmpErrors())
        notes.push_back(
            {ChartNote::What::Icmp, error.time - origin, error.frame, icmpWords(error), icmpSentence(error)});
    for (const PacketComment& comment : request.trace.capture.details.comments) {
        if (const auto time = timeOf(connection, comment.packet))
            notes.push_back({ChartNote::What::Comment, *time - origin, comment.packet, firstLine(comment.text),
                "comment on #" + std::to_string(comment.packet.value) + ": " + comment.text});
    }
    std::ranges::stable_sort(notes, {}, &ChartNote::time);
    return notes;
}

std::string describeNotes(const std::vector<ChartNote>& notes)
{
    constexpr size_t mostSentences = 5;
    std::string text;
    for (size_t i = 0; i < std::min(notes.size(), mostSentences); ++i)
        text += " At " + plainSeconds(notes[i].time, 3) + " s: " + notes[i].text + ".";
    if (notes.size() > mostSentences)
        text += " And " + std::to_string(notes.size() - mostSentences) + " more.";
    return text;
}

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
    chart.remarks = std::make_shared<PacketRemarks>(request.trace, request.connection, request.analysis);
    chart.length = request.connection.lastTime - request.connection.firstTime;
    chart.notes = buildNotes(request);
    return chart;
}

std::string sideTitle(Side side)
{
    return side == Side::Client ? "Client" : "Server";
}

} // namespace whyrst
