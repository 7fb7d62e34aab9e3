#include "tests/score/pair_scoring.h"

#include "model/compare/compare.h"
#include "model/compare/packet_relations.h"
#include "model/result.h"
#include "model/tcp/load_trace.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace whyrst::score {

namespace {

using Frames = std::set<std::pair<uint32_t, uint32_t>>;

/// pairs.csv: the frames of both captures, 0 where the other capture does not have the packet.
struct TruePairs
{
    Frames both;
    std::set<uint32_t> onlyClient;
    std::set<uint32_t> onlyServer;
};

std::vector<uint32_t> numbersIn(const std::string& cell)
{
    std::vector<uint32_t> numbers;
    std::istringstream in(cell);
    for (uint32_t number = 0; in >> number; in.ignore(1))
        numbers.push_back(number);
    return numbers;
}

std::optional<TruePairs> readPairs(const std::string& file)
{
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line))
        return std::nullopt;
    TruePairs pairs;
    while (std::getline(in, line)) {
        const size_t comma = line.find(',');
        const std::vector<uint32_t> client = numbersIn(line.substr(0, comma));
        const std::vector<uint32_t> server = numbersIn(line.substr(comma + 1));
        for (const uint32_t c : client) {
            for (const uint32_t s : server)
                pairs.both.emplace(c, s);
            if (server.empty())
                pairs.onlyClient.insert(c);
        }
        for (const uint32_t s : server) {
            if (client.empty())
                pairs.onlyServer.insert(s);
        }
    }
    return pairs;
}

/// A packet that was sent from the side of its capture.
struct SentPacket
{
    Timestamp time;
    bool isBareAck = false;
};

std::map<uint32_t, SentPacket> sentPackets(const Trace& trace, Side capture)
{
    std::map<uint32_t, SentPacket> packets;
    for (const Connection& connection : trace.connections) {
        for (const Segment& segment : connection.flow(capture).segments) {
            if (!segment.isCaptureDuplicate)
                packets[segment.frame.value] = {segment.time, segment.isPureAck()};
        }
    }
    return packets;
}

/// Judges one run.
class PairJudge
{
public:
    PairJudge(const TrueRun& run, const Trace& client, const Trace& server, const TruePairs& truth)
        : m_run(run)
        , m_client(client)
        , m_server(server)
        , m_truth(truth)
    {
        NoProgress progress;
        // In the wrong order: it must not matter.
        m_comparison = compareTraces(server, client, {}, progress);
        m_score.runs = 1;
    }

    PairScore judge()
    {
        // Without hop or delay between them the order is as given.
        const bool isSwapped = m_comparison.isSwapped;
        if (!isSwapped)
            remark("the captures' sides were not told apart");
        const TracePair traces{isSwapped ? m_client : m_server, isSwapped ? m_server : m_client};
        for (const ConnectionPair& pair : m_comparison.pairs) {
            for (const PacketRelation& relation : packetRelations(traces, m_comparison.clock, pair))
                take(relation, isSwapped);
        }
        countPairs();
        countLost();
        judgeClock(isSwapped);
        return m_score;
    }

private:
    void remark(const std::string& text) { m_score.remarks.push_back(m_run.name + ": " + text); }

    void take(const PacketRelation& relation, bool isSwapped)
    {
        const uint32_t client = (isSwapped ? relation.clientFrame : relation.serverFrame).value;
        const uint32_t server = (isSwapped ? relation.serverFrame : relation.clientFrame).value;
        if (client != 0 && server != 0)
            m_ours.emplace(client, server);
        else if (relation.relation == Relation::Lost)
            m_lost.emplace(client, server);
        else if (relation.relation == Relation::Injected && m_run.sentResets.contains({client, server}))
            ++m_score.falselyInjected;
    }

    void countPairs()
    {
        m_score.truePairs = m_truth.both.size();
        for (const auto& pair : m_ours)
            ++(m_truth.both.contains(pair) ? m_score.right : m_score.wrong);
        if (m_score.wrong > 0)
            remark(std::to_string(m_score.wrong) + " wrong pairs");
        if (m_score.right < m_score.truePairs)
            remark(std::to_string(m_score.truePairs - m_score.right) + " pairs missed");
        if (m_score.falselyInjected > 0)
            remark(std::to_string(m_score.falselyInjected) + " falsely injected");
    }

