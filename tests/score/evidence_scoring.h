// Compares what a diagnosis shows with what really happened: who sent each RST, and the packet with which it began.
#pragma once

#include "model/diagnosis/diagnosis.h"
#include "model/tcp/trace.h"
#include "tests/score/truth.h"

#include <map>
#include <string>
#include <vector>

namespace whyrst::score {

/// How often the sender of a RST was told right. Of the RSTs of hosts, or of those of boxes.
struct SenderCounts
{
    int right = 0;
    int wrong = 0;
    int open = 0; ///< "not known"

    SenderCounts& operator+=(const SenderCounts& other);
};

/// What is counted at one vantage.
struct EvidenceTally
{
    SenderCounts hosts;
    SenderCounts boxes;
    int firstSends = 0; ///< stuck segments whose first send the capture has
    int inText = 0;     ///< of those, in the printed chain
    int inJson = 0;     ///< of those, in the chain of the JSON
    std::vector<std::string> misses;
};

/// By vantage.
struct EvidenceScore
{
    std::map<std::string, EvidenceTally> byVantage;

    /// Whether no RST is said to be of the wrong sender where both captures were at hand, and the first send of the
    /// stuck segment is told nearly always.
    bool isGood() const;
};

/// A connection of ours with its truth.
struct JudgedConnection
{
    const TrueRun& run;
    const TrueConnection& truth;
    const std::string& capture; ///< whose frames the diagnosis has
    const std::string& peer;    ///< the other capture that it was made with; empty without one
    const CaptureInfo& info;
    const Connection& connection;
    const ConnectionDiagnosis& diagnosis;
};

/// Adds the evidence of one connection.
void addEvidence(EvidenceTally& tally, const JudgedConnection& judged);

} // namespace whyrst::score
