#include "model/compare/compare.h"

#include "model/compare/arrival_order.h"
#include "model/compare/capture_span.h"
#include "model/compare/clock_samples.h"
#include "model/compare/connection_pairing.h"
#include "model/compare/couples.h"
#include "model/compare/findings.h"
#include "model/compare/nearness.h"
#include "model/compare/open_pair.h"
#include "model/compare/pair_doubts.h"
#include "model/compare/rewrites.h"
#include "model/compare/second_shift.h"
#include "model/compare/terminated.h"
#include "model/compare/way_verdicts.h"
#include "model/parallel.h"

#include <algorithm>
#include <future>
#include <memory>

namespace whyrst {

namespace {

constexpr uint32_t worthAThread = 1U << 16; ///< packets of a connection
constexpr int mostSteps = 8;                ///< ours: so often the shift of a direction may change

/// Calls `work` for both directions, of large connections at the same time when a thread is to be had.
template <typename Work> void forBothWays(uint32_t packets, const Work& work)
{
    if (packets < worthAThread) {
        work(Side::Client);
        work(Side::Server);
        return;
    }
    auto other = std::async(std::launch::async | std::launch::deferred, [&] { work(Side::Server); });
    work(Side::Client);
    other.get();
}

/// Result of work that changes what it works on.
struct Done
{
};

/// Turns the links' indices into rows of the flows.
void nameRows(Way& way, const WayPackets& packets)
{
    for (PacketLink& link : way.links) {
        link.sent = packets.sent[link.sent].row;
        link.arrived = packets.arrived[link.arrived].row;
    }
}

/// Compares two traces step by step.
class Comparing
{
public:
    Comparing(const TracePair& traces, Nearness nearness, const CompareOptions& options, Progress& progress)
        : m_traces(traces)
        , m_nearness(nearness)
        , m_options(options)
        , m_progress(progress)
    {
    }

    /// False when `progress` asked to stop.
    bool compare(OpenPairs pairs)
    {
        m_open = std::move(pairs);
        if (!forAll(0.2, [this](OpenPair& open) { read(open); }))
            return false;
        m_resolution = resolutionOf(m_open, Side::Client) + resolutionOf(m_open, Side::Server);
        PairDoubts doubts(m_traces, m_resolution);
        if (std::ranges::any_of(m_open, [](const auto& open) { return open->isWeak && open->isGood(); }))
            doubts.fitStrongClock(m_open);
        if (!forAll(0.2, [&](OpenPair& open) { doubts.doubt(open); }))
            return false;
        fitFirstClock();
        if (!forAll(
                0.5, [this](OpenPair& open) { pairWays(open); }, &OpenPair::isRead))
            return false;
        fitLastClock();
        m_spans = {spanOf(m_traces, m_clock, m_open, Side::Client), spanOf(m_traces, m_clock, m_open, Side::Server)};
        return forAll(0.8, [this](OpenPair& open) { judge(open); });
    }

    void take(Comparison& comparison)
    {
        comparison.clock = std::move(m_clock);
        for (const auto& open : m_open) {
            if (!open->refusal.empty())
                comparison.refused.push_back({open->pair.client, open->pair.server, std::move(open->refusal)});
            else if (open->signs.areDeciding())
                comparison.terminated.push_back(coupleOf(*open));
            else
                comparison.pairs.push_back(std::move(open->pair));
        }
        std::ranges::sort(comparison.pairs, {}, &ConnectionPair::client);
    }

private:
    /// Does `work` with the pairs that are `wanted`. False when `progress` asked to stop.
    template <typename Work>
    bool forAll(double fraction, const Work& work, bool (OpenPair::*wanted)() const = &OpenPair::isGood)
    {
        bool goesOn = m_progress.report(fraction, 0);
        const auto make = [&](size_t index) {
            if ((*m_open[index].*wanted)())
                work(*m_open[index]);
            return Done();
        };
        makeInOrder(goesOn ? m_open.size() : 0, 0, make, [&](Done) { return goesOn = m_progress.report(fraction, 0); });
        return goesOn;
    }

    void read(OpenPair& open) const
    {
        ConnectionPair& pair = open.pair;
        const auto shifts = findShifts(m_traces, pair, open.contentShifts);
        if (!shifts && open.isWeak) {
            open.signs.deciding.emplace_back("no packet of the one is found in the other");
            return;
        }
        if (!shifts) {
            open.refusal = "their sequence numbers have nothing in common, and no packet tells how they were shifted";
            return;
        }
        open.shifts = *shifts;
        readWays(open);
        open.signs = headerSigns(m_traces, pair, open.ways);
    }

