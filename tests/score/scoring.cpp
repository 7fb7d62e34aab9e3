#include "tests/score/scoring.h"

#include "model/analysis/analysis.h"
#include "model/compare/compare.h"
#include "model/compare/content_comparison.h"
#include "model/compare/peer_diagnosis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/trace_context.h"
#include "model/result.h"
#include "model/tcp/load_trace.h"

#include <algorithm>
#include <iterator>

namespace whyrst::score {

namespace {

constexpr const char* certain = "certain";

/// Our connections by the key of their endpoints, in order of first frames; those that were matched are taken out.
using Candidates = std::map<std::string, std::vector<const Connection*>>;

Candidates candidatesOf(const Trace& trace)
{
    Candidates candidates;
    for (const Connection& connection : trace.connections)
        candidates[endpointsKey(toString(connection.client), toString(connection.server))].push_back(&connection);
    return candidates;
}

int64_t overlap(const Connection& connection, const FrameRange& range)
{
    return int64_t{std::min(connection.lastFrame.value, range.last)}
    - int64_t{std::max(connection.firstFrame.value, range.first)} + 1;
}

/// The connection of ours that is `truth`: the one that shares most frames, else the first that is left; null if none.
const Connection* takeMatch(Candidates& candidates, const TrueConnection& truth, const std::string& capture)
{
    std::vector<const Connection*>& same = candidates[truth.endpoints.at(capture)];
    if (same.empty())
        return nullptr;
    auto best = same.begin();
    if (const auto range = truth.frames.find(capture); range != truth.frames.end())
        best = std::ranges::max_element(
            same, {}, [&](const Connection* connection) { return overlap(*connection, range->second); });
    const Connection* match = *best;
    same.erase(best);
    return match;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : "+") + word;
    return text;
}

/// Makes and collects the judgments of one vantage: a capture, or "both".
class Bench
{
public:
    Bench(const TrueRun& run, std::string vantage, const Selection& selection)
        : m_run(run)
        , m_vantage(std::move(vantage))
        , m_selection(selection)
    {
    }

    /// Calls `answer(judgment, truth)` for each connection that the vantage knows.
    template <typename Answer> void forEachTruth(const Answer& answer)
    {
        int index = -1;
        for (const TrueConnection& truth : m_run.connections) {
            ++index;
            const auto accept = truth.accept.find(m_vantage);
            if (accept == truth.accept.end())
                continue; // not in this capture
            Judgment judgment = start(truth.cause.value_or(nothingFound));
            judgment.connection = index;
            judgment.accept = accept->second;
            answer(judgment, truth);
            finish(judgment);
        }
    }

    /// A connection of ours that the truth does not know counts when it is said to have a fault.
    void judgeExtra(const ConnectionDiagnosis& diagnosis)
    {
        Judgment judgment = start(nothingFound);
        judgment.accept = {nothingFound};
        answer(judgment, diagnosis);
        if (judgment.isFalseFault)
            finish(judgment);
    }

    void answer(Judgment& judgment, const ConnectionDiagnosis& diagnosis) const
    {
        const Diagnosis* primary = diagnosis.primary();
        if (!primary) {
            judgment.answer = nothingFound;
            return;
        }
        judgment.answer = causeName(primary->cause);
        judgment.confidence = primary->confidence ? confidenceName(*primary->confidence) : "";
        judgment.subs = joined(primary->subs);
        judgment.frame = primary->frame.value;
        const bool isFault = primary->harm != Harm::None || primary->isDeath();
        const bool nothingWrong = m_run.isControl || judgment.accept == std::vector<std::string>{nothingFound};
        judgment.isFalseFault = isFault && nothingWrong;
    }

    std::vector<Judgment> take() { return std::move(m_judgments); }

private:
    Judgment start(const std::string& truth) const
    {
        Judgment judgment;
        judgment.run = m_run.name;
        judgment.capture = m_vantage;
        judgment.truth = truth;
        judgment.isLater = !m_selection.covers(truth);
        return judgment;
    }

