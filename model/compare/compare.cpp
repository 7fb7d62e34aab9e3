#include "model/compare/compare.h"

#include "model/compare/arrival_order.h"
#include "model/compare/clock_samples.h"
#include "model/compare/connection_pairing.h"
#include "model/compare/couples.h"
#include "model/compare/findings.h"
#include "model/compare/nearness.h"
#include "model/compare/rewrites.h"
#include "model/compare/second_shift.h"
#include "model/compare/terminated.h"
#include "model/compare/way_verdicts.h"
#include "model/parallel.h"

#include <algorithm>
#include <future>
#include <memory>
#include <unordered_map>

namespace whyrst {

namespace {

constexpr uint32_t worthAThread = 1U << 16; ///< packets of a connection
constexpr int mostSteps = 8;                ///< ours: so often the shift of a direction may change

constexpr Duration leastLead = std::chrono::milliseconds(2); // comparison.md 2.5: what captures may stamp late
constexpr Duration mostUnseenStep = std::chrono::seconds(1); ///< heuristic: so far a clock may be off unchecked
constexpr Duration longestDelay = std::chrono::seconds(2);   ///< heuristic: queues of slow links hold packets so long
constexpr int mostRoundTrips = 10;                           ///< heuristic: or for so many round trips

/// A pair while it is being compared.
struct OpenPair
{
    ConnectionPair pair;
    std::array<WayPackets, 2> ways; ///< by Side of the sender
    std::array<std::vector<SurePair>, 2> sure;
    std::array<PairedWay, 2> paired;
    std::array<NumberShift, 2> shifts;
    ContentShifts contentShifts; ///< raw shifts that equal content tells
    bool isWeak = false;         ///< no more agrees than of two transfers of the same content
    bool hasSteps = false;       ///< numbers since the SYN agree, not only content
    bool hasEqualEndpoints = false;
    std::string refusal;    ///< why it is none
    TerminationSigns signs; ///< that the two connections are not one

