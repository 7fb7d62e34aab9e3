// The values that connections of two captures have in common, and the couples of connections that they make candidates.
#pragma once

#include "model/compare/connection_sample.h"
#include "model/compare/content_marks.h"
#include "model/compare/pair_evidence.h"
#include "model/tcp/trace.h"

#include <cstdint>
#include <vector>

namespace whyrst {

/// Two connections that may be one.
struct Candidate
{
    ConnectionId a;
    ConnectionId b;
    PairEvidence evidence;
    int score = 0;
};

/// What the connections of both captures have in common. Both traces must outlive it.
class CommonValues
{
public:
    CommonValues(const Trace& a, const Trace& b);

    /// Places of equal content count, too. Both must outlive the next call of candidates().
    void addContents(const ContentMarks& marksA, const ContentMarks& marksB);

    /// The candidates with their scores, by `a`, then `b`.
    std::vector<Candidate> candidates();

private:
    /// One value that a connection of each capture has.
    struct Hit
    {
        uint32_t a = 0;
        uint32_t b = 0;
        uint8_t kind = 0;
        bool sameSide = true;
    };

    /// Joins two lists of values by hash and adds a hit for each connection of A and of B that hold the same value.
    void addHits(const std::vector<SampledValue>& a, const std::vector<SampledValue>& b, uint8_t kind);
    static void count(PairEvidence& evidence, const Hit& hit);
    uint32_t sampled(const Candidate& candidate, SampleKind kind) const;
    void weigh(Candidate& candidate) const;

    const Trace& m_a;
    const Trace& m_b;
    ConnectionSamples m_samplesA;
    ConnectionSamples m_samplesB;
    std::vector<Hit> m_hits;
    const ContentMarks* m_marksA = nullptr;
    const ContentMarks* m_marksB = nullptr;
};

} // namespace whyrst
