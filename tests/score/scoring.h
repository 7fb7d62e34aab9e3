// Compares our diagnoses with the truth of the lab.
#pragma once

#include "tests/score/evidence_scoring.h"
#include "tests/score/truth.h"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace whyrst::score {

constexpr const char* nothingFound = "none";
constexpr const char* unknownCause = "unknown";
constexpr const char* bothCaptures = "both"; ///< the vantage of client and server together

/// How good an answer is.
enum class Verdict : uint8_t
{
    Right,
    Wrong,
    Unsure, ///< we say unknown where a cause can be told
};

/// One connection in one capture: the truth and our answer.
struct Judgment
{
    std::string run;
    std::string capture; ///< "client", "server", "router"
    int connection = -1; ///< index in the truth; -1: ours matches none of it
    std::string truth;   ///< cause, or "none"
    std::vector<std::string> accept;
    std::string answer;     ///< cause, "none", "missing" (no such connection) or "refused" (the file was)
    std::string confidence; ///< empty without one
    std::string subs;       ///< joined by '+'
    uint32_t frame = 0;     ///< of the reset; 0 for deaths and none
    Verdict verdict = Verdict::Wrong;
    bool isFalseFault = false; ///< a fault is told where nothing is wrong
    bool isLater = false;      ///< of a cause that is not scored
};

/// What is scored: the causes of `only` and connections without a cause; all when empty.
struct Selection
{
    std::set<std::string> only;

    bool covers(const std::string& truth) const
    {
        return only.empty() || truth == nothingFound || only.contains(truth);
    }
};

/// Diagnoses the captures of `run` and judges each connection of each capture. Adds what they show to `evidence`.
std::vector<Judgment> judgeRun(const TrueRun& run, const Selection& selection, EvidenceScore& evidence);

/// Mean over runs of the share of right connections; nothing when no run counts.
struct Share
{
    double sum = 0;
    int runs = 0;

    double mean() const { return runs == 0 ? 0 : sum / runs; }
};

/// Counts of one cause in the captures of one kind.
struct Tally
{
    int right = 0;
    int wrong = 0;
    int unsure = 0;

    void add(Verdict verdict);
};

/// Everything that the report says.
struct Score
{
    int runs = 0;
    Share overall; ///< over all captures of a run
    std::map<std::string, Share> byCapture;
    std::map<std::string, Share> exactByCapture;                 ///< of answers that are the true cause itself
    std::map<std::string, std::map<std::string, Tally>> tallies; ///< by true cause, then capture
    std::map<std::string, std::map<std::string, int>> confusion; ///< by true cause, then our answer
    std::map<std::string, Tally> later;                          ///< by true cause, those that are not scored
    std::vector<Judgment> notRight;                              ///< wrong and unsure
    std::vector<Judgment> wrongCertain;                          ///< the worst kind, of later causes too
    std::vector<Judgment> falseFaults;
};

/// Sums up the judgments of all runs.
Score sumUp(const std::vector<Judgment>& judgments);

} // namespace whyrst::score
