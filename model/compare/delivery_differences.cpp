#include "model/analysis/analysis.h"
#include "model/analysis/thresholds.h"
#include "model/compare/difference_finders.h"
#include "model/compare/lost_ranges.h"
#include "model/diagnosis/evidence.h"
#include "model/tcp/icmp_words.h"

#include <algorithm>
#include <string>

namespace whyrst {

namespace {

/// A loss that took longer is more than the network's usual: the first timer and the doubled second one of a sender
/// without a sample (RFC 6298 2.1, 5.5).
constexpr Duration longRepair = 3 * initialRto;

std::string dataOf(Side side)
{
    return "the " + std::string(sideName(side)) + "'s data";
}

std::string bytesRange(const LostRange& range)
{
    return bytesFromTo(range.begin.value, range.end.value);
}

/// "was" or "were", as many bytes as it is.
std::string wasOrWere(const LostRange& range)
{
    return range.end - range.begin <= 1 ? "was" : "were";
}

/// Compares what happened to the data of one side.
class DeliveryComparison
{
public:
    DeliveryComparison(const BothDialogues& both, Side side, FoundDifferences& found)
        : m_both(both)
        , m_side(side)
        , m_good(lossesOf(both.known.good, side))
        , m_bad(lossesOf(both.known.bad, side))
        , m_found(found)
    {
    }

    void compare()
    {
        const bool isStuck = compareStuck();
        const bool isSlow = !isStuck && compareSlowRepair();
        if (!isStuck && !isSlow)
            compareCounts();
        compareNeedless();
        compareDupAcks(isStuck);
        compareWindows();
    }

private:
    const KnownConnection& known(Outcome outcome) const { return m_both.known.of(outcome); }
    Moment momentOf(Outcome outcome, Side side, uint32_t row) const
    {
        const Segment segment = known(outcome).connection.flow(side).segments.at(row);
        return {segment.frame, segment.time};
    }

    FoundDifference start(DifferenceKind kind, Weight weight) const
    {
        return FoundDifference{kind, weight, m_side, {}, {}, {}};
    }

    /// What became of the same bytes in the good connection, in words, and its packets.
    std::string goodDelivery(StreamOffset offset, DifferencePlace& place) const
    {
        const std::optional<StreamOffset> same = sameOffset(m_both, m_side, offset);
        if (!same)
            return ", and the good one says nothing at this place";
        const std::optional<Delivery> delivery = deliveryOf(known(Outcome::Good).connection, m_side, *same);
        if (!delivery)
            return ""; // its capture has not got them
        place = placeOf(m_both.good(), delivery->sent, delivery->acknowledged);
        if (!delivery->acknowledged)
            return "";
        return ", where those of the good one were acknowledged after "
            + humanDuration(delivery->acknowledged->time - delivery->sent.time);
    }

    FoundDifference about(const LostRange& range, Weight weight) const
    {
        FoundDifference difference = start(DifferenceKind::Loss, weight);
        const std::optional<Delivery> delivery = deliveryOf(known(Outcome::Bad).connection, m_side, range.begin);
        const Moment first = delivery ? delivery->sent : range.firstResend;
        difference.place(Outcome::Bad) = placeOf(m_both.bad(), first, range.lastResend);
        difference.bytes = bytesBefore(m_both.bad(), m_side, range.begin);
        return difference;
    }

    /// Bytes that were never acknowledged though sent again and again. True when there are some.
    bool compareStuck()
    {
        const auto isStuck = [](const LostRange& range) {
            return !range.repaired
                && (range.resends >= minimumResends || range.lastResend.time - range.firstSend >= initialRto);
        };
        const auto stuck = std::ranges::find_if(m_bad.ranges, isStuck);
        if (stuck == m_bad.ranges.end() || std::ranges::any_of(m_good.ranges, isStuck))
            return false;
        FoundDifference difference = about(*stuck, Weight::Trouble);
        difference.clause = bytesRange(*stuck) + " of " + dataOf(m_side) + " " + wasOrWere(*stuck)
            + " never acknowledged in the bad connection, though sent " + groupedDigits(stuck->resends + 1)
            + " times within " + humanDuration(stuck->lastResend.time - stuck->firstSend)
            + goodDelivery(stuck->begin, difference.place(Outcome::Good));
        m_found.push_back(std::move(difference));
        return true;
    }