    void finish(Judgment& judgment)
    {
        if (std::ranges::find(judgment.accept, judgment.answer) != judgment.accept.end())
            judgment.verdict = Verdict::Right;
        else if (judgment.answer == unknownCause)
            judgment.verdict = Verdict::Unsure;
        m_judgments.push_back(judgment);
    }

    const TrueRun& m_run;
    std::string m_vantage;
    const Selection& m_selection;
    std::vector<Judgment> m_judgments;
};

ConnectionDiagnosis diagnose(const TraceContext& context, const Connection& connection)
{
    return diagnoseConnection(context, connection, analyzeConnection(connection));
}

/// A capture of a run, and where to count what its diagnoses show.
struct JudgedTrace
{
    const TrueRun& run;
    const Trace& trace;
    std::string capture;
    std::string peer; ///< the other capture; empty when it is judged alone
    EvidenceTally& evidence;
};

/// Judges all connections of a capture, each as `diagnoseOne` tells it; those that it lacks as `answerMissing` does.
template <typename DiagnoseOne, typename AnswerMissing>
void judgeTrace(
    Bench& bench, const JudgedTrace& judged, const DiagnoseOne& diagnoseOne, const AnswerMissing& answerMissing)
{
    Candidates candidates = candidatesOf(judged.trace);
    bench.forEachTruth([&](Judgment& judgment, const TrueConnection& truth) {
        const Connection* match = takeMatch(candidates, truth, judged.capture);
        if (match) {
            const ConnectionDiagnosis diagnosis = diagnoseOne(*match);
            bench.answer(judgment, diagnosis);
            addEvidence(judged.evidence,
                {judged.run, truth, judged.capture, judged.peer, judged.trace.capture, *match, diagnosis});
        } else {
            answerMissing(judgment, truth);
        }
    });
    for (const auto& [key, rest] : candidates) {
        for (const Connection* connection : rest)
            bench.judgeExtra(diagnoseOne(*connection));
    }
}

std::vector<Judgment> judgeCapture(
    const TrueRun& run, const std::string& capture, const Selection& selection, EvidenceScore& evidence)
{
    Bench bench(run, capture, selection);
    NoProgress progress;
    const Result<Trace> trace = loadTrace(run.captures.at(capture), LoadOptions(), progress);
    if (!trace) {
        bench.forEachTruth([](Judgment& judgment, const TrueConnection&) { judgment.answer = "refused"; });
        return bench.take();
    }
    const TraceContext context = buildTraceContext(*trace);
    judgeTrace(
        bench, {run, *trace, capture, "", evidence.byVantage[capture]},
        [&](const Connection& connection) { return diagnose(context, connection); },
        [](Judgment& judgment, const TrueConnection&) { judgment.answer = "missing"; });
    return bench.take();
}

/// Judges the connections of the client's capture with what the server's adds; of the server's with what the client's
/// adds only the evidence. The captures are given in the wrong order: it must not matter.
std::vector<Judgment> judgeBoth(const TrueRun& run, const Selection& selection, EvidenceScore& evidence)
{
    NoProgress progress;
    const Result<Trace> client = loadTrace(run.captures.at("client"), LoadOptions(), progress);
    const Result<Trace> server = loadTrace(run.captures.at("server"), LoadOptions(), progress);
    if (!client || !server)
        return {};
    Comparison comparison = compareTraces(*server, *client, {}, progress);
    const Side own = comparison.isSwapped ? Side::Client : Side::Server;
    const TracePair traces{own == Side::Client ? *client : *server, own == Side::Client ? *server : *client};
    compareContents(traces, comparison, progress);
    const TraceContext clientContext = buildTraceContext(traces.client);
    const TraceContext serverContext = buildTraceContext(traces.server);
    Bench bench(run, bothCaptures, selection);
    const auto diagnoseIn = [&](Side frames, const Connection& connection) {
        const auto pair = std::ranges::find_if(comparison.pairs, [&](const ConnectionPair& candidate) {
            return (frames == Side::Client ? candidate.client : candidate.server) == connection.id;
        });
        if (pair == comparison.pairs.end())
            return diagnose(frames == Side::Client ? clientContext : serverContext, connection);
        const ConnectionDiagnosis atClient = diagnose(clientContext, traces.client.connection(pair->client));
        const ConnectionDiagnosis atServer = diagnose(serverContext, traces.server.connection(pair->server));
        return combineDiagnoses(comparison.clock, *pair, {atClient, atServer}, frames);
    };
    Candidates atServerOnly = candidatesOf(*server);
    const auto answerMissing = [&](Judgment& judgment, const TrueConnection& truth) {
        const Connection* match = takeMatch(atServerOnly, truth, "server");
        if (match)
            bench.answer(judgment, diagnose(own == Side::Client ? serverContext : clientContext, *match));
        else
            judgment.answer = "missing";
    };
    judgeTrace(
        bench, {run, *client, "client", "server", evidence.byVantage["both, client's packets"]},
        [&](const Connection& connection) { return diagnoseIn(own, connection); }, answerMissing);
    Bench unjudged(run, bothCaptures, selection);
    judgeTrace(
        unjudged, {run, *server, "server", "client", evidence.byVantage["both, server's packets"]},
        [&](const Connection& connection) { return diagnoseIn(otherSide(own), connection); },
        [](const Judgment&, const TrueConnection&) {});
    return bench.take();
}

/// Right and all connections of one run, per capture.
struct RunCounts
{
    std::map<std::string, std::pair<int, int>> byCapture;
    int right = 0;
    int all = 0;
    std::map<std::string, int> exactByCapture; ///< answers that are the true cause itself
};

void addShare(Share& share, int right, int all)
{
    if (all == 0)
        return;
    share.sum += static_cast<double>(right) / all;
    ++share.runs;
}

void addShares(Score& score, const std::map<std::string, RunCounts>& runs)
{
    for (const auto& [run, counts] : runs) {
        addShare(score.overall, counts.right, counts.all);
        for (const auto& [capture, pair] : counts.byCapture)
            addShare(score.byCapture[capture], pair.first, pair.second);
        for (const auto& [capture, exact] : counts.exactByCapture)
            addShare(score.exactByCapture[capture], exact, counts.byCapture.at(capture).second);
    }
    score.runs = score.overall.runs;
}

void count(RunCounts& counts, const Judgment& judgment)
{
    const int right = judgment.verdict == Verdict::Right ? 1 : 0;
    counts.right += right;
    counts.all += 1;
    counts.byCapture[judgment.capture].first += right;
    counts.byCapture[judgment.capture].second += 1;
    counts.exactByCapture[judgment.capture] += judgment.answer == judgment.truth ? 1 : 0;
}

} // namespace

