// Which connections of two captures have values in common: the candidates for pairs (comparison.md 2.2).
#pragma once

#include "model/compare/connection_sample.h"
#include "model/compare/content_marks.h"
#include "model/compare/pair_evidence.h"
#include "model/tcp/trace.h"

#include <vector>

namespace whyrst {

/// Two connections that have something in common.
struct Candidate
{
    ConnectionId a;
    ConnectionId b;
    PairEvidence evidence;
    int score = 0;
};

/// One value that a connection of each capture has.
struct Hit
{
    uint32_t a = 0;
    uint32_t b = 0;
    uint8_t kind = 0;
    bool sameSide = true;
};

/// What the connections of both captures have in common. Linear in packets and hits.
class CommonValues
{
public:
    /// Joins what the packets' headers tell of all connections.
    CommonValues(const Trace& a, const Trace& b);

    /// Adds places of equal content; the marks must outlive this.
    void addContents(const ContentMarks& marksA, const ContentMarks& marksB);

    /// The candidates with their scores, by `a`, then `b`.
    std::vector<Candidate> candidates();

private:
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
