#include "model/compare/peer_diagnosis.h"

#include "model/analysis/analysis.h"
#include "model/compare/data_findings.h"
#include "model/compare/peer_answer.h"
#include "model/compare/reset_findings.h"
#include "model/diagnosis/authenticity.h"
#include "model/diagnosis/fact_words.h"
#include "model/diagnosis/trace_context.h"
#include "model/diagnosis/wording.h"
#include "model/parallel.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace whyrst {

namespace {

/// Where a cause sits that no finding of the path made; `reset` is the RST that ended the connection, if one did.
ComparePlace placeOf(const Diagnosis& diagnosis, const ResetOrigin* reset)
{
    if (reset != nullptr && reset->sentBy == ResetSender::Middlebox)
        return ComparePlace::Box;
    switch (diagnosis.cause) {
    case CauseId::InjectedReset:
    case CauseId::SackMangled:
    case CauseId::IcmpUnreachable:
    case CauseId::IgnoredReset:
        return ComparePlace::Box;
    case CauseId::SegmentBlackHole:
    case CauseId::MtuBlackHole:
    case CauseId::CorruptedSegment:
    case CauseId::PathOutage:
        if (!diagnosis.dataSender)
            return ComparePlace::Unknown;
        return diagnosis.dataSender == Side::Client ? ComparePlace::PathToServer : ComparePlace::PathToClient;
    case CauseId::AckPathLoss:
        if (!diagnosis.dataSender)
            return ComparePlace::Unknown;
        return diagnosis.dataSender == Side::Client ? ComparePlace::PathToClient : ComparePlace::PathToServer;
    case CauseId::ReceiverDiscards:
    case CauseId::ZeroWindowStarvation:
        return diagnosis.dataSender ? hostOf(otherSide(*diagnosis.dataSender)) : ComparePlace::Unknown;
    case CauseId::Unknown:
        return ComparePlace::Unknown;
    default:
        break;
    }
    return diagnosis.isDeath() ? ComparePlace::Unknown : hostOf(diagnosis.from);
}

/// Turns client and server round where the capture took them the other way.
void flip(Diagnosis& diagnosis)
{
    diagnosis.from = otherSide(diagnosis.from);
    if (diagnosis.dataSender)
        diagnosis.dataSender = otherSide(*diagnosis.dataSender);
    for (EvidenceStep& step : diagnosis.chain) {
        if (step.flow)
            step.flow = otherSide(*step.flow);
    }
    for (ProofCommand& proof : diagnosis.proofs)
        proof.host = otherSide(proof.host);
    std::swap(diagnosis.ledger[0], diagnosis.ledger[1]);
}

/// What the comparison knows of the RST that `capture` has as `frame`; null when it was not compared.
const ResetOrigin* originOf(const ConnectionPair& pair, Side capture, std::optional<PacketNumber> frame)
{
    const auto found = std::ranges::find_if(pair.resets, [&](const ResetOrigin& origin) {
        return frame && (capture == Side::Client ? origin.clientFrame : origin.serverFrame) == frame;
    });
    return found == pair.resets.end() ? nullptr : &*found;
}

bool isKnown(const ResetOrigin* origin)
{
    return origin != nullptr && origin->sentBy != ResetSender::Unknown;
}

/// Frame in `own` of the RST that the other capture knows as `frame`.
std::optional<PacketNumber> twinOf(const ConnectionPair& pair, Side own, PacketNumber frame)
{
    for (const ResetOrigin& origin : pair.resets) {
        const auto& other = own == Side::Client ? origin.serverFrame : origin.clientFrame;
        if (other == frame)
            return own == Side::Client ? origin.clientFrame : origin.serverFrame;
    }
    return std::nullopt;
}

/// Adds what the other capture shows as a last step before the RST.
void addFinding(Diagnosis& diagnosis, const CompareFinding& finding, Side own, Timestamp otherTime)
{
    const auto& frames = own == Side::Client ? finding.serverFrames : finding.clientFrames;
    const bool isTold = std::ranges::any_of(diagnosis.chain,
        [&](const EvidenceStep& other) { return other.isAtPeer && !frames.empty() && other.frame == frames.front(); });
    if (isTold)
        return;
    EvidenceStep step;
    step.role = frames.empty() ? Role::Hole : Role::LaterAcked;
    step.isGhost = frames.empty();
    step.isAtPeer = true;
    if (!frames.empty()) {
        step.frame = frames.front();
        if (frames.size() > 1)
            step.lastFrame = frames.back();
        step.count = static_cast<uint32_t>(frames.size());
    }
    step.flow = finding.flow;
    step.time = otherTime;
    step.text = finding.text;
    const auto end = diagnosis.chain.empty() || diagnosis.chain.back().role != Role::Rst ? diagnosis.chain.end()
                                                                                         : diagnosis.chain.end() - 1;
    diagnosis.chain.insert(end, std::move(step));
}

/// The first of some sentences as the end of another one.
std::string asClause(std::string sentence)
{
    sentence.resize(std::min(sentence.size(), sentence.find(". ")));
    if (sentence.ends_with('.'))
        sentence.pop_back();
    if (!sentence.empty() && !sentence.starts_with("RST"))
        sentence.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(sentence.front())));
    return sentence;
}

