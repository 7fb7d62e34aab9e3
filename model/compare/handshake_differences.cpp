#include "model/analysis/analysis.h"
#include "model/compare/difference_finders.h"
#include "model/diagnosis/authenticity.h"
#include "model/diagnosis/evidence.h"

#include <algorithm>
#include <string>

namespace whyrst {

namespace {

constexpr Duration slowHandshake = std::chrono::milliseconds(20); ///< heuristic: less is within one site
constexpr uint32_t tellingWindowRatio = 2;                        ///< heuristic: stacks differ by less with one MSS
constexpr uint32_t smallestTellingSize = 12; ///< bytes: less is an option more or less in the header (RFC 7323 3.2)

/// The first SYN of a side.
std::optional<Segment> synOf(const Connection& connection, Side side)
{
    for (const Segment segment : connection.flow(side).segments) {
        if (segment.flags.syn())
            return segment;
    }
    return {};
}

/// Compares the SYN or the SYN-ACK of both.
class SynComparison
{
public:
    SynComparison(const BothDialogues& both, Side side, FoundDifferences& found)
        : m_both(both)
        , m_side(side)
        , m_good(synOf(both.connection(Outcome::Good), side))
        , m_bad(synOf(both.connection(Outcome::Bad), side))
        , m_found(found)
    {
    }

    void compare()
    {
        if (!m_good || !m_bad)
            return;
        const SynOptions& good = *options(Outcome::Good);
        const SynOptions& bad = *options(Outcome::Bad);
        compareNumbers(DifferenceKind::MaximumSegmentSize, "an MSS option", "an MSS of ", good.maximumSegmentSize,
            bad.maximumSegmentSize);
        compareNumbers(
            DifferenceKind::WindowScale, "window scaling", "a window scale of ", good.windowScale, bad.windowScale);
        compareOptions(DifferenceKind::SackPermitted, "SACK", good.sackPermitted, bad.sackPermitted);
        compareOptions(DifferenceKind::Timestamps, "timestamps", good.timestamps, bad.timestamps);
        compareOptions(DifferenceKind::FastOpen, "TCP Fast Open", good.fastOpen, bad.fastOpen);
        compareOptions(DifferenceKind::Multipath, "Multipath TCP", good.multipath, bad.multipath);
        compareOffers(DifferenceKind::Ecn, "ECN", asksForEcn(*m_good), asksForEcn(*m_bad));
        compareWindows();
    }

private:
    const std::optional<SynOptions>& options(Outcome outcome) const
    {
        return m_both.connection(outcome).flow(m_side).synOptions;
    }

    /// RFC 3168 6.1.1: ECE and CWR in the SYN, ECE alone in the SYN-ACK.
    bool asksForEcn(const Segment& syn) const { return syn.flags.ece() && (m_side == Side::Server || syn.flags.cwr()); }

    std::string packetName() const { return m_side == Side::Client ? "the client's SYN" : "the server's SYN-ACK"; }

    void add(DifferenceKind kind, Weight weight, std::string clause)
    {
        FoundDifference difference{kind, weight, m_side, {}, std::move(clause), {}};
        difference.place(Outcome::Good) = placeOf(m_both.good(), {m_good->frame, m_good->time});
        difference.place(Outcome::Bad) = placeOf(m_both.bad(), {m_bad->frame, m_bad->time});
        m_found.push_back(std::move(difference));
    }

    void compareOffers(DifferenceKind kind, const std::string& option, bool good, bool bad)
    {
        if (good == bad)
            return;
        add(kind, Weight::Condition,
            packetName()
                + (bad ? " offers " + option + " in the bad connection and does not in the good one"
                       : " does not offer " + option + " in the bad connection and does in the good one"));
    }

    /// What is missing in a SYN that the snap length cut may have been there.
    void compareOptions(DifferenceKind kind, const std::string& option, bool good, bool bad)
    {
        if ((good || !options(Outcome::Good)->cut) && (bad || !options(Outcome::Bad)->cut))
            compareOffers(kind, option, good, bad);
    }

    template <typename Number>
    void compareNumbers(DifferenceKind kind, const std::string& option, const std::string& words,
        const std::optional<Number>& good, const std::optional<Number>& bad)
    {
        if (good.has_value() != bad.has_value()) {
            compareOptions(kind, option, good.has_value(), bad.has_value());
        } else if (good != bad) {
            add(kind, Weight::Condition,
                packetName() + " announces " + words + groupedDigits(*bad) + " in the bad connection and "
                    + groupedDigits(*good) + " in the good one");
        }
    }