    static Duration repairTime(const LostRange& range)
    {
        return range.repaired ? *range.repaired - range.firstSend : Duration();
    }

    /// The first loss whose repair took longer than TCP's usual.
    bool compareSlowRepair()
    {
        const auto good = std::ranges::max_element(m_good.ranges, {}, repairTime);
        const Duration usual = good == m_good.ranges.end() ? Duration() : repairTime(*good);
        const auto slow = std::ranges::find_if(m_bad.ranges,
            [&](const LostRange& range) { return repairTime(range) >= std::max(longRepair, tellingRatio * usual); });
        if (slow == m_bad.ranges.end())
            return false;
        FoundDifference difference = about(*slow, Weight::Trouble);
        difference.clause = bytesRange(*slow) + " of " + dataOf(m_side) + " had to be sent "
            + groupedDigits(slow->resends + 1) + " times in the bad connection and " + wasOrWere(*slow)
            + " acknowledged after " + humanDuration(repairTime(*slow))
            + goodDelivery(slow->begin, difference.place(Outcome::Good));
        m_found.push_back(std::move(difference));
        return true;
    }

    /// Ordinary losses, when the good connection has none or far fewer for as many segments.
    void compareCounts()
    {
        const uint64_t bad = m_bad.ranges.size();
        const uint64_t good = m_good.ranges.size();
        const bool isMore
            = bad >= minimumResends && bad * m_good.segments > uint64_t{tellingRatio} * good * m_bad.segments;
        const bool isExpectedInGood = 2 * bad * m_good.segments >= m_bad.segments; // half a loss, at the bad one's rate
        if (bad == 0 || !isExpectedInGood || (good > 0 && !isMore))
            return;
        FoundDifference difference = about(m_bad.ranges.front(), Weight::Condition);
        difference.clause = (bad == 1 ? "1 loss" : groupedDigits(static_cast<int64_t>(bad)) + " losses") + " of "
            + dataOf(m_side) + " in the bad connection, the first at byte "
            + groupedDigits(m_bad.ranges.front().begin.value) + ", and "
            + (good == 0 ? "none" : groupedDigits(static_cast<int64_t>(good))) + " in the good one";
        m_found.push_back(std::move(difference));
    }

    /// Re-sends of what was acknowledged before, with nothing new after them.
    std::vector<uint32_t> needlessAtEnd(Outcome outcome) const
    {
        const auto& kinds = known(outcome).analysis.flow(m_side).kinds;
        const auto lastNew = std::find_if(kinds.rbegin(), kinds.rend(), [](Kinds one) { return one.has(Kind::New); });
        std::vector<uint32_t> rows;
        for (auto kind = lastNew.base(); kind != kinds.end(); ++kind) {
            if (kind->has(Kind::Needless))
                rows.push_back(static_cast<uint32_t>(kind - kinds.begin()));
        }
        return rows;
    }

    /// The sender does not hear of the acknowledgments that are seen here.
    void compareNeedless()
    {
        const std::vector<uint32_t> bad = needlessAtEnd(Outcome::Bad);
        if (bad.size() < minimumResends || needlessAtEnd(Outcome::Good).size() >= minimumResends)
            return;
        FoundDifference difference = start(DifferenceKind::NeedlessResends, Weight::Trouble);
        difference.place(Outcome::Bad) = placeOf(
            m_both.bad(), momentOf(Outcome::Bad, m_side, bad.front()), momentOf(Outcome::Bad, m_side, bad.back()));
        difference.clause = "the " + std::string(sideName(m_side)) + " of the bad connection sent again "
            + groupedDigits(static_cast<int64_t>(bad.size())) + " times what the "
            + std::string(sideName(otherSide(m_side)))
            + " had acknowledged, as if it did not get the ACKs; that of the good one did not";
        m_found.push_back(std::move(difference));
    }

    const DupAckRun* firstRun(Outcome outcome) const
    {
        const auto& runs = known(outcome).analysis.flow(otherSide(m_side)).dupAckRuns;
        const auto run = std::ranges::find_if(runs, [](const DupAckRun& one) { return one.count >= dupAckThreshold; });
        return run == runs.end() ? nullptr : &*run;
    }

