#include "model/compare/dialogue.h"

#include "model/analysis/analysis.h"

#include <algorithm>

namespace whyrst {

namespace {

/// Walks over a connection up to the RST that ended it.
class DialogueWalk
{
public:
    explicit DialogueWalk(const KnownConnection& known)
        : m_known(known)
    {
        m_talk.begin = known.connection.firstTime;
        m_talk.end.ended = known.diagnosis.summary.ended;
        findReset();
    }

    Dialogue walk()
    {
        ConnectionWalk walk(m_known.connection);
        for (LocatedSegment located; walk.next(located);) {
            if (m_talk.end.at && m_talk.end.ended == Ended::Reset && located.segment.frame == m_talk.end.at->frame)
                break;
            if (!located.segment.isCaptureDuplicate && !located.segment.flags.rst())
                add(located);
        }
        finish();
        return std::move(m_talk);
    }

private:
    void findReset()
    {
        const Diagnosis* primary = m_known.diagnosis.primary();
        if (m_talk.end.ended != Ended::Reset || !primary)
            return;
        m_talk.end.at = Moment{primary->frame, primary->time};
        m_talk.end.by = primary->from;
        m_talk.end.isForged = primary->sender == ResetSender::Middlebox || primary->cause == CauseId::InjectedReset;
    }

    void add(const LocatedSegment& located)
    {
        const Segment& segment = located.segment;
        const Moment moment{segment.frame, segment.time};
        m_talk.serverHeard |= located.side == Side::Server;
        if (segment.flags.syn()) {
            addSyn(located.side, moment);
        } else if (located.side == Side::Client && m_talk.synAck && !m_talk.established) {
            m_talk.established = moment;
            m_lastNews = moment;
        }
        acknowledge(located);
        StreamOffset& sent = m_sent[sideIndex(located.side)];
        const bool isFirst = !m_spoke[sideIndex(located.side)];
        const Kinds& kinds = m_known.analysis.flow(located.side).kinds[located.row];
        const bool isNew = isFirst || segment.end() > sent;
        if (isNew && segment.segLen() > 0 && !kinds.hasAny(Kinds(Kind::KeepAlive) | Kind::ZeroWindowProbe)) {
            const StreamOffset begin = isFirst ? segment.dataBegin() : std::max(sent, segment.dataBegin());
            if (begin < segment.dataEnd()) // else the FIN alone is new
                addData(located, begin);
            if (segment.flags.fin())
                addFin(located.side, moment);
            sent = segment.end();
            m_spoke[sideIndex(located.side)] = true;
        }
    }

    void addSyn(Side side, const Moment& moment)
    {
        if (side == Side::Server) {
            if (!m_talk.synAck) {
                m_talk.synAck = moment;
                m_lastNews = moment;
            }
            return;
        }
        m_talk.hasSyn = true;
        if (m_talk.synAck && m_talk.syns > 0)
            return; // the SYN-ACK got lost behind the capture point
        if (m_talk.syns++ == 0) {
            m_talk.firstSyn = moment;
            m_lastNews = moment;
        }
        m_talk.lastSyn = moment;
    }

    void acknowledge(const LocatedSegment& located)
    {
        if (!located.segment.flags.ack())
            return;
        StreamOffset& acked = m_acked[sideIndex(otherSide(located.side))];
        acked = std::max(acked, located.segment.ack);
    }

    void addData(const LocatedSegment& located, StreamOffset begin)
    {
        const Moment moment{located.segment.frame, located.segment.time};
        endPause(moment, false);
        std::vector<Turn>& turns = m_talk.turns;
        if (turns.empty() || turns.back().speaker != located.side)
            turns.push_back({located.side, begin, begin, moment, moment});
        Turn& turn = turns.back();
        turn.longestPause = std::max(turn.longestPause, moment.time - turn.last.time);
        turn.end = located.segment.dataEnd();
        turn.last = moment;
        m_lastNews = moment;
        m_talk.last = {static_cast<uint32_t>(turns.size() - 1), turn.bytes(),
            located.segment.payloadLength >= m_known.analysis.flow(located.side).effectiveMss};
    }

    void addFin(Side side, const Moment& moment)
    {
        endPause(moment, false);
        m_lastNews = moment;
        ++m_fins;
        if (!m_talk.closing)
            m_talk.closing = Closing{side, moment, m_talk.last};
        if (m_talk.end.ended == Ended::Reset || m_talk.end.by)
            return;
        m_talk.end.by = side;
        m_talk.end.at = moment;
        if (m_talk.end.ended == Ended::Open)
            m_talk.end.ended = Ended::Fin; // one side has closed: that is how it ended here
    }

    void endPause(const std::optional<Moment>& after, bool isLast)
    {
        const Timestamp end = after ? after->time : m_known.trace.capture.lastTime;
        if (!m_lastNews || end - m_lastNews->time < shortestPause)
            return;
        Pause pause;
        pause.place = m_talk.last;
        pause.before = *m_lastNews;
        pause.after = after;
        pause.isLast = isLast;
        for (const Side side : {Side::Client, Side::Server})
            pause.unacknowledged[sideIndex(side)]
                = m_spoke[sideIndex(side)] && m_acked[sideIndex(side)] < m_sent[sideIndex(side)];
        pause.length = end - m_lastNews->time;
        m_talk.pauses.push_back(pause);
    }

    void finish()
    {
        const bool isClosed = m_fins >= 2 || (m_talk.end.ended == Ended::Fin && m_fins > 0);
        if (m_talk.end.ended == Ended::Reset)
            endPause(m_talk.end.at, true);
        else if (!isClosed)
            endPause(std::nullopt, true);
        if (m_talk.established && m_talk.syns == 1)
            m_talk.roundTrip = m_talk.established->time - m_talk.firstSyn.time;
        else if (m_known.analysis.fullRoundTrip() > Duration())
            m_talk.roundTrip = m_known.analysis.fullRoundTrip();
    }

    const KnownConnection& m_known;
    Dialogue m_talk;
    std::optional<Moment> m_lastNews;
    std::array<StreamOffset, 2> m_sent{};  ///< by Side: end of what it has sent
    std::array<StreamOffset, 2> m_acked{}; ///< by Side: what the other side has acknowledged of it
    std::array<bool, 2> m_spoke{};         ///< by Side: `m_sent` is known
    int m_fins = 0;
};

} // namespace

std::optional<uint32_t> Dialogue::turnAt(Timestamp time) const
{
    const auto after = std::ranges::upper_bound(turns, time, {}, [](const Turn& turn) { return turn.first.time; });
    if (after == turns.begin())
        return {};
    return static_cast<uint32_t>(after - turns.begin() - 1);
}

std::string enderWords(const DialogueEnd& end)
{
    if (!end.by)
        return "";
    const std::string name = sideName(*end.by);
    return end.isForged ? "by a RST in the " + name + "'s name" : "by the " + name;
}

Dialogue dialogueOf(const KnownConnection& known)
{
    return DialogueWalk(known).walk();
}

} // namespace whyrst
