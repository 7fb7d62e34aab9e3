#include "model/diagnosis/stuck_sizes.h"
#include "model/diagnosis/rule_limits.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

namespace whyrst {

namespace {

/// The sizes of one sender's packets.
class Sizes
{
public:
    Sizes(const Connection& connection, const Analysis& analysis, const TroubleMoment& moment, Side sender)
        : m_rows(connection.flow(sender).segments)
        , m_sent(moment.state.sender(sender))
        , m_before(moment.before)
        , m_mss(analysis.flow(sender).effectiveMss)
    {
    }

    void judgeCopies(Trouble& trouble) const;
    void judgeErrors(Trouble& trouble, const std::vector<IcmpEvent>& errors) const;
    void judgeHole(Trouble& trouble) const;

private:
    uint32_t wireLength(const Segment& segment) const;
    uint32_t countStuckAbove(uint32_t limit) const;
    uint32_t largestDelivered(uint32_t fromRow) const;

    const SegmentRows& m_rows;
    const SenderState& m_sent;
    PacketNumber m_before;
    uint32_t m_mss; ///< 0: not known
};

/// Bytes that one packet of the network carries for `segment`: merged segments count as what they are cut into.
uint32_t Sizes::wireLength(const Segment& segment) const
{
    return segment.headerLength + (m_mss == 0 ? segment.payloadLength : std::min(m_mss, segment.payloadLength));
}

/// How many distinct packets above `limit` are stuck; a merged segment is several.
uint32_t Sizes::countStuckAbove(uint32_t limit) const
{
    uint32_t count = 0;
    std::optional<uint32_t> last; // re-sends cut the range of a segment
    for (const SentRange& range : m_sent.outstanding) {
        if (last == range.firstRow)
            continue;
        last = range.firstRow;
        const Segment segment = m_rows.at(range.firstRow);
        if (wireLength(segment) > limit)
            count += m_mss > 0 && segment.payloadLength > m_mss ? 2 : 1;
    }
    return count;
}

/// Lok: of what was sent from row `fromRow` on and is known to have arrived; 0 when nothing is.
uint32_t Sizes::largestDelivered(uint32_t fromRow) const
{
    uint32_t largest = 0;
    for (auto row = m_rows.from(fromRow); !(row == m_rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= m_before)
            break;
        if (segment.segLen() == 0 || segment.flags.rst())
            continue;
        if (segment.end() <= m_sent.sndUna || m_sent.sacked.contains(segment.seq, segment.end()))
            largest = std::max(largest, wireLength(segment));
    }
    return largest;
}

/// Compares the copies of the hole with what got through, before and since.
void Sizes::judgeCopies(Trouble& trouble) const
{
    trouble.smallestStuck = UINT32_MAX;
    for (const uint32_t row : trouble.copies)
        trouble.smallestStuck = std::min(trouble.smallestStuck, wireLength(m_rows.at(row)));
    trouble.largestDelivered = largestDelivered(0);
    const uint32_t largestSince = largestDelivered(trouble.copies.front() + 1);
    trouble.smallDelivered = largestSince > 0 && largestSince < trouble.smallestStuck;
    trouble.limitChanged = trouble.smallDelivered && trouble.smallestStuck <= trouble.largestDelivered
        && countStuckAbove(largestSince) >= enoughLarge;
    if (trouble.limitChanged)
        trouble.largestDelivered = largestSince;
    trouble.stuckLarge = countStuckAbove(trouble.largestDelivered);
    const bool smallTried = std::any_of(m_sent.outstanding.begin(), m_sent.outstanding.end(),
        [&](const SentRange& range) { return wireLength(m_rows.at(range.firstRow)) <= trouble.largestDelivered; });
    trouble.onlyLargeTried
        = trouble.smallestStuck > trouble.largestDelivered && trouble.stuckLarge >= enoughLarge && !smallTried;
}

/// Whether S still sends larger packets than the last ICMP error allows. Merged segments tell nothing: what they are
/// cut into follows the limit that S knows by then. An error without a size (RFC 792) asks for smaller ones than
/// before.
void Sizes::judgeErrors(Trouble& trouble, const std::vector<IcmpEvent>& errors) const
{
    std::copy_if(trouble.icmp.begin(), trouble.icmp.end(), std::back_inserter(trouble.tooBig),
        [&](uint32_t index) { return isTooBig(errors[index]); });
    if (trouble.tooBig.empty() || trouble.copies.empty())
        return;
    const IcmpEvent& told = errors[trouble.tooBig.front()];
    const Segment first = m_rows.at(trouble.copies.front());
    const Segment last = m_rows.at(trouble.copies.back());
    const bool isMerged = m_mss > 0 && last.payloadLength > m_mss;
    if (last.frame < told.frame || isMerged)
        return;
    const uint32_t allowed = told.mtu > 0 ? told.mtu : wireLength(first) - 1;
    trouble.isTooBigIgnored = wireLength(last) > allowed;
}

/// Near R the hole itself is never seen: what came since is small, and the hole has room for several full packets.
void Sizes::judgeHole(Trouble& trouble) const
{
    uint32_t largestSince = 0;
    uint32_t header = 0;
    for (const SentRange& range : m_sent.outstanding) {
        const Segment segment = m_rows.at(range.firstRow);
        largestSince = std::max(largestSince, wireLength(segment));
        header = segment.headerLength;
    }
    const uint32_t full = header + m_mss;
    const int64_t hole = trouble.holeEnd - trouble.holeBegin;
    trouble.largestDelivered = std::max(largestSince, largestDelivered(0));
    trouble.smallestStuck = full;
    if (m_mss == 0 || largestSince == 0 || largestSince >= full || hole < int64_t{enoughLarge} * m_mss)
        return;
    trouble.onlySmallCame = true;
    trouble.limitChanged = trouble.largestDelivered >= full;
    if (trouble.limitChanged)
        trouble.largestDelivered = largestSince;
    trouble.stuckLarge = static_cast<uint32_t>((hole + m_mss - 1) / m_mss);
}

} // namespace

void collectSizes(Trouble& trouble, const Connection& connection, const Analysis& analysis, const TroubleMoment& moment)
{
    const Sizes sizes(connection, analysis, moment, trouble.sender);
    if (trouble.copies.empty())
        sizes.judgeHole(trouble);
    else
        sizes.judgeCopies(trouble);
    sizes.judgeErrors(trouble, connection.icmpErrors());
}

} // namespace whyrst