    /// Reads the packets of both directions in the client's numbers, as far as the shifts are known.
    void readWays(OpenPair& open) const
    {
        ConnectionPair& pair = open.pair;
        const uint32_t packets = m_traces.client.connection(pair.client).packetCount()
            + m_traces.server.connection(pair.server).packetCount();
        forBothWays(packets, [&](Side from) {
            const size_t index = sideIndex(from);
            open.ways[index] = readWay(m_traces, pair, from, open.shifts);
            open.sure[index] = findSurePairs(open.ways[index]);
            Way& way = pair.ways[index];
            way.shift = open.shifts[index].raw;
            way.offsetShift = open.shifts[index].offset;
            way.laterShifts = open.shifts[index].steps;
            way.sent.resize(flowOf(m_traces, pair, from, from).size());
            way.arrived.resize(flowOf(m_traces, pair, from, otherSide(from)).size());
        });
        for (const Side from : {Side::Client, Side::Server}) {
            const Marks& marks = open.ways[sideIndex(from)].marks;
            Way& way = pair.ways[sideIndex(from)];
            way.rewritesIds = !marks.ids;
            way.rewritesTimestamps = !marks.timestamps;
            way.keepsSackBlocks = marks.rawSack && pair.way(otherSide(from)).shift != SeqNum{0};
        }
    }

    void fitFirstClock()
    {
        ClockSamples samples = emptySamples();
        for (const auto& open : m_open) {
            if (open->isGood())
                addSureSamples(samples, m_traces, *open);
        }
        fit(samples);
    }

    /// With all that the first clock helped to pair.
    void fitLastClock()
    {
        ClockSamples samples = emptySamples();
        forLinks([&](const OpenPair& open, size_t index) {
            addLinks(samples, open.ways[index], framesOf(open, index), open.paired[index].links);
        });
        if (samples.toServer.empty() != samples.toClient.empty()) {
            forLinks([&](const OpenPair& open, size_t index) {
                const WayPackets& way = open.ways[index];
                addRoundTrips(samples, way, framesOf(open, index), open.paired[index].links, open.ways[1 - index]);
                const bool fromClient = way.from == Side::Client;
                const Connection& near = fromClient ? m_traces.client.connection(open.pair.client)
                                                    : m_traces.server.connection(open.pair.server);
                addIcmpRoundTrips(samples, way, framesOf(open, index), open.paired[index].links, near.icmpErrors(),
                    fromClient ? 0 : open.pair.ways[index].offsetShift);
            });
        }
        fit(samples);
    }

    template <typename Visit> void forLinks(const Visit& visit) const
    {
        for (const auto& open : m_open) {
            for (size_t index = 0; index < 2 && open->isGood(); ++index)
                visit(*open, index);
        }
    }

    FrameNumbers framesOf(const OpenPair& open, size_t index) const
    {
        return {m_traces, open.pair, open.ways[index].from};
    }

    ClockSamples emptySamples() const
    {
        ClockSamples samples;
        samples.resolution = m_resolution;
        return samples;
    }

    void fit(const ClockSamples& samples)
    {
        if (m_options.offset)
            m_clock = fixedClock(samples, *m_options.offset, ClockKind::Manual);
        else if (m_options.trustClocks)
            m_clock = fixedClock(samples, Duration(0), ClockKind::Trusted);
        else
            m_clock = fitClock(samples);
        for (ClockSet& set : m_clock.sets)
            findFirstFrame(set, m_traces, m_open);
        makeInOrder(
            m_open.size(), 0,
            [&](size_t index) {
                for (WayPackets& way : m_open[index]->ways)
                    setTimes(m_open[index]->pair, way);
                return Done();
            },
            [](Done) { return true; });
    }

    void setTimes(const ConnectionPair& pair, WayPackets& way) const
    {
        for (const Side capture : {Side::Client, Side::Server}) {
            std::vector<WayPacket>& packets = capture == way.from ? way.sent : way.arrived;
            if (m_clock.wasSet(capture)) {
                const Flow& flow = flowOf(m_traces, pair, way.from, capture);
                for (WayPacket& packet : packets)
                    packet.time = m_clock.common(capture, packet.recorded, flow.segments.at(packet.row).frame);
            } else {
                for (WayPacket& packet : packets)
                    packet.time = m_clock.common(capture, packet.recorded, PacketNumber{});
            }
        }
    }

    Duration bound() const
    {
        const auto largest = std::ranges::max_element(m_clock.pieces, {}, &ClockPiece::halfRoundTrip);
        return largest->halfRoundTrip;
    }

    UsualDelay usualOf(const OpenPair& open, size_t index) const
    {
        return {open.ways[index], open.sure[index], bound()};
    }