    bool isGood() const { return refusal.empty() && !signs.areDeciding(); }
    /// Its packets were read: it is one connection, or what betrays that it is none can be looked for.
    bool isRead() const { return refusal.empty() && packets() > 0; }
    uint32_t packets() const
    {
        size_t count = 0;
        for (const WayPackets& way : ways)
            count += way.sent.size() + way.arrived.size();
        return static_cast<uint32_t>(count);
    }
};

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

/// The tick of a capture's clock, as its packets show it.
Duration resolutionOf(const std::vector<std::unique_ptr<OpenPair>>& pairs, Side capture)
{
    constexpr std::array ticks{Duration(std::chrono::milliseconds(1)), Duration(std::chrono::microseconds(1))};
    for (const Duration tick : ticks) {
        const auto fits
            = [&](const WayPacket& packet) { return packet.recorded.time_since_epoch() % tick == Duration(0); };
        const bool all = std::ranges::all_of(pairs, [&](const auto& open) {
            return std::ranges::all_of(open->ways, [&](const WayPackets& way) {
                return std::ranges::all_of(way.from == capture ? way.sent : way.arrived, fits);
            });
        });
        if (all)
            return tick;
    }
    return Duration(1);
}

/// Two connections that the pairing found to be one; `isSwapped`: capture A is the server's, and `matched` has been
/// swapped already but for its shifts.
std::unique_ptr<OpenPair> openPair(const MatchedConnections& matched, bool isSwapped)
{
    auto open = std::make_unique<OpenPair>();
    ConnectionPair& pair = open->pair;
    pair.client = matched.a;
    pair.server = matched.b;
    pair.isFlipped = matched.isFlipped;
    pair.score = matched.evidence.score();
    pair.evidence = matched.evidence.text();
    pair.confidence = matched.evidence.isCertain() ? Confidence::Certain : Confidence::Likely;
    pair.isByHand = matched.isByHand;
    if (pair.isByHand)
        pair.evidence = "paired by hand" + (pair.evidence.empty() ? "" : ", " + pair.evidence);
    open->isWeak = !matched.isByHand && matched.evidence.isOfEqualTransfers();
    open->hasSteps = matched.evidence.hasSteps();
    open->hasEqualEndpoints = matched.evidence.sameEndpoints;
    for (const Side side : {Side::Client, Side::Server}) {
        const std::optional<SeqNum> shift = matched.contentShifts[sideIndex(side)];
        if (!shift)
            continue;
        const Side atClient = isSwapped && matched.isFlipped ? otherSide(side) : side;
        open->contentShifts[sideIndex(atClient)] = isSwapped ? SeqNum{0U - shift->value} : *shift;
    }
    return open;
}

/// Tells the pairs of further connections that are of them.
void addParts(std::vector<std::unique_ptr<OpenPair>>& pairs, const std::vector<ConnectionPart>& parts)
{
    std::array<std::unordered_map<ConnectionId, size_t>, 2> indexOf; // by capture
    for (size_t index = 0; index < pairs.size() && !parts.empty(); ++index) {
        indexOf[0].emplace(pairs[index]->pair.client, index);
        indexOf[1].emplace(pairs[index]->pair.server, index);
    }
    for (const ConnectionPart& part : parts) {
        const size_t capture = part.isInB ? 1 : 0;
        const auto whole = indexOf[1 - capture].find(part.whole);
        if (whole != indexOf[1 - capture].end())
            pairs[whole->second]->pair.parts[capture].push_back(part.part);
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
    bool compare(std::vector<std::unique_ptr<OpenPair>> pairs)
    {
        m_open = std::move(pairs);
        if (!forAll(0.2, [this](OpenPair& open) { read(open); }))
            return false;
        m_resolution = resolutionOf(m_open, Side::Client) + resolutionOf(m_open, Side::Server);
        if (std::ranges::any_of(m_open, [](const auto& open) { return open->isWeak && open->isGood(); }))
            fitStrongClock();
        if (!forAll(0.2, [this](OpenPair& open) { doubt(open); }))
            return false;
        fitFirstClock();
        if (!forAll(
                0.5, [this](OpenPair& open) { pairWays(open); }, &OpenPair::isRead))
            return false;
        fitLastClock();
        m_spans = {spanOf(Side::Client), spanOf(Side::Server)};
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

    /// Where nothing but content or steps agrees, the packets' marks must say that they are the same packets; where
    /// there are no marks, their times must allow it. Ours: two transfers of the same content are not one connection.
    void doubt(OpenPair& open) const
    {
        if (!open.isWeak)
            return;
        const MarksOfPair marks = marksOfPair(open.ways);
        if (marks == MarksOfPair::Agree)
            return;
        // A box that writes IP IDs of its own leaves the steps.
        const bool areOthers = marks == MarksOfPair::Disagree || (marks == MarksOfPair::OtherIds && !open.hasSteps);
        if (areOthers && (!open.hasEqualEndpoints || hasOtherNumbers(open))) {
            open.signs.deciding.emplace_back(marks == MarksOfPair::Disagree
                    ? "the packets that carry it are others by their IP IDs and timestamps"
                    : "the packets that carry it are others by their IP IDs");
            return;
        }
        const std::optional<bool> isPossible = fitsStrongClock(open);
        if (!isPossible)
            doubtTimes(open);
        else if (!*isPossible)
            open.signs.deciding.emplace_back(
                "on the clock of the other connections, packets arrive before they are sent, or much too late");
    }

    /// The same by the pair's own times, where no other pair tells the clock.
    void doubtTimes(OpenPair& open) const
    {
        ClockSamples samples = emptySamples();
        addSureSamples(samples, open);
        const CaptureClock clock = fitClock(samples);
        const size_t mostSets = open.hasSteps ? 1 : 0; // a clock may be set once while a connection lives
        if (clock.noSingleClock || clock.sets.size() > mostSets)
            open.signs.deciding.emplace_back("the times of their packets contradict each other again and again");
        else if (clock.kind != ClockKind::TwoWay && !open.hasSteps)
            open.refusal = "only their content agrees, and packets of one direction cannot tell one connection from "
                           "two transfers";
        else
            open.pair.confidence = Confidence::Likely;
    }

    /// Whether both initial sequence numbers are known in both captures, and both are others.
    bool hasOtherNumbers(const OpenPair& open) const
    {
        return std::ranges::all_of(std::array{Side::Client, Side::Server}, [&](Side from) {
            return flowOf(m_traces, open.pair, from, Side::Client).synSeen()
                && flowOf(m_traces, open.pair, from, Side::Server).synSeen()
                && open.shifts[sideIndex(from)].raw != SeqNum{0};
        });
    }

    /// Whether the packets of a pair pass the path forward in time on the clock of the pairs that are sure; nothing
    /// when there is no such clock, or no packet.
    std::optional<bool> fitsStrongClock(const OpenPair& open) const
    {
        if (!m_strongClock.hasBound() || m_strongClock.noSingleClock)
            return std::nullopt;
        size_t judged = 0;
        bool fits = true;
        for (size_t index = 0; index < 2; ++index) {
            const WayPackets& way = open.ways[index];
            const auto impossible = std::ranges::count_if(open.sure[index], [&](const SurePair& sure) {
                return !isPossible(way.from, way.sent[sure.sent].recorded, way.arrived[sure.arrived].recorded);
            });
            judged += open.sure[index].size();
            fits = fits && 2 * static_cast<size_t>(impossible) <= open.sure[index].size();
        }
        return judged == 0 ? std::nullopt : std::optional(fits);
    }

    /// Whether a packet may have taken the time that the clock of the sure pairs tells.
    bool isPossible(Side from, Timestamp sent, Timestamp arrived) const
    {
        const Timestamp begin = m_strongClock.common(from, sent);
        const Timestamp end = m_strongClock.common(otherSide(from), arrived);
        const ClockPiece& piece = m_strongClock.pieceAt(begin);
        const bool isChecked = m_strongClock.isChecked(begin) && m_strongClock.isChecked(end);
        const Duration leeway = piece.bound + (isChecked ? leastLead : mostUnseenStep);
        const Duration longest = std::max(mostRoundTrips * 2 * piece.halfRoundTrip, longestDelay);
        return end - begin >= -leeway && end - begin <= longest + leeway;
    }

    void fitStrongClock()
    {
        ClockSamples samples = emptySamples();
        for (const auto& open : m_open) {
            if (open->isGood() && !open->isWeak)
                addSureSamples(samples, *open);
        }
        m_strongClock = fitClock(samples);
    }

    void addSureSamples(ClockSamples& samples, const OpenPair& open) const
    {
        for (size_t index = 0; index < 2; ++index)
            addSurePairs(samples, open.ways[index], framesOf(open, index), open.sure[index]);
    }

    static TerminatedPair coupleOf(const OpenPair& open)
    {
        TerminatedPair couple;
        couple.client = open.pair.client;
        couple.server = open.pair.server;
        couple.signs = open.signs.all();
        couple.why = coupleText(couple.signs, false);
        couple.isFlipped = open.pair.isFlipped;
        return couple;
    }

    void fitFirstClock()
    {
        ClockSamples samples = emptySamples();
        for (const auto& open : m_open) {
            if (open->isGood())
                addSureSamples(samples, *open);
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
            findFirstFrame(set);
        makeInOrder(
            m_open.size(), 0,
            [&](size_t index) {
                for (WayPackets& way : m_open[index]->ways)
                    setTimes(m_open[index]->pair, way);
                return Done();
            },
            [](Done) { return true; });
    }

    /// Where a clock was set back, the first packet whose time is before that of the one before it tells where.
    void findFirstFrame(ClockSet& set) const
    {
        if (set.by >= Duration(0))
            return;
        std::vector<std::pair<PacketNumber, Timestamp>> packets;
        for (const auto& open : m_open) {
            for (const WayPackets& way : open->ways) {
                const Flow& flow = flowOf(m_traces, open->pair, way.from, set.capture);
                const uint32_t end = flow.segments.lowerBound(PacketNumber{set.firstFrame.value + 1});
                for (uint32_t row = flow.segments.lowerBound(set.lastFrame); row < end; ++row)
                    packets.emplace_back(flow.segments.at(row).frame, flow.segments.at(row).time);
            }
        }
        std::ranges::sort(packets);
        const auto first = std::ranges::adjacent_find(
            packets, [&](const auto& before, const auto& after) { return after.second - before.second < set.by / 2; });
        if (first != packets.end())
            set.firstFrame = (first + 1)->first;
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

    CaptureSpan spanOf(Side capture) const
    {
        const CaptureInfo& info = m_traces.near(capture).capture;
        CaptureSpan span;
        span.begin = std::min(info.details.started.value_or(info.firstTime), info.firstTime);
        span.end = std::max(info.details.ended.value_or(info.lastTime), info.lastTime);
        span.endIsKnown = info.details.ended.has_value();
        span.hasDrops = info.droppedByCapture > 0;
        if (m_clock.wasSet(capture))
            return steadySpan(capture, span);
        span.begin = m_clock.common(capture, span.begin);
        span.end = m_clock.common(capture, span.end);
        return span;
    }

    /// A clock that was set may show less at the end than at the beginning: the packets tell.
    CaptureSpan steadySpan(Side capture, CaptureSpan span) const
    {
        constexpr PacketNumber last{UINT32_MAX};
        const CaptureDetails& details = m_traces.near(capture).capture.details;
        span.begin = details.started ? m_clock.common(capture, *details.started, PacketNumber{}) : Timestamp::max();
        span.end = details.ended ? m_clock.common(capture, *details.ended, last) : Timestamp::min();
        for (const auto& open : m_open) {
            for (const WayPackets& way : open->ways) {
                for (const WayPacket& packet : capture == way.from ? way.sent : way.arrived) {
                    span.begin = std::min(span.begin, packet.time);
                    span.end = std::max(span.end, packet.time);
                }
            }
        }
        return span;
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
    std::vector<std::unique_ptr<OpenPair>> m_open;
    CaptureClock m_clock;
    CaptureClock m_strongClock; ///< of the pairs that are not weak
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
    std::vector<std::unique_ptr<OpenPair>> pairs;
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
