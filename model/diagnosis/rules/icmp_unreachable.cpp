#include "model/analysis/thresholds.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/stuck_data.h"
#include "model/tcp/icmp_words.h"

#include <algorithm>

namespace whyrst {

namespace {

void addErrors(Evidence& evidence, const ResetContext& reset, const std::vector<uint32_t>& errors)
{
    const IcmpEvent& last = reset.connection.icmpErrors()[errors.back()];
    evidence.addIcmp(Role::Icmp, errors);
    evidence.fact("icmp_sender", 0, toString(last.sender));
    evidence.fact("icmp_meaning", last.code, icmpWords(last));
    evidence.fact(
        "icmp_errors", static_cast<int64_t>(errors.size()), groupedDigits(static_cast<int64_t>(errors.size())));
    if (!reset.isDeath())
        evidence.fact("before_end_ns", reset.time - last.time);
}

/// ICMP errors before t* that quote the client's SYN and say that the server cannot be reached.
std::vector<uint32_t> errorsAboutSyn(const ResetContext& reset)
{
    std::vector<uint32_t> errors;
    for (uint32_t index = 0; index < reset.connection.icmpErrors().size(); ++index) {
        const IcmpEvent& event = reset.connection.icmpErrors()[index];
        const bool quotesSyn = event.quotedSide == Side::Client && event.quotedSeq == StreamOffset{0};
        if (quotesSyn && isUnreachable(event) && event.frame < reset.momentFrame)
            errors.push_back(index);
    }
    return errors;
}

/// Whether one of the errors quotes the stuck bytes themselves and nothing was acknowledged after it.
bool namesHole(const ResetContext& reset)
{
    const Trouble& trouble = *reset.trouble;
    const Timestamp progress = reset.atMoment.sender(trouble.sender).lastProgress;
    return std::any_of(trouble.icmp.begin(), trouble.icmp.end(), [&](uint32_t index) {
        const IcmpEvent& error = reset.connection.icmpErrors()[index];
        const bool quotesHole = error.quotedSide == trouble.sender && error.quotedSeq >= trouble.holeBegin
            && error.quotedSeq < trouble.holeEnd;
        return quotesHole && isUnreachable(error) && error.time >= progress;
    });
}

/// The SYN was answered by an ICMP error and never by TCP: connect() fails.
std::optional<Diagnosis> explainFailedConnect(const ResetContext& reset)
{
    const bool ownEnd = reset.isDeath() || (reset.x == Side::Client && isAbort(reset.form.form));
    if (!ownEnd || !reset.flow(Side::Client).synSeen() || !reset.flow(Side::Server).onlyResets)
        return std::nullopt;
    const std::vector<uint32_t> errors = errorsAboutSyn(reset);
    if (errors.empty())
        return std::nullopt;
    Evidence evidence(reset, CauseId::IcmpUnreachable, Confidence::Certain);
    evidence.sub("connect").harm(Harm::ConnectFailed).dataSender(Side::Client);
    std::vector<uint32_t> syns;
    const SegmentRows& rows = reset.flow(Side::Client).segments;
    for (auto row = rows.begin(); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.flags.syn() && !segment.isCaptureDuplicate && segment.frame < reset.momentFrame)
            syns.push_back(row.row());
    }
    evidence.addFolded(Role::Syn, Side::Client, std::span(syns).first(1));
    addErrors(evidence, reset, errors);
    evidence.addResends(Side::Client, syns, separateResends).addReset();
    const Timestamp first = rows.at(syns.front()).time;
    evidence.fact("reported_after_ns", reset.connection.icmpErrors()[errors.front()].time - first);
    evidence.excluded(CauseId::ConnectionRefused, "the answer was an ICMP error, not a reset");
    evidence.excluded(CauseId::PathOutage, "a router or host answered");
    return evidence.take();
}

} // namespace

std::optional<Diagnosis> explainIcmpUnreachable(const ResetContext& reset)
{
    if (auto diagnosis = explainFailedConnect(reset))
        return diagnosis;
    if (!reset.troubleWins() || reset.trouble->leaf != CauseId::IcmpUnreachable)
        return std::nullopt;
    const Trouble& trouble = *reset.trouble;
    const Confidence confidence = namesHole(reset) ? Confidence::Certain : Confidence::Likely;
    Evidence evidence(reset, CauseId::IcmpUnreachable, confidence);
    evidence.dataSender(trouble.sender).mechanism(reset.mechanism);
    const bool rejectsAcks = reset.connection.icmpErrors()[trouble.icmp.back()].quotedSide != trouble.sender;
    if (rejectsAcks)
        evidence.sub("acknowledgments");
    addErrors(evidence, reset, trouble.icmp);
    addStuckData(evidence, reset);
    evidence.excluded(CauseId::PathOutage, "a router or host says why nothing gets through");
    evidence.excluded(CauseId::MtuBlackHole, "the error does not speak of the packet's size");
    return evidence.take();
}

} // namespace whyrst