    void compareWindows()
    {
        const auto [small, large] = std::minmax({uint32_t{m_good->rawWindow}, uint32_t{m_bad->rawWindow}});
        if (large < tellingWindowRatio * std::max<uint32_t>(small, 1))
            return;
        add(DifferenceKind::FirstWindow, Weight::Variation,
            packetName() + " announces a window of " + bytesText(m_bad->rawWindow) + " in the bad connection and of "
                + bytesText(m_good->rawWindow) + " in the good one");
    }

    const BothDialogues& m_both;
    Side m_side;
    std::optional<Segment> m_good;
    std::optional<Segment> m_bad;
    FoundDifferences& m_found;
};

DifferencePlace synPlace(const Dialogue& talk)
{
    return placeOf(talk, talk.firstSyn, talk.syns > 1 ? std::optional(talk.lastSyn) : std::nullopt);
}

/// The client's SYN and how long its answer took.
void compareOpenings(const BothDialogues& both, FoundDifferences& found)
{
    const Dialogue& good = both.good();
    const Dialogue& bad = both.bad();
    if (!good.hasSyn || !bad.hasSyn || !good.synAck)
        return;
    const Duration goodWait = good.synAck->time - good.firstSyn.time;
    FoundDifference difference{DifferenceKind::SynUnanswered, Weight::Trouble, Side::Client, {}, {}, {}};
    difference.place(Outcome::Bad) = synPlace(bad);
    difference.place(Outcome::Good) = placeOf(good, *good.synAck);
    if (bad.isUnanswered()) {
        const bool several = bad.syns > 1;
        difference.clause = "nobody answered the SYN of the bad connection, sent " + timesText(bad.syns)
            + (several ? " within " + humanDuration(bad.lastSyn.time - bad.firstSyn.time) : "")
            + ", where the good one's was answered after " + humanDuration(goodWait);
        found.push_back(difference);
    } else if (bad.synAck && bad.syns > good.syns) {
        difference.kind = DifferenceKind::SynResent;
        difference.weight = Weight::Condition;
        difference.place(Outcome::Good) = synPlace(good);
        difference.clause = "the client's SYN was sent " + timesText(bad.syns) + " in the bad connection until it was "
            + "answered, " + humanDuration(bad.synAck->time - bad.firstSyn.time) + " after the first, and "
            + timesText(good.syns) + " in the good one";
        found.push_back(difference);
    }
}

/// How long the SYN-ACK took of which the client made no use.
void compareAnswers(const Dialogue& good, const Dialogue& bad, FoundDifferences& found)
{
    const Duration goodWait = good.synAck->time - good.firstSyn.time;
    const Duration badWait = bad.synAck->time - bad.firstSyn.time;
    if (badWait < tellingSilence || badWait < tellingRatio * goodWait)
        return;
    found.push_back({DifferenceKind::HandshakeTime, Weight::Trouble, Side::Server,
        {placeOf(good, good.firstSyn, good.synAck), placeOf(bad, bad.firstSyn, bad.synAck)},
        "the SYN-ACK of the bad connection took " + humanDuration(badWait) + ", that of the good one "
            + humanDuration(goodWait),
        {}});
}

void compareHandshakeTimes(const BothDialogues& both, FoundDifferences& found)
{
    const Dialogue& good = both.good();
    const Dialogue& bad = both.bad();
    if (!good.synAck || !bad.synAck || !good.established || good.syns != 1 || bad.syns != 1)
        return;
    if (!bad.established) {
        compareAnswers(good, bad, found);
        return;
    }
    const Duration goodTime = good.established->time - good.firstSyn.time;
    const Duration badTime = bad.established->time - bad.firstSyn.time;
    const auto [small, large] = std::minmax(goodTime, badTime);
    if (large < slowHandshake || large < tellingRatio * small)
        return;
    found.push_back({DifferenceKind::HandshakeTime, Weight::Variation, {},
        {placeOf(good, good.firstSyn, good.established), placeOf(bad, bad.firstSyn, bad.established)},
        "the handshake of the bad connection took " + humanDuration(badTime) + ", that of the good one "
            + humanDuration(goodTime),
        {}});
}

/// The first packet of a side that is no RST: boxes send those too.
std::optional<Segment> firstGenuine(const Flow& flow)
{
    for (const Segment segment : flow.segments) {
        if (!segment.flags.rst())
            return segment;
    }
    return {};
}

/// Hops to the capture point.
int hopsOf(uint8_t ttl)
{
    return initialTtlOf(ttl) - ttl;
}

std::string hopsText(uint8_t ttl)
{
    const int hops = hopsOf(ttl);
    return (hops == 1 ? "1 hop" : std::to_string(hops) + " hops") + " (TTL " + std::to_string(ttl) + ")";
}

void compareHops(const BothDialogues& both, Side side, FoundDifferences& found)
{
    const Connection& goodOne = both.connection(Outcome::Good);
    const Connection& badOne = both.connection(Outcome::Bad);
    const std::optional<Segment> good = firstGenuine(goodOne.flow(side));
    const std::optional<Segment> bad = firstGenuine(badOne.flow(side));
    const VantagePlace place = both.known.good.diagnosis.vantage.place;
    const bool isAtHost = place == VantagePlace::Client || place == VantagePlace::Server;
    const bool isSamePlace = &both.known.good.trace == &both.known.bad.trace
        || (isAtHost && place == both.known.bad.diagnosis.vantage.place);
    if (!good || !bad || good->ttl == bad->ttl || !isSamePlace)
        return; // captures of different places see different TTLs
    const bool isSameHost = goodOne.endpoint(side).address == badOne.endpoint(side).address;
    const std::string whose = "the packets of the " + std::string(sideName(side));
    const bool isOtherSystem = hopsOf(good->ttl) == hopsOf(bad->ttl);
    found.push_back({DifferenceKind::Hops, isSameHost ? Weight::Condition : Weight::Variation, side,
        {placeOf(both.good(), {good->frame, good->time}), placeOf(both.bad(), {bad->frame, bad->time})},
        isOtherSystem ? whose + " bear TTL " + std::to_string(bad->ttl) + " in the bad connection and "
                + std::to_string(good->ttl) + " in the good one: another operating system, or a box that answers for it"
                      : whose + " came over " + hopsText(bad->ttl) + " in the bad connection and over "
                + hopsText(good->ttl) + " in the good one",
        {}});
}

/// The first of the largest segments of a side.
struct LargestSegment
{
    Moment first;
    uint32_t bytes = 0; ///< as on the wire: what is larger was merged by the network card
    uint32_t count = 0;
};

LargestSegment largestSegment(const KnownConnection& known, Side side)
{
    const uint32_t most = known.analysis.flow(side).effectiveMss;
    LargestSegment largest;
    for (const Segment segment : known.connection.flow(side).segments) {
        const uint32_t bytes = std::min(segment.payloadLength, most);
        if (bytes > largest.bytes)
            largest = {{segment.frame, segment.time}, bytes, 0};
        largest.count += bytes > 0 && bytes == largest.bytes ? 1 : 0;
    }
    return largest;
}

/// Tells only when both sent several segments of their largest size: else it is the length of a message.
void compareSegmentSizes(const BothDialogues& both, Side side, FoundDifferences& found)
{
    constexpr uint32_t few = 3;
    const LargestSegment good = largestSegment(both.known.good, side);
    const LargestSegment bad = largestSegment(both.known.bad, side);
    const auto [small, large] = std::minmax(good.bytes, bad.bytes);
    if (good.count < few || bad.count < few || large - small <= smallestTellingSize)
        return;
    found.push_back({DifferenceKind::SegmentSize, Weight::Condition, side,
        {placeOf(both.good(), good.first), placeOf(both.bad(), bad.first)},
        "the largest segments of the " + std::string(sideName(side)) + "'s data have " + bytesText(bad.bytes)
            + " in the bad connection and " + groupedDigits(good.bytes) + " in the good one",
        {}});
}

} // namespace

void findHandshakeDifferences(const BothDialogues& both, FoundDifferences& found)
{
    compareOpenings(both, found);
    for (const Side side : {Side::Client, Side::Server})
        SynComparison(both, side, found).compare();
    compareHandshakeTimes(both, found);
}

void findPathDifferences(const BothDialogues& both, FoundDifferences& found)
{
    for (const Side side : {Side::Client, Side::Server}) {
        compareHops(both, side, found);
        compareSegmentSizes(both, side, found);
    }
}

} // namespace whyrst
