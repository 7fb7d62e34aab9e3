#include "tests/score/scoring.h"

#include "model/analysis/analysis.h"
#include "model/diagnosis/diagnosis.h"
#include "model/diagnosis/trace_context.h"
#include "model/result.h"
#include "model/tcp/load_trace.h"

#include <algorithm>

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

/// Judges the connections of one capture.
class CaptureJudge
{
public:
    CaptureJudge(const TrueRun& run, const std::string& capture, const Selection& selection)
        : m_run(run)
        , m_capture(capture)
        , m_selection(selection)
    {
    }

    std::vector<Judgment> judge()
    {
        NoProgress progress;
        const Result<Trace> trace = loadTrace(m_run.captures.at(m_capture), LoadOptions(), progress);
        if (trace)
            judgeTrace(*trace);
        else
            forEachTruth([&](Judgment& judgment, const TrueConnection&) { judgment.answer = "refused"; });
        return std::move(m_judgments);
    }

private:
    template <typename Answer> void forEachTruth(const Answer& answer)
    {
        int index = -1;
        for (const TrueConnection& truth : m_run.connections) {
            ++index;
            const auto accept = truth.accept.find(m_capture);
            if (accept == truth.accept.end())
                continue; // not in this capture
            Judgment judgment = start(truth.cause.value_or(nothingFound));
            judgment.connection = index;
            judgment.accept = accept->second;
            answer(judgment, truth);
            finish(judgment);
        }
    }

    void judgeTrace(const Trace& trace)
    {
        const TraceContext context = buildTraceContext(trace);
        Candidates candidates = candidatesOf(trace);
        forEachTruth([&](Judgment& judgment, const TrueConnection& truth) {
            const Connection* match = takeMatch(candidates, truth, m_capture);
            if (match)
                answer(judgment, context, *match);
            else
                judgment.answer = "missing";
        });
        for (const auto& [key, rest] : candidates) {
            for (const Connection* connection : rest)
                judgeExtra(context, *connection);
        }
    }

    /// A connection of ours that the truth does not know counts when it is said to have a fault.
    void judgeExtra(const TraceContext& context, const Connection& connection)
    {
        Judgment judgment = start(nothingFound);
        judgment.accept = {nothingFound};
        answer(judgment, context, connection);
        if (!judgment.isFalseFault)
            return;
        finish(judgment);
    }

    Judgment start(const std::string& truth) const
    {
        Judgment judgment;
        judgment.run = m_run.name;
        judgment.capture = m_capture;
        judgment.truth = truth;
        judgment.isLater = !m_selection.covers(truth);
        return judgment;
    }

    void answer(Judgment& judgment, const TraceContext& context, const Connection& connection) const
    {
        const ConnectionDiagnosis diagnosis = diagnoseConnection(context, connection, analyzeConnection(connection));
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

    void finish(Judgment& judgment)
    {
        if (std::ranges::find(judgment.accept, judgment.answer) != judgment.accept.end())
            judgment.verdict = Verdict::Right;
        else if (judgment.answer == unknownCause)
            judgment.verdict = Verdict::Unsure;
        m_judgments.push_back(judgment);
    }

    const TrueRun& m_run;
    const std::string& m_capture;
    const Selection& m_selection;
    std::vector<Judgment> m_judgments;
};

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

std::vector<Judgment> judgeRun(const TrueRun& run, const Selection& selection)
{
    std::vector<Judgment> judgments;
    for (const auto& [capture, file] : run.captures) {
        for (Judgment& judgment : CaptureJudge(run, capture, selection).judge())
            judgments.push_back(std::move(judgment));
    }
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