/// The RST that ended the connection, as `own` has it, in the place of the other capture's recording.
void useOwnReset(Diagnosis& diagnosis, const Diagnosis& own)
{
    diagnosis.frame = own.frame;
    diagnosis.time = own.time;
    diagnosis.form = own.form;
    diagnosis.effect = own.effect;
    diagnosis.number = own.number;
    const auto step = std::ranges::find(diagnosis.chain, Role::Rst, &EvidenceStep::role);
    if (step == diagnosis.chain.end())
        return;
    step->frame = own.frame;
    step->time = own.time;
    step->isAtPeer = false;
}

/// The RST that `own` has came after the one that ended the connection, which only the other capture has.
void followFrom(Diagnosis& diagnosis, const Diagnosis& own, const ResetOrigin* origin)
{
    diagnosis.frame = own.frame;
    diagnosis.time = own.time;
    diagnosis.from = own.from;
    diagnosis.sender = own.sender;
    diagnosis.form = own.form;
    diagnosis.effect = own.effect;
    diagnosis.number = own.number;
    const bool isTwin = origin != nullptr && origin->sentBy == ResetSender::Middlebox;
    std::string follows = " RST #" + std::to_string(own.frame.value)
        + (isTwin ? std::string(" of this capture came in the ") + sideName(origin->flow) + "'s name"
                  : " of this capture follows from it");
    if (origin != nullptr && origin->sentBy == ResetSender::Endpoint)
        follows += std::string(": the ") + sideName(origin->flow) + " itself sent it";
    follows += ".";
    diagnosis.summary += follows;
    if (!diagnosis.assuredSummary.empty())
        diagnosis.assuredSummary += follows;
}

/// Without what asks for the capture that is there already.
void dropCaptureAdvice(Diagnosis& diagnosis)
{
    diagnosis.missing.clear();
    diagnosis.nextCapture.clear();
    std::erase_if(diagnosis.actions, asksForCapture);
}

void exclude(Diagnosis& diagnosis, CauseId cause, const std::string& why)
{
    std::erase_if(diagnosis.alternatives, [&](const Alternative& other) { return other.cause == cause; });
    diagnosis.alternatives.insert(diagnosis.alternatives.begin(), {cause, std::nullopt, why});
}

/// Turns the diagnosis of the other capture into one of `own`: its clock, its sides, its frame of the RST.
void bringOver(
    Diagnosis& diagnosis, const CaptureClock& clock, const ConnectionPair& pair, Side own, const Diagnosis* ownPrimary)
{
    const auto toOwn = [&](Timestamp time) { return clock.recorded(own, clock.common(otherSide(own), time)); };
    for (EvidenceStep& step : diagnosis.chain) {
        step.isAtPeer = true;
        step.time = toOwn(step.time);
        if (step.lastTime)
            step.lastTime = toOwn(*step.lastTime);
    }
    diagnosis.time = toOwn(diagnosis.time);
    diagnosis.effectFrame = std::nullopt;
    const auto twin = twinOf(pair, own, diagnosis.frame);
    diagnosis.frame = twin.value_or(PacketNumber{});
    if (ownPrimary == nullptr)
        return;
    if (!twin)
        followFrom(diagnosis, *ownPrimary, originOf(pair, own, ownPrimary->frame));
    else if (*twin == ownPrimary->frame)
        useOwnReset(diagnosis, *ownPrimary);
}

