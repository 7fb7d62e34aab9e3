#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/rules.h"

namespace whyrst {

namespace {

std::vector<Missing> findMissing(const ResetContext& reset)
{
    std::vector<Missing> missing;
    if (reset.flow(Side::Client).empty() || reset.flow(Side::Server).empty())
        missing.push_back(Missing::OneDirectionOnly);
    if (!reset.analysis.handshakeSeen && !reset.flow(Side::Client).synSeen() && !reset.flow(Side::Server).synSeen())
        missing.push_back(Missing::StartedLate);
    const bool gaps
        = reset.flowAnalysis(Side::Client).unseenAckedBytes + reset.flowAnalysis(Side::Server).unseenAckedBytes > 0;
    if (gaps || reset.trace.trace->capture.droppedByCapture > 0)
        missing.push_back(Missing::CaptureDropsNearRst);
    const bool bare = reset.reset && !reset.reset->segment.flags.ack();
    if (reset.reset && reset.form.form == ResetForm::Off)
        missing.push_back(bare ? Missing::TriggerNotCaptured : Missing::RstFormOff);
    const bool uncheckable = reset.trouble && reset.trouble->leaf == CauseId::Unknown;
    if (uncheckable)
        missing.push_back(Missing::SnaplenShort);
    if (reset.analysis.clockStep)
        missing.push_back(Missing::ClockStep);
    if (reset.vantage.contradiction)
        missing.push_back(Missing::Contradiction);
    return missing;
}

} // namespace

std::optional<Diagnosis> explainUnknown(const ResetContext& reset)
{
    Evidence evidence(reset, CauseId::Unknown, Confidence::Possible);
    for (const CauseId cause : compatibleCauses(reset))
        evidence.possible(cause);
    const std::vector<Missing> missing = findMissing(reset);
    for (const Missing code : missing)
        evidence.missing(code);
    if (missing.empty()) // never shown without a code: what is missing is the other end's view
        evidence.missing(reset.form.form == ResetForm::Off ? Missing::RstFormOff : Missing::TriggerNotCaptured);
    if (reset.trouble && !reset.trouble->copies.empty()) {
        evidence.dataSender(reset.trouble->sender);
        evidence.addFolded(Role::FirstSend, reset.trouble->sender, std::span(reset.trouble->copies).first(1));
        evidence.addResends(reset.trouble->sender, reset.trouble->copies, 1);
    } else if (reset.silence.lastHeard) {
        evidence.add(Role::LastHeard, *reset.silence.lastHeard);
    }
    evidence.addReset();
    Diagnosis diagnosis = evidence.take();
    diagnosis.confidence.reset();
    return diagnosis;
}

} // namespace whyrst
