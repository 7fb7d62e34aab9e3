#include "model/diagnosis/summary.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t mostEvents = 64; ///< on a bar of a timeline more cannot be told apart
constexpr size_t mostOfAKind = 20;
constexpr uint32_t shortConnection = 16; ///< packets; a scan has millions of such, whose events are found at once

Opened openedOf(const Connection& connection, const ConnectionDiagnosis& diagnosis)
{
    const bool clientSyn = connection.flow(Side::Client).synSeen();
    const bool serverSyn = connection.flow(Side::Server).synSeen();
    const bool refused = std::any_of(diagnosis.resets.begin(), diagnosis.resets.end(),
        [](const Diagnosis& reset) { return reset.form == ResetForm::Refuse; });
    if (clientSyn && !serverSyn && refused)
        return Opened::Refused;
    if (clientSyn && connection.flow(Side::Server).empty())
        return Opened::Unanswered;
    return clientSyn || serverSyn ? Opened::Handshake : Opened::Midstream;
}

Ended endedOf(const Connection& connection, const ConnectionDiagnosis& diagnosis)
{
    const Diagnosis* primary = diagnosis.primary();
    if (diagnosis.death)
        return Ended::SilentDeath;
    const bool endedOlderUse
        = primary != nullptr && primary->cause == CauseId::PortReuse && primary->harm == Harm::None;
    if (primary != nullptr && primary->cause != CauseId::IgnoredReset && !endedOlderUse)
        return Ended::Reset;
    const bool bothFins = connection.flow(Side::Client).finSeen && connection.flow(Side::Server).finSeen;
    return bothFins ? Ended::Fin : Ended::Open;
}

/// SYN, FIN and ICMP errors.
void addEnds(std::vector<TimelineEvent>& events, const Connection& connection)
{
    if (connection.packetCount() == 0)
        return;
    const Segment first = connection.flow(Side::Client).empty() ? connection.flow(Side::Server).segments.at(0)
                                                                : connection.flow(Side::Client).segments.at(0);
    if (first.flags.syn())
        events.push_back({TimelineEvent::What::Syn, first.time, first.time, first.frame});
    for (const Side side : {Side::Client, Side::Server}) {
        const Flow& flow = connection.flow(side);
        for (uint32_t row = flow.size(); flow.finSeen && row-- > 0;) {
            const Segment segment = flow.segments.at(row);
            if (!segment.flags.fin())
                continue;
            events.push_back({TimelineEvent::What::Fin, segment.time, segment.time, segment.frame});
            break;
        }
    }
    for (const IcmpEvent& icmp : connection.icmpErrors())
        if (events.size() < mostOfAKind)
            events.push_back({TimelineEvent::What::Icmp, icmp.time, icmp.time, icmp.frame});
}

void sortByTime(std::vector<TimelineEvent>& events)
{
    std::sort(
        events.begin(), events.end(), [](const TimelineEvent& a, const TimelineEvent& b) { return a.begin < b.begin; });
}

/// An even choice of at most `mostOfAKind` of `count` things.
size_t strideFor(size_t count)
{
    return std::max<size_t>(1, (count + mostOfAKind - 1) / mostOfAKind);
}

void addEpisodes(std::vector<TimelineEvent>& events, const Connection& connection, const Analysis& analysis, Side side)
{
    const FlowAnalysis& flow = analysis.flow(side);
    const SegmentRows& rows = connection.flow(side).segments;
    for (size_t index = 0; index < flow.resends.size(); index += strideFor(flow.resends.size())) {
        const Segment segment = rows.at(flow.resends[index].row);
        events.push_back({TimelineEvent::What::Retransmission, segment.time, segment.time, segment.frame});
    }
    for (size_t index = 0; index < flow.dupAckRuns.size(); index += strideFor(flow.dupAckRuns.size())) {
        const DupAckRun& run = flow.dupAckRuns[index];
        events.push_back({TimelineEvent::What::DupAcks, run.firstTime, run.lastTime, rows.at(run.firstRow).frame});
    }
    for (size_t index = 0; index < flow.windowClosed.size(); index += strideFor(flow.windowClosed.size())) {
        const WindowClosed& closed = flow.windowClosed[index];
        events.push_back({TimelineEvent::What::WindowClosed, closed.begin, closed.end, rows.at(closed.firstRow).frame});
    }
}

bool hasEpisodes(const Analysis& analysis)
{
    return std::ranges::any_of(analysis.flows, [](const FlowAnalysis& flow) {
        return !flow.resends.empty() || !flow.dupAckRuns.empty() || !flow.windowClosed.empty();
    });
}

std::vector<TimelineEvent> eventsOf(
    const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis)
{
    if (connection.packetCount() <= shortConnection && !hasEpisodes(analysis))
        return {};
    std::vector<TimelineEvent> events;
    for (size_t index = 0; index < diagnosis.resets.size() && index < mostOfAKind; ++index) {
        const Diagnosis& reset = diagnosis.resets[index];
        events.push_back({TimelineEvent::What::Reset, reset.time, reset.time, reset.frame});
    }
    addEnds(events, connection);
    addEpisodes(events, connection, analysis, Side::Client);
    addEpisodes(events, connection, analysis, Side::Server);
    if (events.size() > mostEvents)
        events.resize(mostEvents); // flags and resets come first and stay
    sortByTime(events);
    events.shrink_to_fit();
    return events;
}

} // namespace

const char* openedName(Opened opened)
{
    switch (opened) {
    case Opened::Handshake:
        return "handshake";
    case Opened::Midstream:
        return "midstream";
    case Opened::Unanswered:
        return "unanswered";
    case Opened::Refused:
        return "refused";
    }
    return "";
}

const char* endedName(Ended ended)
{
    switch (ended) {
    case Ended::Fin:
        return "fin";
    case Ended::Reset:
        return "reset";
    case Ended::Open:
        return "open";
    case Ended::SilentDeath:
        return "silent-death";
    }
    return "";
}

std::vector<TimelineEvent> timelineEvents(const Connection& connection, const ConnectionSummary& summary)
{
    if (!summary.troubles->events.empty() || connection.packetCount() > shortConnection)
        return summary.troubles->events;
    std::vector<TimelineEvent> events;
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        const Segment& segment = located.segment;
        if (segment.flags.rst() && !segment.isCaptureDuplicate)
            events.push_back({TimelineEvent::What::Reset, segment.time, segment.time, segment.frame});
    }
    addEnds(events, connection);
    sortByTime(events);
    return events;
}

ConnectionSummary summarizeConnection(
    const Connection& connection, const Analysis& analysis, const ConnectionDiagnosis& diagnosis)
{
    ConnectionSummary summary;
    summary.opened = openedOf(connection, diagnosis);
    summary.ended = endedOf(connection, diagnosis);
    for (const Side side : {Side::Client, Side::Server}) {
        const size_t index = sideIndex(side);
        const FlowCounts& counts = analysis.flow(side).counts;
        if (counts.retransmissions == 0 && counts.dupAcks == 0 && counts.zeroWindows == 0)
            continue;
        ConnectionTroubles& troubles = summary.troubles.edit();
        troubles.retransmissions[index] = counts.retransmissions;
        troubles.dupAcks[index] = counts.dupAcks;
        troubles.zeroWindows[index] = counts.zeroWindows;
    }
    if (std::vector<TimelineEvent> events = eventsOf(connection, analysis, diagnosis); !events.empty())
        summary.troubles.edit().events = std::move(events);
    return summary;
}

} // namespace whyrst
