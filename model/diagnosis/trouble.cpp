#include "model/diagnosis/trouble.h"

#include "model/analysis/sack_shift.h"
#include "model/analysis/thresholds.h"
#include "model/diagnosis/reset_form.h"
#include "model/diagnosis/sender_reaction.h"
#include "model/diagnosis/stuck_sizes.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr int stuckTimeouts = 3;      // diagnosis.md 2.7 STUCK
constexpr uint32_t mangledAcks = 3;   // diagnosis.md 1.10
constexpr size_t timerRecoveries = 2; // diagnosis.md 1.10
constexpr uint32_t enoughCopies = 2;  // diagnosis.md 1.8, 1.9
constexpr double nearlyRoundTrip = 0.8;
constexpr size_t fewestNeedless = 2; ///< re-sends of acknowledged bytes, from which on S does not know that they are
constexpr uint8_t icmpUnreachable = 3;
constexpr uint8_t icmpCodeTooBig = 4;
constexpr uint8_t icmpV6Unreachable = 1;
constexpr uint8_t icmpV6TooBig = 2;

/// RFC 7323 5.2: timestamps are compared modulo 2^32.
bool isLater(uint32_t timestamp, uint32_t other)
{
    return static_cast<int32_t>(timestamp - other) > 0;
}

VantagePlace placeOf(Side side)
{
    return side == Side::Client ? VantagePlace::Client : VantagePlace::Server;
}

/// Looks at one direction.
class Finder
{
public:
    Finder(const Connection& connection, const Analysis& analysis, const TroubleView& view, const TroubleMoment& moment,
        Side sender)
        : m_connection(connection)
        , m_analysis(analysis)
        , m_settings(view.settings)
        , m_moment(moment)
        , m_s(sender)
        , m_r(otherSide(sender))
        , m_sent(moment.state.sender(sender))
        , m_atReceiver(view.vantage.place == placeOf(otherSide(sender)))
        , m_atSender(view.vantage.place == placeOf(sender))
        , m_inMiddle(view.vantage.place == VantagePlace::Middle)
    {
        m_trouble.sender = sender;
    }

    std::optional<Trouble> find();

private:
    void restart();
    bool findClosedWindow();
    bool wentOnAfter(uint32_t row) const;
    bool findNeedless();
    bool findStuck();
    bool findUnaware();
    void collectCopies();
    void collectDelivery();
    void collectEnd();
    void collectTimestamps();
    void collectSackOutside();
    bool findMangled();
    bool findUnheeded();
    bool findUntaken();
    bool takeResends(CauseId leaf, const std::vector<uint32_t>& resends, Duration patience = Duration());
    template <typename Matches> std::vector<uint32_t> resendsThat(const Matches& matches) const;
    void collectIcmp(Side quoted);
    Timestamp firstSendBehindHole() const;
    bool isReportedUnreachable() const;
    bool holdsTooBig() const;
    bool isMtuLimit() const;
    CauseId leafOfStuck();

    /// The timer of S, from the acknowledgments of R.
    Duration timeout() const { return m_analysis.flow(m_r).roundTrip.retransmissionTimeout; }
    Duration roundTripToReceiver() const { return m_analysis.flow(m_r).roundTrip.minimum; }

    const Connection& m_connection;
    const Analysis& m_analysis;
    const DiagnosisSettings& m_settings;
    const TroubleMoment& m_moment;
    Side m_s;
    Side m_r;
    const SenderState& m_sent;
    bool m_atReceiver;
    bool m_atSender;
    bool m_inMiddle;
    Trouble m_trouble;
};

bool Finder::findClosedWindow()
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
bool Finder::takeResends(CauseId leaf, const std::vector<uint32_t>& resends, Duration patience)
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
template <typename Matches> std::vector<uint32_t> Finder::resendsThat(const Matches& matches) const
{
    std::vector<uint32_t> found;
    for (const Resend& resend : m_analysis.flow(m_s).resends) {
        if (matches(resend) && m_connection.flow(m_s).segments.at(resend.row).frame < m_moment.before)
            found.push_back(resend.row);
    }
    return found;
}