    bool isAlone(uint32_t client, uint32_t server) const
    {
        return client != 0 ? m_truth.onlyClient.contains(client) : m_truth.onlyServer.contains(server);
    }

    void countLost()
    {
        m_score.saidLost = m_lost.size();
        for (const auto& [client, server] : m_lost) {
            // The hole of a super-segment of which pieces arrived is paired as well.
            const bool isPaired = !isAlone(client, server);
            const bool isHole = isPaired && std::ranges::any_of(m_ours, [&, c = client, s = server](const auto& pair) {
                return c != 0 ? pair.first == c : pair.second == s;
            });
            m_score.falselyLost += isPaired && !isHole ? 1 : 0;
        }
        if (m_score.falselyLost > 0)
            remark(std::to_string(m_score.falselyLost) + " falsely lost");
        if (!m_run.clock || m_run.hasCaptureGaps)
            return;
        countNeverArrived(Side::Client);
        countNeverArrived(Side::Server);
    }

    void countNeverArrived(Side capture)
    {
        const Trace& own = capture == Side::Client ? m_client : m_server;
        const Trace& other = capture == Side::Client ? m_server : m_client;
        std::optional<Duration> delay; // of the last packet that arrived: a queue may be full
        const std::map<uint32_t, Timestamp> arrivals = arrivalTimes(capture, other);
        for (const auto& [frame, packet] : sentPackets(own, capture)) {
            if (const auto arrival = arrivals.find(frame); arrival != arrivals.end())
                delay = arrival->second - atOther(packet.time, capture);
            const auto& alone = capture == Side::Client ? m_truth.onlyClient : m_truth.onlyServer;
            if (!alone.contains(frame) || packet.isBareAck || !delay
                || !isInside(atOther(packet.time, capture) + *delay, other.capture))
                continue;
            ++m_score.neverArrived;
            const std::pair key(capture == Side::Client ? frame : 0, capture == Side::Client ? 0 : frame);
            if (m_lost.contains(key))
                ++m_score.foundLost;
            else
                remark(std::string(sideName(capture)) + " #" + std::to_string(frame) + " never arrived: not said");
        }
    }

    static bool isInside(Timestamp expected, const CaptureInfo& other)
    {
        return expected >= other.firstTime && expected <= other.lastTime;
    }

    /// A time of `capture` by the clock of the other one.
    Timestamp atOther(Timestamp time, Side capture) const
    {
        const Duration offset(std::llround(trueOffset(time)));
        return capture == Side::Client ? time + offset : time - offset;
    }

    /// When the packets of `capture` that arrived did so, by frame.
    std::map<uint32_t, Timestamp> arrivalTimes(Side capture, const Trace& other) const
    {
        std::map<uint32_t, Timestamp> times;
        for (const Connection& connection : other.connections) {
            for (const Segment& segment : connection.flow(capture).segments)
                times[segment.frame.value] = segment.time;
        }
        std::map<uint32_t, Timestamp> result;
        for (const auto& [client, server] : m_truth.both) {
            const auto time = times.find(capture == Side::Client ? server : client);
            if (time != times.end())
                result[capture == Side::Client ? client : server] = time->second;
        }
        return result;
    }

    /// Server clock minus client clock in ns.
    double trueOffset(Timestamp clientTime) const
    {
        const double since = static_cast<double>(clientTime.time_since_epoch().count()) / 1e9 - m_run.clock->atSeconds;
        return (m_run.clock->offsetUs + m_run.clock->driftPpm * since) * 1e3;
    }

