#include "model/diagnosis/trouble_finder.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/reset_form.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/sender_reaction.h"
#include "model/diagnosis/stuck_sizes.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr uint8_t icmpUnreachable = 3;
constexpr uint8_t icmpCodeTooBig = 4;
constexpr uint8_t icmpV6Unreachable = 1;
constexpr uint8_t icmpV6TooBig = 2;

} // namespace

bool TroubleFinder::findClosedWindow()
{
    const std::vector<WindowClosed>& intervals = m_analysis.flow(m_r).windowClosed;
    for (size_t index = intervals.size(); index-- > 0;) {
        const WindowClosed& closed = intervals[index];
        if (closed.begin >= m_moment.time)
            continue;
        const bool unresolved = closed.stillClosed || closed.end >= m_moment.time;
        const Duration length = m_moment.time - closed.begin;
        if (!unresolved || length < m_settings.closedWindow || length <= timeout())
            return false;
        const bool silentAtEdge = m_sent.edgeKnown && m_sent.sndNxt >= m_sent.edge;
        if (closed.probes == 0 && !silentAtEdge)
            return false;
        m_trouble.closed = static_cast<uint32_t>(index);
        m_trouble.firstSend = closed.begin;
        m_trouble.lastSend = closed.begin;
        return true;
    }
    return false;
}

/// Makes `resends` the trouble. The last one stands for all; `copies` are the transmissions of its range when that was
/// sent often enough, else all of them. False when S had stopped long before the moment, and before `patience`.
bool TroubleFinder::takeResends(CauseId leaf, const std::vector<uint32_t>& resends, Duration patience)
{
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    const Segment last = rows.at(resends.back());
    std::vector<uint32_t> sameRange;
    for (auto row = rows.begin(); !(row == rows.end()) && row.row() <= resends.back(); ++row) {
        const Segment segment = *row;
        const bool carries = segment.seq <= last.seq && last.seq < segment.end() && !segment.flags.rst();
        if (carries && !segment.isCaptureDuplicate)
            sameRange.push_back(row.row());
    }
    const bool oneRange = sameRange.size() > m_settings.resends || resends.size() == 1;
    const std::vector<uint32_t>& copies = oneRange ? sameRange : resends;
    if (copies.size() < 2)
        return false; // of one re-send the first transmission was not captured
    const Duration interval = last.time - rows.at(copies[copies.size() - 2]).time;
    const auto deadline = std::chrono::duration_cast<Duration>(interval * deadlineFactor);
    if (m_moment.time - last.time > std::max({deadline, 2 * smallestRto, patience}))
        return false;
    m_trouble.leaf = leaf;
    m_trouble.severalRanges = !oneRange;
    m_trouble.copies = copies;
    m_trouble.holeBegin = last.seq;
    m_trouble.holeEnd = last.end();
    m_trouble.firstSend = rows.at(resends.front()).time; // what was sent before arrived
    m_trouble.lastSend = last.time;
    m_trouble.lastInterval = interval;
    return true;
}

/// Re-sends before the moment that `matches`: their rows.
template <typename Matches> std::vector<uint32_t> TroubleFinder::resendsThat(const Matches& matches) const
{
    std::vector<uint32_t> found;
    for (const Resend& resend : m_analysis.flow(m_s).resends) {
        if (matches(resend) && m_connection.flow(m_s).segments.at(resend.row).frame < m_moment.before)
            found.push_back(resend.row);
    }
    return found;
}

/// Whether S sent data behind the segment of `row` after it: then an acknowledgment has reached it since.
bool TroubleFinder::wentOnAfter(uint32_t row) const
{
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    const StreamOffset end = rows.at(row).end();
    for (uint32_t later = row + 1; later < rows.size() && rows.at(later).frame < m_moment.before; ++later) {
        const Segment segment = rows.at(later);
        if (segment.payloadLength > 0 && segment.seq >= end && !segment.flags.rst())
            return true;
    }
    return false;
}

/// S sends again, and again, what R has acknowledged before our eyes (diagnosis.md 1.12).
bool TroubleFinder::findNeedless()
{
    const auto needless = resendsThat([](const Resend& resend) { return resend.kind == Kind::Needless; });
    const bool often = needless.size() >= m_settings.resends && !wentOnAfter(needless.back());
    if (!often || !takeResends(CauseId::AckPathLoss, needless) || m_trouble.severalRanges)
        return false;
    collectIcmp(m_r);
    if (isReportedUnreachable())
        m_trouble.leaf = CauseId::IcmpUnreachable; // it says why the acknowledgments do not arrive
    return true;
}

/// S cannot learn from mangled SACK blocks what R has: its timer repairs one loss after the other (diagnosis.md 1.10).
bool TroubleFinder::findMangled()
{
    collectSackOutside();
    if (m_trouble.sackOutside.size() < mangledAcks)
        return false;
    const auto byTimer = resendsThat([](const Resend& resend) {
        return resend.kind == Kind::Needless
            || (resend.sinceLast >= smallestRto && resend.kind != Kind::FastRetransmission);
    });
    return byTimer.size() >= timerRecoveries && takeResends(CauseId::SackMangled, byTimer);
}