/// Whether S sent data behind the segment of `row` after it: then an acknowledgment has reached it since.
bool Finder::wentOnAfter(uint32_t row) const
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
bool Finder::findNeedless()
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
bool Finder::findMangled()
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
bool Finder::findUnheeded()
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
bool Finder::findUntaken()
{
    const auto needless = resendsThat([](const Resend& resend) { return resend.kind == Kind::Needless; });
    if (!m_atReceiver || needless.size() < fewestNeedless)
        return false;
    const StreamOffset known = m_connection.flow(m_s).segments.at(needless.back()).seq; // what S takes for SND.UNA
    m_trouble.untakenSacks = countUntakenSacks(m_connection, m_s, known, m_moment);
    return m_trouble.untakenSacks > 0 && takeResends(CauseId::SackMangled, needless);
}

void Finder::collectCopies()
{
    const SentRange* range = m_sent.rangeAt(m_sent.sndUna);
    m_trouble.holeBegin = m_sent.sndUna;
    m_trouble.holeEnd = range != nullptr ? range->end : m_sent.seen.nextCovered(m_sent.sndUna).value_or(m_sent.sndNxt);
    if (const auto lowest = m_sent.sacked.lowest())
        m_trouble.holeEnd = std::min(m_trouble.holeEnd, *lowest);
    if (range == nullptr)
        return;
    const FlowAnalysis& analysis = m_analysis.flow(m_s);
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    for (auto row = rows.from(range->firstRow); !(row == rows.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= m_moment.before)
            break;
        const bool carries = segment.seq <= m_sent.sndUna && m_sent.sndUna < segment.end() && !segment.flags.rst();
        if (!carries || segment.isCaptureDuplicate || analysis.kinds[row.row()].has(Kind::NetworkDuplicate))
            continue;
        m_trouble.copies.push_back(row.row());
        m_trouble.goodCopies += segment.checksumClass == ChecksumClass::Valid ? 1 : 0;
        if (segment.checksumClass == ChecksumClass::Bad)
            m_trouble.badCopies.push_back(row.row());
        if (m_trouble.copies.size() > 1)
            m_trouble.lastInterval = segment.time - m_trouble.lastSend;
        else
            m_trouble.firstSend = segment.time;
        m_trouble.lastSend = segment.time;
    }
}

