#include "model/analysis/analysis.h"
#include "model/analysis/thresholds.h"
#include "model/compare/difference_finders.h"
#include "model/diagnosis/evidence.h"

#include <algorithm>
#include <string>

namespace whyrst {

namespace {

/// What a good connection's wait counts for at least when another one is measured against it: timers tick in steps.
/// Heuristic.
constexpr Duration leastWait = std::chrono::milliseconds(10);

std::string name(Side side)
{
    return sideName(side);
}

bool endedBadly(const KnownConnection& known)
{
    const Diagnosis* primary = known.diagnosis.primary();
    return primary && primary->harm != Harm::None && primary->cause != CauseId::IgnoredReset;
}

/// What the good connection did at a place of the dialogue.
struct Counterpart
{
    enum class What : uint8_t
    {
        Speaks,  ///< the next turn began
        GoesOn,  ///< the same turn went on
        Ends,    ///< by FIN or RST
        Nothing, ///< it never came so far: its longest wait is what a wait is measured against
        Unknown  ///< its capture ends there
    };
    What what = What::Unknown;
    std::optional<Side> side; ///< who did it
    Moment before;            ///< what it followed
    Moment at;
    Duration wait{}; ///< the longest at this place
};

Counterpart endOf(const Dialogue& good, const Moment& before)
{
    Counterpart counterpart;
    if (!good.end.at || good.end.at->frame < before.frame)
        return counterpart;
    return {Counterpart::What::Ends, good.end.by, before, *good.end.at, good.end.at->time - before.time};
}

/// Of what the good connection did not come to.
Counterpart longestWait(const Dialogue& good)
{
    Counterpart longest;
    longest.what = Counterpart::What::Nothing;
    std::optional<Moment> before = good.established;
    for (const Turn& turn : good.turns) {
        if (before && turn.first.time - before->time > longest.wait) {
            longest.wait = turn.first.time - before->time;
            longest.before = *before;
            longest.at = turn.first;
        }
        longest.wait = std::max(longest.wait, turn.longestPause);
        before = turn.last;
    }
    return longest;
}

Counterpart counterpartAt(const Dialogue& good, const DialoguePlace& place)
{
    const auto speaks = [&good](size_t turn, const Moment& before) {
        const Turn& next = good.turns[turn];
        return Counterpart{Counterpart::What::Speaks, next.speaker, before, next.first, next.first.time - before.time};
    };
    if (!place.turn) {
        const std::optional<Moment> before = good.established ? good.established : good.synAck;
        if (!before)
            return {};
        return good.turns.empty() ? endOf(good, *before) : speaks(0, *before);
    }
    if (*place.turn >= good.turns.size())
        return longestWait(good);
    const Turn& turn = good.turns[*place.turn];
    if (place.bytes < turn.bytes() && place.isAfterFull)
        return {Counterpart::What::GoesOn, turn.speaker, turn.first, turn.last, turn.longestPause};
    if (*place.turn + 1 < good.turns.size())
        return speaks(*place.turn + 1, turn.last);
    return endOf(good, turn.last);
}

/// Finds the silences of the bad connection that the good one does not have.
class SilenceComparison
{
public:
    SilenceComparison(const BothDialogues& both, FoundDifferences& found)
        : m_both(both)
        , m_found(found)
    {
    }

    void compare()
    {
        for (const Pause& pause : m_both.bad().pauses) {
            const Counterpart counterpart = counterpartAt(m_both.good(), pause.place);
            if (counterpart.what == Counterpart::What::Unknown || !isLonger(pause, counterpart) || isExplained(pause))
                continue;
            add(pause, counterpart);
            if (++m_count == mostSilences)
                break;
        }
    }

private:
    static constexpr int mostSilences = 5; ///< a person reads the first ones

    /// Beyond the round trip that each needs for an answer.
    Duration beyondRoundTrip(Outcome outcome, Duration wait) const
    {
        const Duration roundTrip = m_both.dialogue(outcome).roundTrip.value_or(Duration());
        return std::max(wait - roundTrip, Duration());
    }

