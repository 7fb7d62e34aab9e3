#include "model/diagnosis/evidence.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rules.h"

namespace whyrst {

namespace {

constexpr StreamOffset afterSyn{1}; ///< ISS + 1, and what acknowledges the SYN alone

/// The client's data, first send and re-sends: rows.
std::vector<uint32_t> dataRows(const ResetContext& reset)
{
    std::vector<uint32_t> rows;
    const SegmentRows& segments = reset.flow(Side::Client).segments;
    for (auto row = segments.begin(); !(row == segments.end()); ++row) {
        const Segment segment = *row;
        const bool sendsFirstByte = segment.payloadLength > 0 && segment.dataBegin() == afterSyn;
        if (sendsFirstByte && segment.frame < reset.reset->segment.frame && !segment.isCaptureDuplicate)
            rows.push_back(row.row());
    }
    return rows;
}

void addSends(Evidence& evidence, const ResetContext& reset)
{
    constexpr size_t separateResends = 2; // the SYN-ACKs tell the story
    std::vector<uint32_t> rows = dataRows(reset);
    const auto& trigger = reset.form.trigger;
    if (!rows.empty() && trigger && trigger->row == rows.back())
        rows.pop_back(); // has its own step
    evidence.addFolded(Role::FirstSend, Side::Client, std::span(rows).first(rows.empty() ? 0 : 1));
    evidence.addResends(Side::Client, rows, separateResends);
}

} // namespace

std::optional<Diagnosis> explainAcceptQueueOverflow(const ResetContext& reset)
{
    const bool fits = !reset.isDeath() && !reset.isForged() && reset.phase == Phase::Opening && reset.x == Side::Server
        && reset.form.form == ResetForm::Reply && reset.reset->segment.seq == afterSyn;
    if (!fits)
        return std::nullopt;
    const Opening opening = findOpening(reset);
    if (!opening.synAck || !opening.thirdAck)
        return std::nullopt;
    const Duration wait = reset.time - opening.thirdAck->segment.time;
    const bool repeats = !opening.synAcksAgain.empty();
    const bool answersThirdAck = wait <= answerWindow(reset.analysis, Side::Server);
    if (!repeats && !answersThirdAck)
        return std::nullopt;
    Evidence evidence(reset, CauseId::AcceptQueueOverflow, reset.certainAt(Side::Server));
    evidence.sub(repeats ? "syn-ack-repeated" : "abort-on-overflow").harm(Harm::ConnectFailed);
    evidence.dataSender(Side::Client);
    if (opening.syn)
        evidence.add(Role::Syn, *opening.syn);
    evidence.add(Role::SynAck, *opening.synAck).add(Role::ThirdAck, *opening.thirdAck);
    evidence.addFolded(Role::SynAckAgain, Side::Server, opening.synAcksAgain);
    addSends(evidence, reset);
    evidence.addReset();
    evidence.fact("syn_acks_again", static_cast<int64_t>(opening.synAcksAgain.size()),
        groupedDigits(static_cast<int64_t>(opening.synAcksAgain.size())));
    evidence.fact("refused_after_ns", wait);
    evidence.excluded(CauseId::ApplicationAbort, "the reset is the kernel's answer to a packet, not a program's doing");
    if (!reset.isCapturedAt(Side::Server) && repeats)
        evidence.possible(CauseId::PathOutage);
    return evidence.take();
}

} // namespace whyrst