    /// The receiver asked for a hole that was never filled here, or it asked at all.
    void compareDupAcks(bool isStuck)
    {
        const DupAckRun* run = firstRun(Outcome::Bad);
        if (!run || firstRun(Outcome::Good))
            return;
        const FlowAnalysis& data = known(Outcome::Bad).analysis.flow(m_side);
        const bool isNeverFilled = run->ack == data.sndUna && data.sndUna < data.sndNxt;
        FoundDifference difference
            = start(DifferenceKind::DuplicateAcks, isNeverFilled && !isStuck ? Weight::Trouble : Weight::Condition);
        difference.bytes = bytesBefore(m_both.bad(), m_side, run->ack);
        const Side receiver = otherSide(m_side);
        difference.place(Outcome::Bad) = placeOf(m_both.bad(), momentOf(Outcome::Bad, receiver, run->firstRow),
            momentOf(Outcome::Bad, receiver, run->lastRow));
        difference.clause = "the " + std::string(sideName(receiver)) + " of the bad connection asked for byte "
            + groupedDigits(run->ack.value) + " with " + groupedDigits(run->count) + " duplicate ACKs"
            + (isNeverFilled ? " and never got it" : "") + "; the good one has no such run";
        m_found.push_back(std::move(difference));
    }

    const WindowClosed* longestClosed(Outcome outcome) const
    {
        const auto& closed = known(outcome).analysis.flow(otherSide(m_side)).windowClosed;
        const auto longest = std::ranges::max_element(
            closed, {}, [](const WindowClosed& one) { return std::pair(one.stillClosed, one.end - one.begin); });
        return longest == closed.end() || longest->end - longest->begin < minimumZeroWindow ? nullptr : &*longest;
    }

    void compareWindows()
    {
        const WindowClosed* bad = longestClosed(Outcome::Bad);
        const WindowClosed* good = longestClosed(Outcome::Good);
        if (!bad)
            return;
        const Duration length = bad->end - bad->begin;
        const bool isNewHere = !good || (bad->stillClosed && !good->stillClosed);
        if (!isNewHere && length < tellingRatio * (good->end - good->begin))
            return;
        const Side receiver = otherSide(m_side);
        FoundDifference difference
            = start(DifferenceKind::ZeroWindow, bad->stillClosed ? Weight::Trouble : Weight::Condition);
        difference.flow = receiver;
        const StreamOffset ack = known(Outcome::Bad).connection.flow(receiver).segments.at(bad->firstRow).ack;
        if (const std::optional<int64_t> before = bytesBefore(m_both.bad(), m_side, ack - 1))
            difference.bytes = *before + 1;
        difference.place(Outcome::Bad) = placeOf(m_both.bad(), momentOf(Outcome::Bad, receiver, bad->firstRow));
        difference.clause = "the " + std::string(sideName(receiver)) + " of the bad connection closed its window for "
            + humanDuration(length) + (bad->stillClosed ? " and never opened it again" : "");
        if (good) {
            difference.place(Outcome::Good) = placeOf(m_both.good(), momentOf(Outcome::Good, receiver, good->firstRow));
            difference.clause += ", that of the good one for " + humanDuration(good->end - good->begin);
        } else {
            difference.clause += "; that of the good one did not close as long";
        }
        m_found.push_back(std::move(difference));
    }

    const BothDialogues& m_both;
    Side m_side;
    Losses m_good;
    Losses m_bad;
    FoundDifferences& m_found;
};

void compareIcmp(const BothDialogues& both, FoundDifferences& found)
{
    const auto& bad = both.connection(Outcome::Bad).icmpErrors();
    if (bad.empty() || !both.connection(Outcome::Good).icmpErrors().empty())
        return;
    found.push_back({DifferenceKind::IcmpError, Weight::Condition, bad.front().quotedSide,
        {DifferencePlace(), placeOf(both.bad(), {bad.front().frame, bad.front().time})},
        "an ICMP error about the bad connection came (" + icmpWords(bad.front()) + "), and none about the good one",
        {}});
}

} // namespace

void findDeliveryDifferences(const BothDialogues& both, FoundDifferences& found)
{
    for (const Side side : {Side::Client, Side::Server})
        DeliveryComparison(both, side, found).compare();
    compareIcmp(both, found);
}

} // namespace whyrst