bool Finder::findStuck()
{
    if (!m_sent.acknowledged || !m_sent.hasOutstanding())
        return false;
    collectCopies();
    const uint32_t needed = m_atReceiver ? m_settings.resends : m_settings.resends + 1;
    bool sentOften = countTries(m_connection, m_analysis, m_trouble) >= needed;
    if (m_trouble.copies.empty()) {
        // The hole itself was never seen: it was lost before the capture point, or not captured.
        const bool laterSeen = !m_sent.outstanding.empty();
        if (!laterSeen || !(m_atReceiver || m_inMiddle))
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
bool Finder::findUnaware()
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

/// When the first bytes behind the hole were sent. There must be some.
Timestamp Finder::firstSendBehindHole() const
{
    return m_sent.outstanding.at(m_sent.outstanding.firstFrom(m_trouble.holeEnd))->firstTime;
}

/// DL: R shows that bytes behind the hole did arrive.
void Finder::collectDelivery()
{
    const Duration travel = std::chrono::duration_cast<Duration>(roundTripToReceiver() * nearlyRoundTrip);
    const bool laterSent = !m_sent.outstanding.empty() && m_sent.outstanding.back().begin >= m_trouble.holeEnd;
    const std::vector<DupAckRun>& runs = m_analysis.flow(m_r).dupAckRuns;
    for (size_t index = 0; index < runs.size(); ++index) {
        const DupAckRun& run = runs[index];
        if (run.ack == m_sent.sndUna && run.firstTime < m_moment.time)
            m_trouble.dupAckRun = static_cast<uint32_t>(index);
    }
    const bool bySack = !m_sent.sacked.empty();
    bool byDupAcks = false;
    Timestamp lastEvidence;
    if (m_trouble.dupAckRun) {
        const DupAckRun& run = runs[*m_trouble.dupAckRun];
        // One duplicate ACK is enough: nothing below the hole is outstanding, so a later packet must have drawn it.
        const bool afterLater = laterSent && run.lastTime - firstSendBehindHole() >= travel;
        byDupAcks = afterLater || run.count >= dupAckThreshold;
        lastEvidence = run.lastTime;
    }
    const bool bySight = m_trouble.copies.empty() && laterSent && m_trouble.dupAckRun.has_value();
    m_trouble.laterDelivered = bySack || (laterSent && byDupAcks) || bySight;
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    if (m_trouble.laterDelivered && m_trouble.copies.size() > m_settings.resends)
        m_trouble.deliveredAfterThird = lastEvidence > rows.at(m_trouble.copies[m_settings.resends]).time;
    if (m_trouble.laterDelivered && m_trouble.dupAckRun && !m_atReceiver)
        m_trouble.lostBehind = countLostBehind(m_analysis, m_trouble, lastEvidence, m_moment);
    const auto& spoke = m_moment.state.lastHeard[sideIndex(m_s)];
    m_trouble.senderHeard = laterSent && spoke && *spoke - firstSendBehindHole() > timeout();
    const auto& heard = m_moment.state.lastHeard[sideIndex(m_r)];
    if (m_trouble.copies.size() > 1)
        m_trouble.receiverHeard = heard && *heard > rows.at(m_trouble.copies[1]).time + roundTripToReceiver();
}

/// Whether R itself ends the connection, or is heard within a round trip after S does: it does not take a RST whose
/// number lies behind the hole, and asks back (RFC 5961 3.2).
void Finder::collectEnd()
{
    const auto isEndOf = [&](Side side) {
        const SegmentRows& rows = m_connection.flow(side).segments;
        const uint32_t row = rows.lowerBound(m_moment.before);
        return row < rows.size() && rows.at(row).frame == m_moment.before && rows.at(row).flags.rst();
    };
    m_trouble.heardAtEnd = isEndOf(m_r);
    if (!isEndOf(m_s))
        return;
    const SegmentRows& rows = m_connection.flow(m_r).segments;
    const uint32_t next = rows.lowerBound(m_moment.before);
    m_trouble.heardAtEnd = next < rows.size() && !rows.at(next).flags.rst()
        && rows.at(next).time - m_moment.time <= answerWindow(m_analysis, m_r);
}

/// Whether R has echoed a timestamp that is later than those of all copies: then R takes them for old duplicates.
void Finder::collectTimestamps()
{
    const SegmentRows& rows = m_connection.flow(m_s).segments;
    std::optional<uint32_t> latest; // timestamp of the copies
    for (const uint32_t row : m_trouble.copies) {
        const Segment copy = rows.at(row);
        if (!copy.hasTimestamps)
            return;
        if (!latest || isLater(copy.timestamps.value, *latest))
            latest = copy.timestamps.value;
    }
    if (!latest)
        return;
    for (const Segment segment : m_connection.flow(m_r).segments) {
        if (segment.frame >= m_moment.before)
            break;
        if (segment.hasTimestamps && segment.flags.ack() && !segment.flags.syn() && !segment.flags.rst()
            && isLater(segment.timestamps.echo, *latest))
            m_trouble.isOldByTimestamp = true;
    }
}

/// SACK blocks that do not fit to anything S has sent: a box shifts sequence numbers but not the blocks.
void Finder::collectSackOutside()
{
    const Flow& receiver = m_connection.flow(m_r);
    const Flow& sender = m_connection.flow(m_s);
    if (receiver.rare->sackBlocks.empty())
        return;
    for (auto row = receiver.segments.begin(); !(row == receiver.segments.end()); ++row) {
        const Segment segment = *row;
        if (segment.frame >= m_moment.before)
            break;
        bool outside = false;
        for (uint8_t index = 0; index < segment.sackBlockCount; ++index)
            outside = outside || isOutsideSent(receiver.sackBlock(segment, index, sender), m_sent.sndNxt);
        if (outside)
            m_trouble.sackOutside.push_back(row.row());
    }
    if (m_trouble.sackOutside.size() >= mangledAcks)
        m_trouble.sackShift = findSackShift(m_connection, m_analysis, m_s, m_trouble.sackOutside);
    if (!sender.synSeen() && !m_trouble.sackShift)
        m_trouble.sackOutside.clear(); // the bytes may have been sent before the capture began
}

/// ICMP errors that quote what `quoted` has outstanding, or its acknowledgments.
void Finder::collectIcmp(Side quoted)
{
    const SenderState& sender = m_moment.state.sender(quoted);
    for (size_t index = 0; index < m_connection.icmpErrors().size(); ++index) {
        const IcmpEvent& event = m_connection.icmpErrors()[index];
        const bool quotes = event.quotedSide == quoted && event.quotedSeq >= sender.sndUna
            && event.quotedSeq <= sender.sndNxt && event.frame < m_moment.before;
        if (quotes && (isTooBig(event) || isUnreachable(event)))
            m_trouble.icmp.push_back(static_cast<uint32_t>(index));
    }
}

/// An error that came after the last progress and not long before the last re-send.
bool Finder::isReportedUnreachable() const
{
    const auto patience
        = std::max(std::chrono::duration_cast<Duration>(m_trouble.lastInterval * deadlineFactor), timeout());
    return std::any_of(m_trouble.icmp.begin(), m_trouble.icmp.end(), [&](uint32_t index) {
        const IcmpEvent& event = m_connection.icmpErrors()[index];
        return isUnreachable(event) && event.time >= m_sent.lastProgress && event.time >= m_trouble.lastSend - patience;
    });
}

bool Finder::holdsTooBig() const
{
    return std::any_of(m_trouble.icmp.begin(), m_trouble.icmp.end(),
        [this](uint32_t index) { return isTooBig(m_connection.icmpErrors()[index]); });
}

/// diagnosis.md 1.7: later small bytes got through, or the stall began with the first large packet. The coincidence
/// alone, without a word from R, is an outage as well as a limit: then it stays an outage, with the limit possible.
bool Finder::isMtuLimit() const
{
    if (m_trouble.copies.empty())
        return m_trouble.onlySmallCame && m_trouble.laterDelivered;
    const bool isLarger = m_trouble.smallestStuck > m_trouble.largestDelivered;
    const bool smallPass = m_trouble.receiverHeard || m_trouble.heardAtEnd;
    return isLarger && (m_trouble.laterDelivered || (m_trouble.onlyLargeTried && smallPass));
}

CauseId Finder::leafOfStuck()
{
    if (!m_atSender && m_trouble.badCopies.size() >= enoughCopies && m_trouble.goodCopies == 0)
        return CauseId::CorruptedSegment; // 2
    // ours: asked before 3. A host whose own packet filter rejects the bytes says so: no kernel discards them silently.
    if (isReportedUnreachable())
        return CauseId::IcmpUnreachable; // 5
    const bool receiverLives = m_trouble.receiverHeard || m_trouble.laterDelivered;
    if (m_atReceiver && m_trouble.copies.size() >= enoughCopies && receiverLives) {
        if (m_trouble.goodCopies >= enoughCopies)
            return CauseId::ReceiverDiscards; // 3
        if (m_trouble.badCopies.empty())
            return CauseId::Unknown; // 3b: the copies cannot be checked
    }
    if (m_trouble.isOldByTimestamp)
        return CauseId::ReceiverDiscards; // 3, seen from anywhere
    if (m_trouble.sackOutside.size() >= mangledAcks)
        return CauseId::SackMangled; // 4
    if (m_trouble.isAnswered)
        return CauseId::ReceiverDiscards; // 3, seen from anywhere
    if (holdsTooBig())
        return CauseId::MtuBlackHole; // 5
    if (isMtuLimit())
        return CauseId::MtuBlackHole; // 6
    // ours: the hole is only the first loss of an outage when what followed on the reported bytes was lost as well.
    const bool isHoleAlone = m_trouble.laterDelivered && !m_trouble.isRestLost(m_settings.resends);
    m_trouble.forwardOnly = m_trouble.receiverHeard && !isHoleAlone;
    return isHoleAlone ? CauseId::SegmentBlackHole : CauseId::PathOutage; // 8, 7
}

void Finder::restart()
{
    m_trouble = Trouble();
    m_trouble.sender = m_s;
}

std::optional<Trouble> Finder::find()
{
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
    collectIcmp(m_s);
    m_trouble.leaf = leafOfStuck();
    return m_trouble;
}

} // namespace

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
    std::optional<Trouble> client = Finder(connection, analysis, view, moment, Side::Client).find();
    std::optional<Trouble> server = Finder(connection, analysis, view, moment, Side::Server).find();
    if (!client || !server)
        return client ? client : server;
    return client->firstSend <= server->firstSend ? client : server;
}

} // namespace whyrst
