#include "model/compare/common_values.h"

#include "model/tcp/hash.h"

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

constexpr size_t mostHolders = 4; ///< a value that more connections of a capture have tells nothing (comparison.md 2.2)

constexpr uint8_t endpointsKind = sampleKinds;
constexpr uint8_t isnKind = sampleKinds + 1;
constexpr uint8_t contentKind = sampleKinds + 2;

/// Joins two lists of values by hash and adds a hit for each connection of A and of B that hold the same value.
void addHits(
    std::vector<Hit>& hits, const std::vector<SampledValue>& a, const std::vector<SampledValue>& b, uint8_t kind)
{
    const auto keyOfValue = [](const SampledValue& value) { return value.hash | sampleSideBit; };
    const auto endOfGroup = [&](auto at, auto end) {
        const uint64_t key = keyOfValue(*at);
        return std::find_if(at, end, [&](const SampledValue& value) { return keyOfValue(value) != key; });
    };
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end()) {
        if (keyOfValue(*left) != keyOfValue(*right)) {
            keyOfValue(*left) < keyOfValue(*right) ? ++left : ++right;
            continue;
        }
        const auto leftEnd = endOfGroup(left, a.end());
        const auto rightEnd = endOfGroup(right, b.end());
        const bool tells = static_cast<size_t>(leftEnd - left) <= 2 * mostHolders
            && static_cast<size_t>(rightEnd - right) <= 2 * mostHolders;
        for (; left != leftEnd; ++left) {
            for (auto at = right; tells && at != rightEnd; ++at)
                hits.push_back({left->connection.value, at->connection.value, kind,
                    (left->hash & sampleSideBit) == (at->hash & sampleSideBit)});
        }
        right = rightEnd;
    }
}

/// The connections as values by their endpoints, or by their initial sequence numbers.
std::vector<SampledValue> endpointValues(const Trace& trace)
{
    std::vector<SampledValue> values;
    for (const Connection& connection : trace.connections) {
        const uint64_t hash = hashEndpoints(connection.client, connection.server, 1);
        const bool reversed = hashEndpoint(connection.client, 1) > hashEndpoint(connection.server, 1);
        values.push_back({(hash & ~sampleSideBit) | (reversed ? 1U : 0U), connection.id});
    }
    std::ranges::sort(values, {}, &SampledValue::hash);
    return values;
}

std::vector<SampledValue> isnValues(const Trace& trace)
{
    std::vector<SampledValue> values;
    for (const Connection& connection : trace.connections) {
        for (const Side side : {Side::Client, Side::Server}) {
            const Flow& flow = connection.flow(side);
            if (flow.synSeen())
                values.push_back(
                    {mixBits(uint64_t{sideIndex(side)} << 32 | flow.rawSeq({}).value) & ~sampleSideBit, connection.id});
        }
    }
    std::ranges::sort(values, {}, &SampledValue::hash);
    return values;
}

void count(PairEvidence& evidence, const Hit& hit)
{
    switch (hit.kind) {
    case static_cast<uint8_t>(SampleKind::Numbers):
        ++evidence.samePackets;
        break;
    case static_cast<uint8_t>(SampleKind::Timestamps):
        ++evidence.sameTimestamps;
        break;
    case static_cast<uint8_t>(SampleKind::Steps):
        ++evidence.sameSteps;
        break;
    case contentKind:
        ++evidence.sameContents;
        break;
    case endpointsKind:
        evidence.sameEndpoints = true;
        break;
    default: // counted for each candidate: scanners use one number for many
        break;
    }
    // Endpoints tell the side best, but only when both captures agree on who is the client.
    ++(hit.sameSide ? evidence.sameSide : evidence.otherSide);
}

uint8_t sameIsns(const Connection& a, const Connection& b)
{
    uint8_t same = 0;
    for (const Side side : {Side::Client, Side::Server}) {
        if (a.flow(side).synSeen() && b.flow(side).synSeen() && a.flow(side).rawSeq({}) == b.flow(side).rawSeq({}))
            ++same;
    }
    return same;
}

} // namespace

CommonValues::CommonValues(const Trace& a, const Trace& b)
    : m_a(a)
    , m_b(b)
    , m_samplesA(sampleConnections(a))
    , m_samplesB(sampleConnections(b))
{
    for (uint8_t kind = 0; kind < sampleKinds; ++kind)
        addHits(m_hits, m_samplesA.values[kind], m_samplesB.values[kind], kind);
    addHits(m_hits, endpointValues(a), endpointValues(b), endpointsKind);
    addHits(m_hits, isnValues(a), isnValues(b), isnKind);
}

void CommonValues::addContents(const ContentMarks& marksA, const ContentMarks& marksB)
{
    addHits(m_hits, marksA.values(), marksB.values(), contentKind);
    m_marksA = &marksA;
    m_marksB = &marksB;
}

std::vector<Candidate> CommonValues::candidates()
{
    std::ranges::sort(m_hits, {}, [](const Hit& hit) { return uint64_t{hit.a} << 32 | hit.b; });
    std::vector<Candidate> candidates;
    for (const Hit& hit : m_hits) {
        const ConnectionId left{hit.a};
        const ConnectionId right{hit.b};
        if (candidates.empty() || candidates.back().a != left || candidates.back().b != right)
            candidates.push_back({left, right, {}, 0});
        count(candidates.back().evidence, hit);
    }
    for (Candidate& candidate : candidates)
        weigh(candidate);
    return candidates;
}

uint32_t CommonValues::sampled(const Candidate& candidate, SampleKind kind) const
{
    const auto index = static_cast<size_t>(kind);
    return std::min(m_samplesA.counts[index][candidate.a.value], m_samplesB.counts[index][candidate.b.value]);
}

void CommonValues::weigh(Candidate& candidate) const
{
    candidate.evidence.sampledPackets = sampled(candidate, SampleKind::Numbers);
    candidate.evidence.sampledTimestamps = sampled(candidate, SampleKind::Timestamps);
    candidate.evidence.sampledSteps = sampled(candidate, SampleKind::Steps);
    if (candidate.evidence.sameContents > 0)
        candidate.evidence.sampledContents
            = static_cast<uint32_t>(std::min(m_marksA->of(candidate.a).size(), m_marksB->of(candidate.b).size()));
    candidate.evidence.sameIsns = sameIsns(m_a.connection(candidate.a), m_b.connection(candidate.b));
    candidate.score = candidate.evidence.score();
}

} // namespace whyrst
