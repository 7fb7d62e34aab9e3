#include "model/diagnosis/diagnosis.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/conditions.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/exclusions.h"
#include "model/diagnosis/fact_words.h"
#include "model/diagnosis/proof_commands.h"
#include "model/diagnosis/recovered.h"
#include "model/diagnosis/remarks.h"
#include "model/diagnosis/rule_table.h"
#include "model/diagnosis/sender_comparison.h"
#include "model/diagnosis/stated_reason.h"
#include "model/diagnosis/stuck_data.h"
#include "model/diagnosis/summary.h"
#include "model/diagnosis/unread_bytes.h"
#include "model/diagnosis/vantage.h"
#include "model/diagnosis/weigh_capture.h"
#include "model/diagnosis/wording.h"

#include <algorithm>
#include <array>
#include <span>

namespace whyrst {

namespace {

constexpr size_t fullContexts = 16; ///< RSTs of a connection that are judged one by one; a flood repeats itself

ByteLedger ledgerOf(const ResetContext& reset, Side side)
{
    const SenderState& sender = reset.atReset.sender(side);
    ByteLedger ledger;
    if (!sender.started)
        return ledger;
    const StreamOffset dataBegin{reset.flow(side).synSeen() ? 1 : sender.seen.lowest().value_or(sender.sndUna).value};
    const StreamOffset dataEnd = sender.finSent ? sender.finOffset : sender.sndNxt;
    ledger.acknowledged = std::max<int64_t>(0, std::min(sender.sndUna, dataEnd) - dataBegin);
    ledger.unacknowledged = std::max<int64_t>(0, dataEnd - std::max(sender.sndUna, dataBegin));
    ledger.behindHole = sender.sacked.total();
    return ledger;
}

/// What the programs had not read, by the window, and what the rule of 1.18 found besides.
void addUnread(Diagnosis& diagnosis, const ResetContext& reset)
{
    for (const Side side : {Side::Client, Side::Server}) {
        ByteLedger& ledger = diagnosis.ledger[sideIndex(side)];
        int64_t unread = findUnread(reset, otherSide(side)).atLeast;
        const auto told = std::ranges::find(diagnosis.facts, "unread_bytes", &Fact::name);
        if (side == reset.y && told != diagnosis.facts.end())
            unread = std::max(unread, told->number.value_or(0));
        if (unread > 0)
            ledger.unreadAtLeast = unread;
    }
}

/// What the RST itself says (diagnosis.md 4.4).
void addStatedReason(Diagnosis& diagnosis, const ResetContext& reset)
{
    for (const ResetText& stated : reset.flow(reset.x).rare->resetTexts) {
        if (stated.row != reset.reset->row)
            continue;
        diagnosis.statedReason = stated.text;
        diagnosis.facts.push_back({"reset_text", stated.text, std::nullopt});
    }
    for (const MultipathResetReason& stated : reset.flow(reset.x).rare->resetReasons) {
        if (stated.row != reset.reset->row)
            continue;
        diagnosis.statedReason = multipathReasonName(stated.reason);
        diagnosis.facts.push_back({"multipath_reset_reason", diagnosis.statedReason, stated.reason});
    }
}

void addCommon(Diagnosis& diagnosis, const ResetContext& reset)
{
    diagnosis.time = reset.time;
    diagnosis.from = reset.x;
    diagnosis.phase = reset.phase;
    diagnosis.authenticity = reset.authenticity.score();
    for (const Side side : {Side::Client, Side::Server})
        diagnosis.ledger[sideIndex(side)] = ledgerOf(reset, side);
    if (!reset.isBrief)
        addUnread(diagnosis, reset);
    if (reset.isDeath())
        return;
    diagnosis.frame = reset.reset->segment.frame;
    diagnosis.form = reset.form.form;
    diagnosis.effect = reset.effect.effect;
    diagnosis.number = reset.effect.number;
    diagnosis.effectFrame = reset.effect.frame;
    if (reset.isBrief)
        return;
    const SenderVerdict sender = senderOf(reset);
    diagnosis.sender = sender.sender;
    if (!sender.why.empty())
        diagnosis.facts.push_back({senderFact,
            (sender.sender == ResetSender::Endpoint ? "the host itself: " : "not known: ") + sender.why, std::nullopt});
    addStatedReason(diagnosis, reset);
    for (const AuthenticityTest& test : reset.authenticity.tests)
        diagnosis.facts.push_back({test.id, test.finding, test.points});
    diagnosis.comparisons = compareWithHost(reset);
}

/// The reason for which a RST was sent that did not end the connection.
std::optional<CauseId> secondaryCauseOf(const ResetContext& reset)
{
    if (const std::optional<CauseId> stated = statedCauseOf(reset))
        return stated;
    for (const Rule& rule : ruleTable()) {
        if (rule.cause == CauseId::IgnoredReset || rule.cause == CauseId::Unknown)
            continue;
        if (const auto diagnosis = rule.explain(reset))
            return diagnosis->cause;
    }
    return std::nullopt;
}

/// A reason that the RST itself states needs no other condition.
void addConditions(Diagnosis& diagnosis, const ResetContext& reset, bool isStated)
{
    diagnosis.conditionsCause = diagnosis.cause;
    if (isStated)
        diagnosis.conditions
            = {{"What the RST itself says", diagnosis.statedReason, "a reason that names the cause", true}};
    else
        diagnosis.conditions = conditionsOf(diagnosis, reset);
}

Diagnosis explain(const ResetContext& reset)
{
    Diagnosis diagnosis;
    bool isStated = false;
    for (const Rule& rule : ruleTable()) {
        std::optional<Diagnosis> spoken = rule.explain(reset);
        if (!spoken && rule.cause == CauseId::IgnoredReset) { // ours: what a RST says that ended nothing is told second
            spoken = explainStatedReason(reset);
            isStated = spoken.has_value();
        }
        if (!spoken)
            continue;
        diagnosis = std::move(*spoken);
        break;
    }
    if (diagnosis.cause == CauseId::IgnoredReset)
        diagnosis.secondaryCause = secondaryCauseOf(reset);
    weighCapture(diagnosis, reset);
    addCommon(diagnosis, reset);
    if (reset.isBrief)
        return diagnosis;
    addConditions(diagnosis, reset, isStated);
    addRecovered(diagnosis, reset);
    addWords(diagnosis, reset);
    diagnosis.proofs = proofCommandsFor(diagnosis, reset);
    addExclusions(diagnosis, reset);
    addConditionsOfOthers(diagnosis, reset);
    addRemarks(diagnosis, reset);
    addLastWords(diagnosis, reset);
    addRemarksFromOthers(diagnosis, reset);
    return diagnosis;
}

/// Whether the RST went the other way at the same time as the primary one.
bool isTwinOf(const ResetContext& primary, const LocatedSegment& reset)
{
    const auto roundTrip = [&](Side side) { return primary.flowAnalysis(side).roundTrip.minimum; };
    const Duration near
        = std::max<Duration>(orderTolerance, std::min(roundTrip(Side::Client), roundTrip(Side::Server)));
    return reset.side == primary.y && primary.authenticity.has("auth-twin")
        && std::chrono::abs(reset.segment.time - primary.time) <= near;
}

/// A RST that follows from an earlier one: a short explanation that points to it.
Diagnosis explainConsequence(const LocatedSegment& reset, const ResetContext& primary)
{
    Diagnosis diagnosis;
    const FormVerdict form = classifyReset(primary.connection, primary.analysis, reset, primary.atReset);
    diagnosis.frame = reset.segment.frame;
    diagnosis.time = reset.segment.time;
    diagnosis.from = reset.side;
    diagnosis.form = form.form;
    diagnosis.isPrimary = false;
    diagnosis.consequenceOf = primary.reset->segment.frame;
    diagnosis.harm = Harm::None;
    const std::string first = "the reset in packet " + std::to_string(primary.reset->segment.frame.value);
    const bool isRetry = primary.effect.retry && primary.effect.retry->segment.frame == diagnosis.frame;
    if (isRetry)
        diagnosis.summary = "Repeats " + first + " with the number that the " + sideName(primary.y) + " asked for.";
    else
        diagnosis.summary = isTwinOf(primary, reset)
            ? "Goes the other way at the same time as " + first + ": both sides were reset at once."
            : "Follows from " + first + ".";
    return diagnosis;
}

std::vector<LocatedSegment> resetsOf(const Connection& connection)
{
    std::vector<LocatedSegment> resets;
    for (const Side side : {Side::Client, Side::Server}) {
        const Flow& flow = connection.flow(side);
        if (!flow.rstSeen)
            continue;
        for (auto row = flow.segments.begin(); !(row == flow.segments.end()); ++row) {
            const Segment segment = *row;
            if (segment.flags.rst() && !segment.isCaptureDuplicate)
                resets.push_back({side, row.row(), segment});
        }
    }
    std::sort(resets.begin(), resets.end(),
        [](const LocatedSegment& a, const LocatedSegment& b) { return a.segment.frame < b.segment.frame; });
    return resets;
}

/// Whether the RST only ended an older use of the ports, and the SYN that came again was agreed to.
bool opensAnew(const Diagnosis& reset)
{
    return reset.cause == CauseId::PortReuse && reset.harm == Harm::None;
}

/// Diagnoses the RSTs of one connection.
class ResetJudge
{
public:
    ResetJudge(const TraceContext& trace, const Connection& connection, const Analysis& analysis, Detail detail)
        : m_trace(trace)
        , m_connection(connection)
        , m_analysis(analysis)
        , m_detail(detail)
    {
    }