    bool isLonger(const Pause& pause, const Counterpart& counterpart) const
    {
        const Duration bad = beyondRoundTrip(Outcome::Bad, pause.length);
        const Duration good = std::max(beyondRoundTrip(Outcome::Good, counterpart.wait), leastWait);
        const bool mayBeCause = pause.isLast && endedBadly(m_both.known.bad);
        return bad >= (mayBeCause ? shortestPause : tellingSilence) && bad >= tellingRatio * good;
    }

    /// Losses and closed windows are told by themselves.
    bool isExplained(const Pause& pause) const
    {
        const Timestamp end = pause.before.time + pause.length;
        for (const Side side : {Side::Client, Side::Server}) {
            const FlowAnalysis& flow = m_both.known.bad.analysis.flow(side);
            const Flow& packets = m_both.connection(Outcome::Bad).flow(side);
            const auto resend = std::ranges::lower_bound(
                flow.resends, packets.segments.lowerBound(pause.before.frame), {}, &Resend::row);
            const bool isResent = resend != flow.resends.end() && packets.segments.at(resend->row).time <= end;
            const bool isClosed = std::ranges::any_of(flow.windowClosed, [&](const WindowClosed& closed) {
                return std::min(closed.end, end) - std::max(closed.begin, pause.before.time) > pause.length / 2;
            });
            const bool isRepair = isResent && (pause.unacknowledged[sideIndex(side)] || resend->kind == Kind::Needless);
            if (isRepair || isClosed)
                return true;
        }
        return false;
    }

    /// A client that thinks before its next request is no trouble when its request is answered as ever.
    Weight weightOf(const Pause& pause, const std::optional<Side>& silent) const
    {
        const auto& turns = m_both.bad().turns;
        const Side first = turns.empty() ? Side::Client : turns.front().speaker;
        const std::optional<uint32_t>& turn = pause.place.turn;
        const bool isOwnChoice = silent.value_or(first) == first && (!turn || turns[*turn].speaker != first);
        const size_t answer = turn ? size_t{*turn} + 2 : 1;
        const bool wentOn = answer < turns.size() || (pause.isLast && !endedBadly(m_both.known.bad));
        return isOwnChoice && wentOn ? Weight::Condition : Weight::Trouble;
    }

    std::string untilText(const Pause& pause) const
    {
        const DialogueEnd& end = m_both.bad().end;
        if (!pause.after)
            return " until the capture ended";
        if (pause.isLast)
            return end.isForged ? " until it was reset " + enderWords(end)
                                : " until the " + name(end.by.value_or(Side::Client)) + " reset it";
        if (end.at && pause.after->frame == end.at->frame)
            return " until the " + name(end.by.value_or(Side::Client)) + " closed";
        return "";
    }

    std::string goodText(const Counterpart& counterpart) const
    {
        const bool isAnswer = !m_both.good().turns.empty() && counterpart.side
            && m_both.good().turns.front().speaker != *counterpart.side;
        switch (counterpart.what) {
        case Counterpart::What::Speaks:
            return "where that of the good one " + std::string(isAnswer ? "answered" : "spoke") + " after "
                + humanDuration(counterpart.wait);
        case Counterpart::What::GoesOn:
            return "where that of the good one went on after "
                + (counterpart.wait > Duration() ? humanDuration(counterpart.wait) + " at most" : "no pause");
        case Counterpart::What::Nothing:
            return "and the longest wait of the good one was " + humanDuration(counterpart.wait);
        default:
            return "where the good one ended after " + humanDuration(counterpart.wait);
        }
    }