/// Near R: S repairs what R reports by SACK by its timer alone, so the blocks tell it nothing (diagnosis.md 1.10, seen
/// from the other side).
bool TroubleFinder::findUnheeded()
{
    if (!m_atReceiver || m_sent.sacked.empty())
        return false;
    const UnheededSacks unheeded = findUnheededSacks(m_connection, m_analysis, m_s, m_moment);
    if (unheeded.repairs.empty())
        return false;
    m_trouble.unheeded = unheeded.repairs;
    const auto patience = std::chrono::duration_cast<Duration>(unheeded.longestWait * 2 * deadlineFactor);
    return takeResends(CauseId::SackMangled, unheeded.repairs, patience);
}

/// Near R: of all ACKs S takes those without SACK blocks alone (diagnosis.md 1.10, a stack that drops the others).
bool TroubleFinder::findUntaken()
{
    const auto needless = resendsThat([](const Resend& resend) { return resend.kind == Kind::Needless; });
    if (!m_atReceiver || needless.size() < fewestNeedless)
        return false;
    const StreamOffset known = m_connection.flow(m_s).segments.at(needless.back()).seq; // what S takes for SND.UNA
    m_trouble.untakenSacks = countUntakenSacks(m_connection, m_s, known, m_moment);
    return m_trouble.untakenSacks > 0 && takeResends(CauseId::SackMangled, needless);
}

bool TroubleFinder::findStuck()
{
    if (!m_sent.acknowledged || !m_sent.hasOutstanding())
        return false;
    collectCopies();
    collectIcmp(m_s);
    const uint32_t usual = m_atReceiver ? m_settings.resends : m_settings.resends + 1;
    const uint32_t needed = isReportedUnreachable() ? std::min(usual, enoughReported) : usual;
    bool sentOften = countTries(m_connection, m_analysis, m_trouble) >= needed;
    if (m_trouble.copies.empty()) {
        // The hole itself was never seen: it was lost before the capture point, or not captured.
        const bool laterSeen = !m_sent.outstanding.empty();
        // ours: also where the place is not known: a sender's own re-sends would have come by.
        if (!laterSeen || m_atSender)
            return false;
        m_trouble.firstSend = m_sent.outstanding.front().firstTime;
        m_trouble.lastSend = m_trouble.firstSend;
        sentOften = true;
    }
    const Timestamp since = std::max(m_sent.lastProgress, m_trouble.firstSend);
    return sentOften && m_moment.time - since >= stuckTimeouts * timeout();
}

/// Near R: a hole was never seen, and the last that S sends is no repair of it but what R acknowledged long ago. The
/// acknowledgments are lost then, and the hole is one loss more.
bool TroubleFinder::findUnaware()
{
    if (!m_atReceiver || !m_trouble.copies.empty())
        return false;
    const auto needless = resendsThat([](const Resend& resend) { return resend.kind == Kind::Needless; });
    if (!findUnawareResend(m_connection, m_analysis, m_s, needless, m_moment))
        return false;
    const Trouble stuck = m_trouble;
    restart();
    if (takeResends(CauseId::AckPathLoss, needless, m_moment.time - m_sent.lastProgress))
        return true;
    m_trouble = stuck;
    return false;
}

/// An error that came after the last progress and not long before the last re-send.
bool TroubleFinder::isReportedUnreachable() const
{
    const auto patience
        = std::max(std::chrono::duration_cast<Duration>(m_trouble.lastInterval * deadlineFactor), timeout());
    return std::any_of(m_trouble.icmp.begin(), m_trouble.icmp.end(), [&](uint32_t index) {
        const IcmpEvent& event = m_connection.icmpErrors()[index];
        return isUnreachable(event) && event.time >= m_sent.lastProgress && event.time >= m_trouble.lastSend - patience;
    });
}

/// diagnosis.md 1.7: later small bytes got through, or the stall began with the first large packet. The coincidence
/// alone, without a word from R, is an outage as well as a limit: then it stays an outage, with the limit possible.
bool TroubleFinder::isMtuLimit() const
{
    if (m_trouble.copies.empty())
        return m_trouble.onlySmallCame && m_trouble.laterDelivered;
    const bool isLarger = m_trouble.smallestStuck > m_trouble.largestDelivered;
    const bool smallPass = m_trouble.receiverHeard || m_trouble.heardAtEnd;
    return isLarger && (m_trouble.laterDelivered || (m_trouble.onlyLargeTried && smallPass));
}

