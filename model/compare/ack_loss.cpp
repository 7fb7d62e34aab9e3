#include "model/compare/ack_loss.h"

#include "model/compare/data_findings.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr size_t leastAcks = 3;      // comparison.md 5.6
constexpr double mostAcksLost = 0.8; // comparison.md 5.6

/// "All 18 acknowledgments", "15 of 18 acknowledgments".
std::string shareText(size_t part, size_t all)
{
    return (part == all ? "all " : groupedDigits(static_cast<int64_t>(part)) + " of ")
        + groupedDigits(static_cast<int64_t>(all));
}

/// Bytes that arrived and were acknowledged, while the acknowledgments got lost.
class AckLoss
{
public:
    AckLoss(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from)
        : m_receiver(flowOf(traces, pair, from, otherSide(from)))
        , m_packets(ways[sideIndex(from)])
        , m_back(ways[sideIndex(otherSide(from))])
        , m_pair(pair)
        , m_from(from)
    {
    }

    void find()
    {
        if (m_pair.way(m_from).isSideMissing || m_pair.way(otherSide(m_from)).isSideMissing || !findBegin())
            return;
        countArrivals();
        if (m_arrivals < leastSends)
            return;
        countAcks();
        if (m_acks >= leastAcks && !m_isAnyReceived && isMost(m_lost + m_doubtful))
            tell();
    }

private:
    bool isMost(size_t acks) const { return static_cast<double>(acks) > mostAcksLost * static_cast<double>(m_acks); }

    /// The first byte that the sender never got acknowledged.
    bool findBegin()
    {
        int64_t learnt = 0;
        for (const WayPacket& packet : m_back.arrived) {
            if (packet.flags.ack() && !packet.flags.rst())
                learnt = std::max(learnt, packet.ack);
        }
        for (const WayPacket& packet : m_packets.sent) {
            if (packet.length > 0 && packet.dataEnd() > learnt)
                m_begin = std::min(m_begin, std::max(packet.dataBegin(), learnt));
        }
        return m_begin != INT64_MAX;
    }

    void countArrivals()
    {
        auto& frames = otherSide(m_from) == Side::Client ? m_finding.clientFrames : m_finding.serverFrames;
        for (const PacketLink& link : m_pair.way(m_from).links) {
            const WayPacket& arrived = m_packets.arrived[link.arrived];
            const bool holds = link.begin.value <= m_begin && m_begin < link.begin.value + link.length;
            if (!holds || arrived.hasBadChecksum)
                continue;
            ++m_arrivals;
            m_last = std::max(m_last, arrived.time);
            if (frames.size() < namedFrames)
                frames.push_back(m_receiver.segments.at(arrived.row).frame);
        }
    }

    void countAcks()
    {
        for (const WayPacket& packet : m_back.sent) {
            const bool answers = packet.flags.ack() && !packet.flags.rst() && packet.ack > m_begin;
            if (!answers || packet.time > m_last)
                continue;
            ++m_acks;
            const SentVerdict verdict = m_pair.way(otherSide(m_from)).sent[packet.row];
            m_lost += verdict == SentVerdict::Lost ? 1 : 0;
            m_doubtful += verdict == SentVerdict::LostOrMissed || verdict == SentVerdict::AfterEnd ? 1 : 0;
            m_isAnyReceived = m_isAnyReceived || verdict == SentVerdict::MissedByCapture;
        }
    }

    void tell()
    {
        m_finding.cause = CauseId::AckPathLoss;
        m_finding.id = causeName(CauseId::AckPathLoss);
        m_finding.place = pathOf(otherSide(m_from));
        m_finding.confidence = isMost(m_lost) ? Confidence::Certain : Confidence::Likely;
        m_finding.flow = m_from;
        const std::string share = shareText(m_lost + m_doubtful, m_acks);
        const std::string lost = share + " acknowledgments of it were lost on the way back" + doubtText() + ".";
        m_finding.text = "The data from byte " + groupedDigits(m_begin) + " on arrived "
            + timesText(static_cast<int64_t>(m_arrivals)) + ", but " + lost;
        m_finding.addition = capital(share) + " acknowledgments were lost on the way back" + doubtText() + ".";
        m_pair.findings.push_back(std::move(m_finding));
    }

    /// How many of them are not known to be lost.
    std::string doubtText() const
    {
        if (m_doubtful == 0)
            return {};
        const std::string other = std::string("the ") + sideName(m_from) + "'s capture";
        return " (" + (m_lost == 0 ? "none" : groupedDigits(static_cast<int64_t>(m_lost))) + " certainly; "
            + groupedDigits(static_cast<int64_t>(m_doubtful)) + " if " + other + " was still running and complete)";
    }

    const Flow& m_receiver;
    const WayPackets& m_packets;
    const WayPackets& m_back;
    ConnectionPair& m_pair;
    Side m_from;
    CompareFinding m_finding;
    int64_t m_begin = INT64_MAX;
    Timestamp m_last = Timestamp::min(); ///< when the last copy arrived
    size_t m_arrivals = 0;
    size_t m_acks = 0;
    size_t m_lost = 0;
    size_t m_doubtful = 0;        ///< the sender's capture had ended, or is known to miss packets
    bool m_isAnyReceived = false; ///< the sender had one, although its capture does not
};

} // namespace

void findAckLoss(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side from)
{
    AckLoss(traces, ways, pair, from).find();
}

} // namespace whyrst