    void add(const Pause& pause, const Counterpart& counterpart)
    {
        const std::optional<Side> silent = counterpart.side;
        FoundDifference difference{DifferenceKind::Silence, weightOf(pause, silent), silent, {}, {}, pause.place.bytes};
        difference.place(Outcome::Bad) = placeOf(m_both.bad(), pause.before, pause.after);
        if (counterpart.what == Counterpart::What::GoesOn)
            difference.place(Outcome::Good) = placeOf(m_both.good(), counterpart.at);
        else if (counterpart.what != Counterpart::What::Nothing)
            difference.place(Outcome::Good) = placeOf(m_both.good(), counterpart.before, counterpart.at);
        const bool isUnacknowledged = silent && pause.unacknowledged[sideIndex(otherSide(*silent))];
        difference.clause = (silent ? "the " + name(*silent) + " of the bad connection was silent for "
                                    : "neither side of the bad connection had anything new to say for ")
            + humanDuration(pause.length) + untilText(pause)
            + (isUnacknowledged ? ", without even an ACK of what had been sent, " : ", ") + goodText(counterpart);
        m_found.push_back(std::move(difference));
    }

    const BothDialogues& m_both;
    FoundDifferences& m_found;
    int m_count = 0;
};

/// Sizes of turns, and how many there are.
void compareTurns(const BothDialogues& both, FoundDifferences& found)
{
    const auto& good = both.good().turns;
    const auto& bad = both.bad().turns;
    for (size_t index = 0; index < std::min(good.size(), bad.size()); ++index) {
        const bool isSame = good[index].speaker == bad[index].speaker && good[index].bytes() == bad[index].bytes();
        const bool wasCutOff = index + 1 == bad.size() && endedBadly(both.known.bad);
        if (isSame || wasCutOff)
            continue;
        const auto words = [](const Turn& turn) { return bytesText(turn.bytes()) + " from the " + name(turn.speaker); };
        found.push_back({DifferenceKind::TurnSize, Weight::Variation, bad[index].speaker,
            {placeOf(both.good(), good[index].first, good[index].last),
                placeOf(both.bad(), bad[index].first, bad[index].last)},
            "turn " + std::to_string(index + 1) + " of the dialogue is the first of another size: " + words(bad[index])
                + " in the bad connection, " + words(good[index]) + " in the good one",
            0});
        break;
    }
    const bool isCutShort = bad.size() < good.size() && endedBadly(both.known.bad);
    if (good.size() == bad.size() || isCutShort)
        return;
    const auto turns = [](size_t count) {
        return count == 1 ? std::string("1 turn") : groupedDigits(static_cast<int64_t>(count)) + " turns";
    };
    FoundDifference difference{DifferenceKind::TurnCount, Weight::Variation, {}, {}, {}, {}};
    const Outcome longer = good.size() > bad.size() ? Outcome::Good : Outcome::Bad;
    const auto& more = longer == Outcome::Good ? good : bad;
    const Turn& next = more[std::min(good.size(), bad.size())];
    difference.place(longer) = placeOf(both.dialogue(longer), next.first);
    difference.clause = "the dialogue has " + turns(bad.size()) + " in the bad connection and " + turns(good.size())
        + " in the good one";
    found.push_back(std::move(difference));
}

bool isRefused(const Dialogue& dialogue)
{
    return dialogue.end.ended == Ended::Reset && dialogue.hasSyn && !dialogue.synAck;
}

/// "was reset by the server", "was closed by the client" ...
std::string endWords(const Dialogue& dialogue)
{
    const DialogueEnd& end = dialogue.end;
    const std::string by = end.by ? " " + enderWords(end) : "";
    switch (end.ended) {
    case Ended::Fin:
        return "was closed" + by + " (FIN)";
    case Ended::Reset:
        return isRefused(dialogue) ? "was refused with a RST" : "was reset" + by;
    case Ended::SilentDeath:
        return "died without a RST";
    default:
        return "was still open when its capture ended";
    }
}

/// The side that closed owed an answer that it gave in the good connection.
bool closedInsteadOfAnswer(const BothDialogues& both, const DialogueEnd& end)
{
    const auto& bad = both.bad().turns;
    const auto& good = both.good().turns;
    if (end.ended != Ended::Fin || !end.by || bad.empty() || bad.back().speaker == *end.by)
        return false;
    return good.size() > bad.size() && good[bad.size()].speaker == *end.by;
}

std::string whatGoodDid(const BothDialogues& both, const DialoguePlace& place, DifferencePlace& packet)
{
    const Counterpart counterpart = counterpartAt(both.good(), place);
    if (counterpart.what != Counterpart::What::Speaks && counterpart.what != Counterpart::What::GoesOn)
        return {};
    packet = placeOf(both.good(), counterpart.at);
    return counterpart.what == Counterpart::What::GoesOn
        ? ", where the " + name(*counterpart.side) + " of the good one went on"
        : ", where the " + name(*counterpart.side) + " of the good one spoke next";
}

bool endsDiffer(const BothDialogues& both)
{
    const DialogueEnd& good = both.good().end;
    const DialogueEnd& bad = both.bad().end;
    const bool isUnanswered = both.bad().isUnanswered();
    const auto causeOf = [&both](Outcome outcome) {
        const Diagnosis* primary = both.known.of(outcome).diagnosis.primary();
        return primary ? std::optional(primary->cause) : std::nullopt;
    };
    const bool isSame = good.ended == bad.ended && good.by == bad.by && causeOf(Outcome::Good) == causeOf(Outcome::Bad);
    return !isUnanswered && !isSame;
}

Moment endMoment(const BothDialogues& both, Outcome outcome)
{
    const Connection& connection = both.connection(outcome);
    return both.dialogue(outcome).end.at.value_or(Moment{connection.lastFrame, connection.lastTime});
}

/// A side had closed before the RST, where it did not in the good connection.
bool hadClosedBeforeReset(const BothDialogues& both)
{
    const std::optional<Closing>& closing = both.bad().closing;
    return closing && both.bad().end.ended == Ended::Reset
        && counterpartAt(both.good(), closing->place).what != Counterpart::What::Ends;
}

void compareEnds(const BothDialogues& both, FoundDifferences& found)
{
    if (!endsDiffer(both))
        return;
    const Dialogue& bad = both.bad();
    const bool hadClosed = hadClosedBeforeReset(both);
    const bool isTrouble = endedBadly(both.known.bad) || closedInsteadOfAnswer(both, bad.end);
    FoundDifference difference{DifferenceKind::End, isTrouble ? Weight::Trouble : Weight::Condition,
        bad.end.isForged ? std::nullopt : bad.end.by, {}, {}, {}};
    const Moment end = endMoment(both, Outcome::Bad);
    difference.place(Outcome::Bad) = hadClosed ? placeOf(bad, bad.closing->at, end) : placeOf(bad, end);
    difference.place(Outcome::Good) = placeOf(both.good(), endMoment(both, Outcome::Good));
    const DialoguePlace& place = hadClosed ? bad.closing->place : bad.last;
    if (place.turn)
        difference.bytes = place.bytes;
    std::string contrast = ", the good one " + endWords(both.good());
    if (isRefused(bad) && both.good().synAck) {
        difference.place(Outcome::Good) = placeOf(both.good(), *both.good().synAck);
        contrast = ", the good one was accepted";
    } else if (isTrouble) {
        const std::string did = whatGoodDid(both, place, difference.place(Outcome::Good));
        contrast = did.empty() ? contrast : did;
    }
    const std::string closed = hadClosed ? "was closed by the " + name(bad.closing->by) + " (FIN), then it " : "";
    difference.clause = "the bad connection " + closed + endWords(bad) + contrast;
    found.push_back(std::move(difference));
}

} // namespace

void findDialogueDifferences(const BothDialogues& both, FoundDifferences& found)
{
    SilenceComparison(both, found).compare();
    compareTurns(both, found);
    compareEnds(both, found);
}

} // namespace whyrst
