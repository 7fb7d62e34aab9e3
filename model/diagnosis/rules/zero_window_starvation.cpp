#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"

namespace whyrst {

namespace {

/// Rows of `side` of a kind, from `begin` to before `end`.
std::vector<uint32_t> rowsOfKind(const ResetContext& reset, Side side, Kind kind, Timestamp begin)
{
    std::vector<uint32_t> found;
    const SegmentRows& rows = reset.flow(side).segments;
    const FlowAnalysis& analysis = reset.flowAnalysis(side);
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= reset.momentFrame)
            break;
        if (segment.time >= begin && analysis.kinds[row.row()].has(kind))
            found.push_back(row.row());
    }
    return found;
}

/// The first send of the bytes that wait, where the window was open for them and closed before they were taken.
void addFirstSend(Evidence& evidence, const ResetContext& reset, const WindowClosed& closed)
{
    const Trouble& trouble = *reset.trouble;
    if (!trouble.copies.empty() && reset.flow(trouble.sender).segments.at(trouble.copies.front()).time < closed.begin)
        evidence.addFolded(Role::FirstSend, trouble.sender, std::span(trouble.copies).first(1));
}

void addCounts(Evidence& evidence, const ResetContext& reset, const WindowClosed& closed, Side s)
{
    const SenderState& sender = reset.atMoment.sender(s);
    evidence.fact("closed_for_ns", reset.moment - closed.begin);
    evidence.fact("probes", closed.probes, groupedDigits(closed.probes));
    evidence.fact("answered_probes", closed.answeredProbes, groupedDigits(closed.answeredProbes));
    evidence.fact("waiting_bytes", sender.flightSize(), bytesText(sender.flightSize()));
}

} // namespace

std::optional<Diagnosis> explainZeroWindowStarvation(const ResetContext& reset)
{
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::ZeroWindowStarvation || !reset.trouble->closed)
        return std::nullopt;
    const Side s = reset.trouble->sender;
    const Side r = otherSide(s);
    const WindowClosed& closed = reset.flowAnalysis(r).windowClosed[*reset.trouble->closed];
    const std::vector<uint32_t> probes = rowsOfKind(reset, s, Kind::ZeroWindowProbe, closed.begin);
    std::vector<uint32_t> answers = rowsOfKind(reset, r, Kind::ZeroWindow, closed.begin);
    if (!answers.empty())
        answers.erase(answers.begin()); // that is the packet that closed the window
    const Confidence confidence = probes.empty() ? Confidence::Likely : Confidence::Certain;

    Evidence evidence(reset, CauseId::ZeroWindowStarvation, confidence);
    evidence.dataSender(s).mechanism(reset.mechanism);
    addFirstSend(evidence, reset, closed);
    const Segment closing = reset.flow(r).segments.at(closed.firstRow);
    if (closed.byWithdrawal)
        evidence.sub("memory-pressure").add(Role::WindowShrink, r, closed.firstRow);
    else if (closed.firstRow > 0)
        evidence.add(Role::LastGoodAck, r, closed.firstRow - 1);
    evidence.addSpan(Role::WindowClosed, closed.begin, reset.moment, LocatedSegment{r, closed.firstRow, closing});
    if (probes.size() > 1) {
        evidence.addFolded(Role::ZwProbe, s, std::span(probes).first(1));
        evidence.addFolded(Role::ZwProbe, s, std::span(probes).subspan(1));
    } else {
        evidence.addFolded(Role::ZwProbe, s, probes);
    }
    evidence.addFolded(Role::ZwProbeAck, r, answers).addReset();
    const std::optional<LastTries> tries = findLastTries(reset);
    if (reset.mechanism == Mechanism::GaveUpSilently && tries && tries->nextDue() < reset.moment)
        evidence.addGhost(Role::MissingRtx, s, tries->nextDue());
    addCounts(evidence, reset, closed, s);
    if (reset.mechanism == Mechanism::ReceiverClosed)
        evidence.possible(CauseId::CloseWithUnreadData);
    evidence.excluded(CauseId::PathOutage, "the window's owner kept answering");
    evidence.excluded(CauseId::SegmentBlackHole, "the bytes that wait lie beyond the window");
    return evidence.take();
}

} // namespace whyrst