CauseId TroubleFinder::leafOfStuck()
{
    if (!m_atSender && m_trouble.badCopies.size() >= enoughCopies && m_trouble.goodCopies == 0)
        return CauseId::CorruptedSegment; // 2
    // ours: asked before 3. A host whose own packet filter rejects the bytes says so: no kernel discards them silently.
    if (isReportedUnreachable())
        return CauseId::IcmpUnreachable;                        // 5
    const bool atItsEnd = m_atReceiver && m_trouble.heardAtEnd; // then R is alive, and hears S
    const bool receiverLives = m_trouble.receiverHeard || m_trouble.laterDelivered || atItsEnd || m_isOnReceiver;
    if (m_atReceiver && m_trouble.copies.size() >= enoughCopies && receiverLives) {
        if (m_trouble.goodCopies >= enoughCopies)
            return CauseId::ReceiverDiscards; // 3
        if (m_trouble.badCopies.empty() && !m_trouble.isOldByTimestamp)
            return CauseId::Unknown; // 3b: the copies cannot be checked
    }
    m_trouble.isReneged = m_sent.reneged.contains(m_trouble.holeBegin, m_trouble.holeBegin + 1);
    if (m_trouble.isOldByTimestamp || (m_trouble.isReneged && (receiverLives || m_trouble.isAnswered)))
        return CauseId::ReceiverDiscards; // 3, seen from anywhere
    if (m_trouble.sackOutside.size() >= mangledAcks)
        return CauseId::SackMangled; // 4
    if (m_trouble.isAnswered)
        return CauseId::ReceiverDiscards; // 3, seen from anywhere
    if (m_trouble.isTooBigIgnored)
        return CauseId::MtuBlackHole; // 5
    if (isMtuLimit())
        return CauseId::MtuBlackHole; // 6
    // ours: the hole is only the first loss of an outage when what followed on the reported bytes was lost as well.
    const bool isHoleAlone = m_trouble.laterDelivered && !m_trouble.isRestLost(m_settings.resends);
    m_trouble.forwardOnly = m_trouble.receiverHeard && !isHoleAlone;
    return isHoleAlone ? CauseId::SegmentBlackHole : CauseId::PathOutage; // 8, 7
}

void TroubleFinder::restart()
{
    m_trouble = Trouble();
    m_trouble.sender = m_s;
}

/// Whether nothing of S was sent again or waits, and R did not close its window: then there is no trouble.
bool TroubleFinder::isUntroubled() const
{
    const bool isWaiting = m_sent.acknowledged && m_sent.hasOutstanding();
    return !isWaiting && m_sent.sacked.empty() && m_analysis.flow(m_s).resends.empty()
        && m_analysis.flow(m_r).windowClosed.empty();
}

std::optional<Trouble> TroubleFinder::find()
{
    if (isUntroubled())
        return std::nullopt;
    if ((m_atReceiver || m_inMiddle) && findNeedless())
        return m_trouble;
    restart();
    if (findUntaken())
        return m_trouble;
    restart();
    const bool closed = findClosedWindow();
    const Trouble closedOnly = m_trouble;
    const bool stuck = findStuck();
    if (!closed && !stuck) {
        restart();
        // At S last: acknowledgments that come by here, and that S does not take, may be mangled.
        return findMangled() || findUnheeded() || (m_atSender && findNeedless()) ? std::optional(m_trouble)
                                                                                 : std::nullopt;
    }
    const bool beyondEdge = closed && m_sent.edgeKnown
        && (m_sent.sndUna >= m_sent.edge || m_moment.state.receiver(m_r).lastRawWindow == 0);
    const uint32_t unanswered = closed ? m_analysis.flow(m_r).windowClosed[*closedOnly.closed].unansweredInARow : 0;
    if (closed && (!stuck || beyondEdge) && unanswered < m_settings.resends) {
        if (!stuck)
            m_trouble = closedOnly;
        m_trouble.firstSend = closedOnly.firstSend;
        m_trouble.leaf = CauseId::ZeroWindowStarvation; // 1
        return m_trouble;
    }
    if (!stuck) {
        m_trouble = closedOnly;
        m_trouble.leaf = CauseId::PathOutage; // 7: the probes are no longer answered
        return m_trouble;
    }
    m_trouble.closed.reset();
    if (findUnaware())
        return m_trouble;
    collectDelivery();
    collectEnd();
    collectSizes(m_trouble, m_connection, m_analysis, m_moment);
    collectTimestamps();
    collectSackOutside();
    m_trouble.isAnswered = isEachResendAnswered(m_connection, m_analysis, m_trouble, m_moment);
    m_trouble.leaf = leafOfStuck();
    return m_trouble;
}

bool isTooBig(const IcmpEvent& error)
{
    return error.isV6 ? error.type == icmpV6TooBig : error.type == icmpUnreachable && error.code == icmpCodeTooBig;
}

bool isUnreachable(const IcmpEvent& error)
{
    return error.isV6 ? error.type == icmpV6Unreachable : error.type == icmpUnreachable && !isTooBig(error);
}

std::optional<Trouble> findTrouble(
    const Connection& connection, const Analysis& analysis, const TroubleView& view, const TroubleMoment& moment)
{
    std::optional<Trouble> client = TroubleFinder(connection, analysis, view, moment, Side::Client).find();
    std::optional<Trouble> server = TroubleFinder(connection, analysis, view, moment, Side::Server).find();
    if (!client || !server)
        return client ? client : server;
    return client->firstSend <= server->firstSend ? client : server;
}

} // namespace whyrst