    void pairWays(OpenPair& open) const
    {
        pairPackets(open);
        for (int step = 0; step < mostSteps && !open.signs.areDeciding() && addLaterShifts(open); ++step) {
            readWays(open);
            for (WayPackets& way : open.ways)
                setTimes(open.pair, way);
            pairPackets(open);
        }
        const bool changesLength
            = std::ranges::any_of(open.shifts, [](const NumberShift& shift) { return !shift.steps.empty(); });
        addPacketSigns(open.signs, open.ways, open.paired, m_clock, changesLength);
    }

    /// Whether a direction shows that a box makes its data longer or shorter.
    static bool addLaterShifts(OpenPair& open)
    {
        bool any = false;
        for (size_t index = 0; index < 2; ++index) {
            if (const auto step = findLaterShift(open.ways[index], open.paired[index], open.shifts[index])) {
                open.shifts[index].steps.push_back(*step);
                any = true;
            }
        }
        return any;
    }

    void pairPackets(OpenPair& open) const
    {
        forBothWays(open.packets(), [&](Side from) {
            const size_t index = sideIndex(from);
            open.paired[index] = pairSegments(open.ways[index], open.sure[index], usualOf(open, index), bound());
        });
    }

    void judge(OpenPair& open) const
    {
        std::array spans = m_spans;
        if (m_options.stillRunning) {
            const Timestamp end = std::max(spans[0].end, spans[1].end);
            for (CaptureSpan& span : spans)
                span.end = span.endIsKnown ? span.end : end;
        }
        ConnectionPair& pair = open.pair;
        forBothWays(open.packets(), [&](Side from) {
            const size_t index = sideIndex(from);
            const WayPackets& back = open.ways[1 - index];
            const ReceptionProof proof(m_traces, pair, back, from);
            judgeWay(pair.ways[index], open.ways[index], back, std::move(open.paired[index]), usualOf(open, index),
                {spans[index], spans[1 - index], bound()}, proof);
            findOrder(pair.ways[index], open.ways[index], !m_clock.wasSet(otherSide(from)));
        });
        findRewrites(m_traces, open.ways, pair);
        findOrigins(m_traces, open.ways, pair);
        if (m_nearness != Nearness::SamePoint) // two recordings at one point say nothing about a path
            findFindings(m_traces, open.ways, pair);
        for (const Side from : {Side::Client, Side::Server})
            nameRows(pair.ways[sideIndex(from)], open.ways[sideIndex(from)]);
        open.ways = {};
    }

    const TracePair& m_traces;
    Nearness m_nearness;
    const CompareOptions& m_options;
    Progress& m_progress;
    OpenPairs m_open;
    CaptureClock m_clock;
    std::array<CaptureSpan, 2> m_spans;
    Duration m_resolution{}; ///< of both captures' times together
};

} // namespace

Comparison compareTraces(const Trace& first, const Trace& second, const CompareOptions& options, Progress& progress)
{
    Comparison comparison;
    ConnectionPairing pairing = pairConnections(first, second, options.pairs, options.apart, progress);
    const NearnessVerdict nearness = findNearness(first, second, pairing);
    comparison.nearness = options.nearClient ? Nearness::Known : nearness.nearness;
    comparison.isSwapped = options.nearClient ? *options.nearClient == GivenCapture::Second : nearness.isSwapped;
    if (comparison.isSwapped) {
        for (MatchedConnections& matched : pairing.matched)
            std::swap(matched.a, matched.b);
        for (DoubtfulConnections& doubtful : pairing.doubtful)
            std::swap(doubtful.a, doubtful.b);
        for (ConnectionPart& part : pairing.parts)
            part.isInB = !part.isInB;
        pairing.unmatchedA.swap(pairing.unmatchedB);
    }
    OpenPairs pairs;
    for (const MatchedConnections& matched : pairing.matched)
        pairs.push_back(openPair(matched, comparison.isSwapped));
    addParts(pairs, pairing.parts);
    for (DoubtfulConnections& doubtful : pairing.doubtful)
        comparison.refused.push_back({doubtful.a, doubtful.b, std::move(doubtful.why)});
    comparison.unpairedClient = std::move(pairing.unmatchedA);
    comparison.unpairedServer = std::move(pairing.unmatchedB);
    const TracePair traces{comparison.isSwapped ? second : first, comparison.isSwapped ? first : second};
    Comparing comparing(traces, comparison.nearness, options, progress);
    if (comparing.compare(std::move(pairs))) {
        comparing.take(comparison);
        describeCouples(traces, comparison, progress);
    }
    return comparison;
}

} // namespace whyrst