    /// The first RST that was accepted ends the connection; without one the last that was judged answers for it.
    std::vector<Diagnosis> judge(const std::vector<LocatedSegment>& resets)
    {
        size_t next = 0;
        for (; next < std::min(resets.size(), fullContexts) && !isEnded(); ++next)
            take(resets[next]);
        if (!isEnded() && next < resets.size())
            judgeFlood(std::span(resets).subspan(next));
        else
            follow(std::span(resets).subspan(next));
        return std::move(m_diagnoses);
    }

private:
    /// A RST that ended an older use of the ports is the beginning of this connection.
    bool isEnded() const
    {
        return m_primary && m_primary->effect.effect == ResetEffect::Accepted && !opensAnew(m_diagnoses.back());
    }
    ResetContext contextOf(const LocatedSegment& reset) const
    {
        return buildResetContext(m_trace, m_connection, m_analysis, reset);
    }

    void take(const LocatedSegment& reset)
    {
        if (!m_diagnoses.empty())
            m_diagnoses.back().isPrimary = false;
        m_primary.emplace(contextOf(reset));
        m_primary->isBrief = m_detail == Detail::Brief;
        m_diagnoses.push_back(explain(*m_primary));
    }

    void follow(std::span<const LocatedSegment> resets)
    {
        for (const LocatedSegment& reset : resets)
            m_diagnoses.push_back(explainConsequence(reset, *m_primary));
    }

