// Packets of which it is known whether they were overtaken or sent again, and what the analysis makes of them.
#include "model/analysis/analysis.h"
#include "model/analysis/wireshark_view.h"
#include "model/tcp/connection_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace whyrst::test {
namespace {

using namespace std::chrono_literals;

/// What became of a segment before it came by.
enum class Fate
{
    InOrder,
    Overtaken,  ///< it came later than what was sent after it
    LostBefore, ///< lost before the capture point, and sent again
    LostBehind, ///< seen, lost, and sent again
};

/// Which fields tell packets apart.
struct Fields
{
    bool ipId;
    bool timestamps;
    bool isRandom = false; ///< IP IDs tell no order
};

/// A packet as it comes by.
struct Arrival
{
    Timestamp time;
    SegmentHeader header;
    Fate fate = Fate::InOrder;
    bool isResend = false;
};

constexpr uint32_t size = 1000;
constexpr uint16_t ack = 0x10;
constexpr auto roundTrip = 40ms;

/// An upload of 20,000 segments, one a millisecond, recorded on its way: one in twenty is overtaken by what was sent up
/// to 2 ms later, one in fifty is lost on either side of the capture point and sent again a round trip later.
class Path
{
public:
    explicit Path(Fields fields)
        : m_fields(fields)
    {
        sendAll();
        std::ranges::stable_sort(m_arrivals, {}, &Arrival::time);
    }

    const std::vector<Arrival>& arrivals() const { return m_arrivals; }

private:
    void sendAll()
    {
        constexpr int segments = 20'000;
        std::map<Timestamp, uint32_t> resends; // by when they are sent
        Timestamp now{1s};
        for (uint32_t next = 0; next < segments; now += 1ms) {
            if (!resends.empty() && resends.begin()->first <= now) {
                const uint32_t offset = resends.begin()->second;
                resends.erase(resends.begin());
                record(now, offset, now, m_fates[offset], true);
                continue;
            }
            const uint32_t offset = 1 + size * next++;
            const Fate fate = draw();
            m_fates[offset] = fate;
            if (fate == Fate::LostBefore || fate == Fate::LostBehind)
                resends[now + roundTrip] = offset;
            if (fate != Fate::LostBefore)
                record(now, offset, now + lateness(fate), fate, false);
        }
    }

    Duration lateness(Fate fate)
    {
        if (fate != Fate::Overtaken)
            return 0us;
        return m_random() % 2 == 0 ? 1500us : 2500us;
    }

    Fate draw()
    {
        const auto percent = static_cast<uint32_t>(m_random() % 100);
        return percent < 5 ? Fate::Overtaken
            : percent < 7  ? Fate::LostBefore
            : percent < 9  ? Fate::LostBehind
                           : Fate::InOrder;
    }

    void record(Timestamp sent, uint32_t offset, Timestamp seen, Fate fate, bool isResend)
    {
        Arrival arrival{seen, {}, fate, isResend};
        arrival.header.source.port = 40'000;
        arrival.header.destination.port = 443;
        arrival.header.seq.value = offset;
        arrival.header.ack.value = 1;
        arrival.header.flags.bits = ack;
        arrival.header.payloadLength = size;
        arrival.header.headerLength = 40;
        m_ipId = static_cast<uint16_t>(m_fields.isRandom ? m_ids() : m_ipId + 1U);
        if (m_fields.ipId)
            arrival.header.ipId = m_ipId;
        if (m_fields.timestamps)
            arrival.header.options.timestamps = Timestamps{static_cast<uint32_t>(sent.time_since_epoch() / 1ms), 1};
        m_arrivals.push_back(arrival);
    }

    Fields m_fields;
    std::mt19937 m_random{5};
    std::mt19937 m_ids{7};
    std::map<uint32_t, Fate> m_fates;
    std::vector<Arrival> m_arrivals;
    uint16_t m_ipId = 100;
};

/// Acknowledges what has come in order, half a round trip after it came by.
class Receiver
{
public:
    void take(const SegmentHeader& header, ConnectionTable& table, uint32_t& frame, Timestamp time)
    {
        m_pieces[header.seq.value] = size;
        while (m_pieces.contains(m_next))
            m_next += size;
        SegmentHeader answer;
        answer.source = header.destination;
        answer.destination = header.source;
        answer.seq.value = 1;
        answer.ack.value = m_next;
        answer.flags.bits = ack;
        answer.rawWindow = 60'000;
        answer.headerLength = 40;
        table.add(answer, PacketNumber(++frame), time + 10us);
    }

private:
    std::map<uint32_t, uint32_t> m_pieces;
    uint32_t m_next = 1;
};

/// How often the kind of those that filled a gap or came again was right: ours, and Wireshark's.
struct Shares
{
    double ours = 0;
    double wireshark = 0;
};

bool isRight(const Arrival& arrival, bool isLate)
{
    return isLate == (arrival.fate == Fate::Overtaken);
}

Shares judge(Fields fields)
{
    const Path path(fields);
    ConnectionTable table{LoadOptions()};
    Receiver receiver;
    std::vector<const Arrival*> truths; // by row
    uint32_t frame = 0;
    for (const Arrival& arrival : path.arrivals()) {
        table.add(arrival.header, PacketNumber(++frame), arrival.time);
        truths.push_back(&arrival);
        const bool arrives = arrival.fate != Fate::LostBehind || arrival.isResend;
        if (arrives)
            receiver.take(arrival.header, table, frame, arrival.time);
    }
    const Trace trace = table.takeTrace();
    const Connection& connection = trace.connections[0];
    const Analysis analysis = analyzeConnection(connection);
    WiresharkView wireshark(connection);
    uint32_t highest = 0; // what fills no gap came in order, whatever its fate
    int judged = 0;
    int ours = 0;
    int theirs = 0;
    ConnectionWalk walk(connection);
    for (LocatedSegment located; walk.next(located);) {
        const WiresharkFlags flags = wireshark.take(located);
        if (located.segment.payloadLength == 0)
            continue;
        const Arrival& truth = *truths.at(located.row);
        const bool fillsGap = truth.header.seq.value < highest;
        highest = std::max(highest, truth.header.seq.value);
        if (!fillsGap || (truth.fate != Fate::Overtaken && !truth.isResend))
            continue;
        ++judged;
        const Kinds kinds = analysis.flow(located.side).kinds[located.row];
        const bool isKnown = kinds.has(Kind::LateOriginal) || kinds.hasAny(resendKinds());
        ours += isKnown && isRight(truth, kinds.has(Kind::LateOriginal)) ? 1 : 0;
        theirs += isRight(truth, flags.has(WiresharkFlag::OutOfOrder)) ? 1 : 0;
    }
    return {static_cast<double>(ours) / judged, static_cast<double>(theirs) / judged};
}

class DisorderTruth : public testing::TestWithParam<Fields>
{
};

TEST_P(DisorderTruth, NinetyNineOfAHundredAreToldApart)
{
    const Shares shares = judge(GetParam());
    RecordProperty("wireshark_percent", static_cast<int>(100 * shares.wireshark));
    EXPECT_GE(shares.ours, 0.99) << "Wireshark " << shares.wireshark;
    EXPECT_GE(shares.ours, shares.wireshark);
}

INSTANTIATE_TEST_SUITE_P(Fields, DisorderTruth,
    testing::Values(
        Fields{true, true}, Fields{true, false}, Fields{false, true}, Fields{false, false}, Fields{true, false, true}));

} // namespace
} // namespace whyrst::test