/// What the answer excludes: what either capture alone thought, and what it held possible.
void excludeOthers(Diagnosis& diagnosis, const BothDiagnoses& both, const CompareFinding* finding)
{
    std::erase_if(diagnosis.alternatives, [&](const Alternative& other) { return other.cause == diagnosis.cause; });
    const std::string why = finding ? asClause(finding->text) : "the capture of the other end shows otherwise";
    for (const Side capture : {Side::Client, Side::Server}) {
        const Diagnosis* primary = both.of(capture).primary();
        if (primary && primary->cause != diagnosis.cause && primary->cause != CauseId::Unknown)
            exclude(diagnosis, primary->cause, why);
    }
    for (Alternative& alternative : diagnosis.alternatives) {
        if (finding && alternative.excludedBy.empty() && isOfDelivery(alternative.cause))
            alternative = {alternative.cause, std::nullopt, why};
    }
}

/// Adds what the comparison found to what one capture told.
void addText(Diagnosis& diagnosis, const CompareFinding& finding)
{
    if (finding.confidence == Confidence::Certain && !diagnosis.assuredSummary.empty())
        diagnosis.summary = diagnosis.assuredSummary;
    const std::string added = diagnosis.summary.empty() ? finding.text : finding.addition.value_or(finding.text);
    diagnosis.summary += (diagnosis.summary.empty() || added.empty() ? "" : " ") + added;
}

/// What the two captures show about the sender of a RST.
std::string senderTextOf(const ResetOrigin& origin)
{
    const std::string host = sideName(origin.flow);
    if (origin.sentBy == ResetSender::Middlebox)
        return std::string(origin.confidence == Confidence::Certain ? "" : "probably ") + "a box on the path: the "
            + host + "'s capture does not hold this reset";
    if (!origin.sent)
        return "probably the host itself: the " + host + "'s capture misses packets, and this reset fits the gap";
    return "the host itself: the " + host + "'s capture shows it leave";
}

/// Who sent the RST is a fact of the comparison where both captures tell: what the fields of the RST make one think
/// stays only where it says the same.
void nameSender(Diagnosis& diagnosis, const ResetOrigin& origin)
{
    diagnosis.sender = origin.sentBy;
    const bool spoke = diagnosis.authenticity >= forgedScore;
    if (!diagnosis.comparisons.empty() && spoke != (origin.sentBy == ResetSender::Middlebox)) {
        std::erase_if(diagnosis.facts, isAuthenticityFact);
        diagnosis.comparisons.clear();
    }
    std::erase_if(diagnosis.facts, [](const Fact& fact) { return fact.name == senderFact; });
    diagnosis.facts.push_back({senderFact, senderTextOf(origin), std::nullopt});
}

/// The steps of the chain that are RSTs say who sent them; `told` has the words of the capture that tells the chain.
void nameSendersInChain(Diagnosis& diagnosis, const ConnectionPair& pair, Side own, const Diagnosis& told)
{
    for (EvidenceStep& step : diagnosis.chain) {
        const ResetOrigin* origin = originOf(pair, step.isAtPeer ? otherSide(own) : own, step.frame);
        if (step.role != Role::Rst || !isKnown(origin))
            continue;
        Diagnosis words = told;
        words.sender = origin->sentBy;
        step.text = stepText(step, words);
    }
}

/// Says who sent the RST that ended the connection where no finding does.
void tellForger(Diagnosis& diagnosis, const ResetOrigin& origin)
{
    const std::string host = sideName(origin.flow);
    const std::string text = " The " + host + "'s capture does not hold the reset in its name: "
        + (origin.confidence == Confidence::Certain ? "" : "most likely ") + "a box on the path sent it.";
    diagnosis.summary += text;
    if (!diagnosis.assuredSummary.empty())
        diagnosis.assuredSummary += text;
}