    bool isAccepted(const LocatedSegment& reset) const
    {
        return contextOf(reset).effect.effect == ResetEffect::Accepted;
    }

    /// The first of the RSTs with the very number that the other side expects in the end (RFC 5961 3.2).
    std::span<const LocatedSegment>::iterator findExact(std::span<const LocatedSegment> resets) const
    {
        return std::ranges::find_if(resets, [this](const LocatedSegment& reset) {
            const ReceiverState& receiver = m_analysis.lastState.receiver(otherSide(reset.side));
            return receiver.ackSeen && reset.segment.seq == receiver.lastAck;
        });
    }

    /// Finds the first of a flood that was accepted, after those at its beginning were ignored. Where no number is the
    /// one that is expected, it is searched by halves: so far, all behind an accepted one are accepted.
    void judgeFlood(std::span<const LocatedSegment> resets)
    {
        auto ended = findExact(resets);
        if (ended == resets.end() || !isAccepted(*ended))
            ended = std::ranges::partition_point(
                resets, [this](const LocatedSegment& reset) { return !isAccepted(reset); });
        const auto before = static_cast<size_t>(ended - resets.begin());
        follow(resets.first(before));
        if (before == resets.size())
            return;
        for (Diagnosis& diagnosis : m_diagnoses)
            diagnosis.isPrimary = false;
        take(resets[before]);
        follow(resets.subspan(before + 1));
    }