void Tally::add(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Right:
        ++right;
        break;
    case Verdict::Wrong:
        ++wrong;
        break;
    case Verdict::Unsure:
        ++unsure;
        break;
    }
}

std::vector<Judgment> judgeRun(const TrueRun& run, const Selection& selection, EvidenceScore& evidence)
{
    std::vector<Judgment> judgments;
    const auto add = [&](std::vector<Judgment> more) {
        judgments.insert(judgments.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    for (const auto& [capture, file] : run.captures)
        add(judgeCapture(run, capture, selection, evidence));
    if (run.captures.contains("client") && run.captures.contains("server"))
        add(judgeBoth(run, selection, evidence));
    return judgments;
}

Score sumUp(const std::vector<Judgment>& judgments)
{
    Score score;
    std::map<std::string, RunCounts> runs;
    for (const Judgment& judgment : judgments) {
        if (judgment.verdict == Verdict::Wrong && judgment.confidence == certain)
            score.wrongCertain.push_back(judgment);
        if (judgment.isFalseFault)
            score.falseFaults.push_back(judgment);
        if (judgment.isLater) {
            score.later[judgment.truth].add(judgment.verdict);
            continue;
        }
        count(runs[judgment.run], judgment);
        score.tallies[judgment.truth][judgment.capture].add(judgment.verdict);
        ++score.confusion[judgment.truth][judgment.answer];
        if (judgment.verdict != Verdict::Right)
            score.notRight.push_back(judgment);
    }
    addShares(score, runs);
    return score;
}

} // namespace whyrst::score
