#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/rules.h"

#include <algorithm>
#include <iterator>

namespace whyrst {

namespace {

constexpr int volleyRoundTrips = 4; // diagnosis.md 2.9: RSTs of one cluster

/// A forged RST that another cause names better: a rejected SYN, a forgotten idle connection, a box that answers for X,
/// a connection that both sides had closed, which nothing can end any more.
bool belongsToOtherCause(const ResetContext& reset)
{
    return reset.form.form == ResetForm::Refuse || reset.endsLongSilence() || reset.isAnsweredByBox()
        || reset.phase == Phase::Closed;
}

/// The last data of `side` before the RST, when it passed so shortly before that the RST may be about it.
std::optional<LocatedSegment> recentDataOf(const ResetContext& reset, Side side)
{
    const Duration window = reset.analysis.fullRoundTrip() + replySlack;
    const SegmentRows& rows = reset.flow(side).segments;
    for (uint32_t row = rows.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (reset.time - segment.time > window)
            break;
        if (segment.payloadLength > 0 && !segment.isCaptureDuplicate)
            return LocatedSegment{side, row, segment};
    }
    return std::nullopt;
}

/// What the box may have reset the connection for: of a RST that bears the number of an acknowledgment the data of the
/// side that acknowledged, else whatever passed last.
std::optional<LocatedSegment> contentBefore(const ResetContext& reset)
{
    const auto asked = recentDataOf(reset, reset.y);
    const auto answered = recentDataOf(reset, reset.x);
    if (!asked || !answered)
        return asked ? asked : answered;
    return isReply(reset.form.form) || asked->segment.frame > answered->segment.frame ? asked : answered;
}

/// Later RSTs of `side` in the same volley.
std::vector<uint32_t> volleyOf(const ResetContext& reset, Side side)
{
    std::vector<uint32_t> found;
    const SegmentRows& rows = reset.flow(side).segments;
    for (auto row = rows.from(rows.lowerBound(reset.reset->segment.frame)); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.time - reset.time > trainTime)
            break;
        if (segment.flags.rst() && !segment.isCaptureDuplicate && segment.frame != reset.reset->segment.frame)
            found.push_back(row.row());
    }
    return found;
}

/// The first packet that X itself sends after the RST.
std::optional<uint32_t> goesOnAt(const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    for (auto row = rows.from(reset.reset->row); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (!segment.flags.rst() && !segment.isCaptureDuplicate)
            return row.row();
    }
    return std::nullopt;
}

/// What gives the RST away most.
std::string signsText(const Authenticity& authenticity)
{
    std::vector<AuthenticityTest> signs;
    std::copy_if(authenticity.tests.begin(), authenticity.tests.end(), std::back_inserter(signs),
        [](const AuthenticityTest& test) { return test.points > 0; });
    std::stable_sort(signs.begin(), signs.end(), [](const auto& a, const auto& b) { return a.points > b.points; });
    constexpr size_t enough = 2; // the list of tests tells the others
    signs.resize(std::min(signs.size(), enough));
    std::string text;
    for (const AuthenticityTest& sign : signs)
        text += (text.empty() ? "" : "; ") + sign.finding;
    return text;
}

void addVolley(Evidence& evidence, const ResetContext& reset)
{
    evidence.addFolded(Role::RstCopy, reset.x, volleyOf(reset, reset.x));
    const bool twin = reset.authenticity.has("auth-twin");
    const std::vector<uint32_t> others = twin ? volleyOf(reset, reset.y) : std::vector<uint32_t>();
    evidence.addFolded(Role::TwinRst, reset.y, others);
    if (twin)
        evidence.sub("both-sides");
    if (reset.authenticity.has("auth-train"))
        evidence.sub("race");
    if (const std::optional<uint32_t> row = goesOnAt(reset))
        evidence.add(Role::AfterRst, reset.x, *row);
}

/// A RST,ACK in X's name, shortly before this RST, that X itself cannot have sent.
std::optional<ResetContext> findForgedBefore(const ResetContext& reset)
{
    const Duration volley = std::max<Duration>(trainTime, volleyRoundTrips * reset.analysis.fullRoundTrip());
    const SegmentRows& rows = reset.flow(reset.x).segments;
    for (uint32_t row = std::min(reset.reset->row, rows.size()); row-- > 0;) {
        const Segment segment = rows.at(row);
        if (reset.time - segment.time > volley)
            break;
        if (!segment.flags.rst() || !segment.flags.ack() || segment.isCaptureDuplicate)
            continue;
        ResetContext before
            = buildResetContext(reset.trace, reset.connection, reset.analysis, LocatedSegment{reset.x, row, segment});
        return before.isForged() ? std::optional(std::move(before)) : std::nullopt;
    }
    return std::nullopt;
}

/// X answers as a host without the connection, right after a RST was forged in its name, which Y did not take. Boxes
/// reset both sides: X took the one that was sent to it, which did not pass here.
std::optional<Diagnosis> explainVictim(const ResetContext& reset)
{
    const bool fits = !reset.isForged() && isReply(reset.form.form) && reset.form.trigger && !reset.finBefore(reset.x)
        && reset.phase != Phase::Opening;
    const std::optional<ResetContext> forged = fits ? findForgedBefore(reset) : std::nullopt;
    if (!forged)
        return std::nullopt;
    Evidence evidence(reset, CauseId::InjectedReset, Confidence::Likely);
    evidence.sub("victim").dataSender(reset.y);
    evidence.add(Role::TwinRst, *forged->reset).addReset();
    evidence.fact("signs", forged->authenticity.score(), signsText(forged->authenticity));
    evidence.possible(CauseId::HalfOpen);
    return evidence.take();
}

} // namespace

std::optional<Diagnosis> explainInjectedReset(const ResetContext& reset)
{
    if (reset.isDeath())
        return std::nullopt;
    if (auto diagnosis = explainVictim(reset))
        return diagnosis;
    if (!reset.isForged() || belongsToOtherCause(reset))
        return std::nullopt;
    const Authenticity& signs = reset.authenticity;
    const bool decisive = signs.has("auth-goes-on") || signs.has("auth-too-early") || signs.has("auth-train");
    const bool isCertain = signs.score() >= certainlyForgedScore && decisive;
    Evidence evidence(reset, CauseId::InjectedReset, isCertain ? Confidence::Certain : Confidence::Likely);
    evidence.mechanism(Mechanism::Box);
    if (const std::optional<LocatedSegment> content = contentBefore(reset)) {
        evidence.add(Role::Trigger, *content).add(Role::Rst, *reset.reset).dataSender(content->side);
        evidence.fact("after_last_data_ns", reset.time - content->segment.time);
    } else {
        evidence.addReset();
    }
    addVolley(evidence, reset);
    const std::optional<RejectedRequest> request = requestRejectedBy(reset.connection, *reset.reset);
    if (request && request->from == reset.y)
        evidence.sub("on-content").fact("requested_name", request->frame.value, request->name);
    evidence.fact("signs", signs.score(), signsText(signs));
    if (!isCertain)
        evidence.possible(CauseId::ApplicationAbort);
    return evidence.take();
}

} // namespace whyrst