    const TraceContext& m_trace;
    const Connection& m_connection;
    const Analysis& m_analysis;
    Detail m_detail;
    std::optional<ResetContext> m_primary;
    std::vector<Diagnosis> m_diagnoses;
};

std::vector<PacketNumber> findIgnored(const std::vector<Diagnosis>& resets)
{
    std::vector<PacketNumber> frames;
    for (const Diagnosis& reset : resets) {
        if (reset.effect == ResetEffect::Challenged || reset.effect == ResetEffect::Dropped || opensAnew(reset))
            frames.push_back(reset.frame);
    }
    return frames;
}

/// Packets of `flow`, copies aside; counts no further than one above `enough`.
uint32_t countSent(const Flow& flow, uint32_t enough)
{
    uint32_t sent = 0;
    for (auto row = flow.segments.begin(); !(row == flow.segments.end()) && sent <= enough; ++row)
        sent += (*row).isCaptureDuplicate ? 0 : 1;
    return sent;
}

/// Whether a side has kept its window closed until the end.
bool isClosedAtEnd(const Analysis& analysis)
{
    return std::ranges::any_of(analysis.flows,
        [](const FlowAnalysis& flow) { return !flow.windowClosed.empty() && flow.windowClosed.back().stillClosed; });
}

/// Whether the sender of the trouble has stopped trying. Of a hole that was never seen nobody knows.
bool hasGivenUp(const ResetContext& death)
{
    if (!death.trouble || (death.trouble->copies.empty() && !death.trouble->isProbed()))
        return false;
    const std::optional<LastTries> tries = findLastTries(death);
    return tries && tries->isOver(death.time);
}

/// Whether the connection may have died without RST: the sender of stuck data, or the one that probed a closed window,
/// missed its own deadline, or nobody answered.
std::optional<Diagnosis> findDeath(
    const TraceContext& context, const Connection& connection, const Analysis& analysis, Detail detail)
{
    const bool unanswered = connection.flow(Side::Server).empty() && connection.flow(Side::Client).synSeen();
    const bool stuck = analysis.flow(Side::Client).sndUna < analysis.flow(Side::Client).sndNxt
        || analysis.flow(Side::Server).sndUna < analysis.flow(Side::Server).sndNxt;
    if (!unanswered && !stuck && !isClosedAtEnd(analysis))
        return std::nullopt;
    ResetContext death = buildDeathContext(context, connection, analysis);
    death.isBrief = detail == Detail::Brief;
    if (!unanswered) {
        if (!hasGivenUp(death))
            return std::nullopt; // it may still be trying
    } else if (connection.icmpErrors().empty()
        && countSent(connection.flow(Side::Client), context.settings.resends) <= context.settings.resends) {
        return std::nullopt;
    }
    return explain(death);
}

} // namespace

const Diagnosis* ConnectionDiagnosis::primary() const
{
    const auto found
        = std::find_if(resets.begin(), resets.end(), [](const Diagnosis& diagnosis) { return diagnosis.isPrimary; });
    if (found != resets.end())
        return &*found;
    return death ? &*death : nullptr;
}

ConnectionDiagnosis diagnoseConnection(
    const TraceContext& context, const Connection& connection, const Analysis& analysis, Detail detail)
{
    ConnectionDiagnosis result;
    const std::vector<LocatedSegment> resets = resetsOf(connection);
    if (resets.empty())
        result.death = findDeath(context, connection, analysis, detail);
    else
        result.resets = ResetJudge(context, connection, analysis, detail).judge(resets);
    result.summary = summarizeConnection(connection, analysis, result);
    result.ignoredResets = findIgnored(result.resets);
    if (detail == Detail::Brief) {
        result.summary.state = connStateOf(connection, result.ignoredResets);
        return result;
    }
    result.history = historyOf(connection, result.ignoredResets);
    result.summary.state = result.history.state;
    result.vantage = vantageOf(context, connection, analysis);
    return result;
}

} // namespace whyrst