/// The diagnosis that both captures give, in the frames of `own`.
Diagnosis tell(
    const CaptureClock& clock, const ConnectionPair& pair, const BothDiagnoses& both, const Answer& answer, Side own)
{
    const Diagnosis& base = *both.of(*answer.base).primary();
    const ResetOrigin* origin = originOf(pair, *answer.base, base.frame);
    Diagnosis result = base;
    if (*answer.base == Side::Server && pair.isFlipped)
        flip(result);
    if (*answer.base != own)
        bringOver(result, clock, pair, own, both.of(own).primary());
    dropCaptureAdvice(result);
    if (result.cause != *answer.cause) {
        result.subs.clear();
        result.summary.clear();
        result.assuredSummary.clear();
        result.actions.clear();
        result.proofs.clear();
    }
    result.cause = *answer.cause;
    result.confidence = answer.confidence;
    if (result.actions.empty() && result.cause == CauseId::InjectedReset)
        result.actions = forgerActions(result.time);
    if (const ResetOrigin* sent = originOf(pair, own, result.frame); isKnown(sent))
        nameSender(result, *sent);
    nameSendersInChain(result, pair, own, base);
    excludeOthers(result, both, answer.finding);
    if (answer.finding) {
        addText(result, *answer.finding);
        addFinding(result, *answer.finding, own, result.time);
    } else if (isKnown(origin) && origin->sentBy == ResetSender::Middlebox) {
        tellForger(result, *origin);
    }
    result.place = answer.finding ? answer.finding->place : placeOf(result, origin);
    return result;
}

/// Writes the answer of both captures into the pair.
void fill(const TracePair& traces, ConnectionPair& pair, const Diagnosis& primary)
{
    pair.summary = primary.summary;
    pair.place = primary.place.value_or(ComparePlace::Unknown);
    pair.verdict = PairVerdict{primary.cause, primary.confidence, primary.harm};
    for (CompareFinding& finding : pair.findings)
        finding.isHeadline = finding.cause == primary.cause;
    for (ResetOrigin& origin : pair.resets) {
        if (origin.isFirst)
            origin.cause = primary.cause;
    }
    if (pair.place == ComparePlace::ClientHost || pair.place == ComparePlace::ServerHost)
        tellClearPath(traces, pair);
}

} // namespace

ConnectionDiagnosis combineDiagnoses(
    const CaptureClock& clock, const ConnectionPair& pair, const BothDiagnoses& both, Side own)
{
    ConnectionDiagnosis result = both.of(own);
    const Answer answer = answerOf(pair, both);
    if (!answer.cause)
        return result;
    Diagnosis diagnosis = tell(clock, pair, both, answer, own);
    for (Diagnosis& reset : result.resets) {
        if (const ResetOrigin* origin = originOf(pair, own, reset.frame); isKnown(origin))
            reset.sender = origin->sentBy;
    }
    const auto primary = std::ranges::find_if(result.resets, &Diagnosis::isPrimary);
    if (primary != result.resets.end() && !result.death) {
        *primary = std::move(diagnosis);
    } else {
        diagnosis.frame = PacketNumber{};
        result.death = std::move(diagnosis);
    }
    return result;
}

void diagnosePairs(
    const TracePair& traces, Comparison& comparison, const DiagnosisSettings& settings, Progress& progress)
{
    constexpr double alreadyDone = 0.8; ///< of the whole work, by the comparison
    comparison.settings = settings.at(std::nullopt);
    const TraceContext client = buildTraceContext(traces.client, comparison.settings);
    const TraceContext server = buildTraceContext(traces.server, comparison.settings);
    const auto diagnose = [](const TraceContext& context, ConnectionId id) {
        const Connection& connection = context.trace->connection(id);
        return diagnoseConnection(context, connection, analyzeConnection(connection));
    };
    size_t next = 0;
    const auto make = [&](size_t index) {
        const ConnectionPair& pair = comparison.pairs[index];
        const ConnectionDiagnosis atClient = diagnose(client, pair.client);
        const ConnectionDiagnosis atServer = diagnose(server, pair.server);
        return combineDiagnoses(comparison.clock, pair, {atClient, atServer}, Side::Client);
    };
    const auto take = [&](const ConnectionDiagnosis& combined) {
        if (const Diagnosis* primary = combined.primary())
            fill(traces, comparison.pairs[next], *primary);
        ++next;
        const double share = static_cast<double>(next) / static_cast<double>(comparison.pairs.size());
        return progress.report(alreadyDone + (1 - alreadyDone) * share, 0);
    };
    makeInOrder(comparison.pairs.size(), 0, make, take);
}

} // namespace whyrst