    void judgeClock(bool isSwapped)
    {
        const CaptureClock& clock = m_comparison.clock;
        if (!m_run.clock || (clock.kind != ClockKind::TwoWay && clock.kind != ClockKind::FromRtt))
            return;
        const Timestamp first = m_client.capture.firstTime;
        const double sign = isSwapped ? 1 : -1;
        const Timestamp asked = isSwapped ? first : m_server.capture.firstTime;
        const double error = std::abs(sign * static_cast<double>(clock.offsetAt(asked).count()) - trueOffset(first));
        ++m_score.clocks;
        m_score.clocksInside += error <= static_cast<double>(clock.boundAt(asked).count()) ? 1 : 0;
        if (m_score.clocksInside == 0)
            remark("clock off by " + std::to_string(static_cast<int64_t>(error)) + " ns");
        const ClockPiece& piece = clock.pieceAt(asked);
        const double span = toSeconds(piece.closedTo - piece.closedFrom);
        if (span <= 0)
            return;
        ++m_score.drifts;
        const double allowed = 1 + static_cast<double>(piece.bound.count()) / 1e3 / span;
        const bool isInside = std::abs(sign * piece.drift * 1e6 - m_run.clock->driftPpm) <= allowed;
        m_score.driftsInside += isInside ? 1 : 0;
        if (!isInside)
            remark("drift " + std::to_string(piece.drift * 1e6) + " ppm");
    }

    const TrueRun& m_run;
    const Trace& m_client;
    const Trace& m_server;
    const TruePairs& m_truth;
    Comparison m_comparison;
    Frames m_ours;
    Frames m_lost; ///< one of the numbers is 0
    PairScore m_score;
};

double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 100 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

void PairScore::add(const PairScore& other)
{
    runs += other.runs;
    truePairs += other.truePairs;
    right += other.right;
    wrong += other.wrong;
    saidLost += other.saidLost;
    falselyLost += other.falselyLost;
    neverArrived += other.neverArrived;
    foundLost += other.foundLost;
    falselyInjected += other.falselyInjected;
    clocks += other.clocks;
    clocksInside += other.clocksInside;
    drifts += other.drifts;
    driftsInside += other.driftsInside;
    remarks.insert(remarks.end(), other.remarks.begin(), other.remarks.end());
}

bool PairScore::isGood() const
{
    // One packet is allowed where the goal's share of a small set is none.
    const auto isFew
        = [](uint64_t part, uint64_t whole, uint64_t oneIn) { return part <= std::max<uint64_t>(1, whole / oneIn); };
    return runs > 0 && isFew(truePairs - right, truePairs, 1000) && isFew(wrong, truePairs, 10'000)
        && isFew(falselyLost, saidLost, 1000) && isFew(neverArrived - foundLost, neverArrived, 1000)
        && falselyInjected == 0 && clocksInside == clocks && driftsInside == drifts;
}

PairScore scorePairs(const TrueRun& run)
{
    if (!run.captures.contains("client") || !run.captures.contains("server"))
        return {};
    const std::optional<TruePairs> truth = readPairs(run.pairsFile);
    NoProgress progress;
    const Result<Trace> client = loadTrace(run.captures.at("client"), LoadOptions(), progress);
    const Result<Trace> server = loadTrace(run.captures.at("server"), LoadOptions(), progress);
    if (!truth || !client || !server)
        return {};
    return PairJudge(run, *client, *server, *truth).judge();
}

void printPairScore(std::ostream& out, const PairScore& score)
{
    out.setf(std::ios::fixed);
    out.precision(3);
    out << score.runs << " runs with both captures, " << score.truePairs << " true pairs of packets\n"
        << "pairs right          " << score.right << " (" << percent(score.right, score.truePairs) << " %)\n"
        << "pairs wrong          " << score.wrong << '\n'
        << "said lost            " << score.saidLost << ", of which arrived " << score.falselyLost << '\n'
        << "never arrived        " << score.neverArrived << ", of which said " << score.foundLost << '\n'
        << "falsely injected     " << score.falselyInjected << '\n'
        << "clock inside bound   " << score.clocksInside << " of " << score.clocks << '\n'
        << "drift inside bound   " << score.driftsInside << " of " << score.drifts << '\n';
    for (const std::string& remark : score.remarks)
        out << "  " << remark << '\n';
}

} // namespace whyrst::score
