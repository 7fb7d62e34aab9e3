#include "model/compare/divergence.h"

#include "model/compare/difference_finders.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace whyrst {

namespace {

struct KindRow
{
    const char* name;
    const char* words;
};

/// In the order of DifferenceKind.
constexpr std::array<KindRow, differenceKindCount> kindRows{{
    {"syn-unanswered", "SYN unanswered"},
    {"syn-resent", "SYN sent again"},
    {"maximum-segment-size", "MSS"},
    {"window-scale", "window scale"},
    {"sack-permitted", "SACK"},
    {"timestamps", "timestamps"},
    {"fast-open", "TCP Fast Open"},
    {"multipath", "Multipath TCP"},
    {"ecn", "ECN"},
    {"first-window", "first window"},
    {"handshake-time", "handshake time"},
    {"hops", "hops"},
    {"segment-size", "segment size"},
    {"loss", "loss"},
    {"needless-resends", "needless re-sends"},
    {"duplicate-acks", "duplicate ACKs"},
    {"zero-window", "window closed"},
    {"icmp-error", "ICMP error"},
    {"silence", "silence"},
    {"turn-size", "size of a turn"},
    {"turn-count", "number of turns"},
    {"end", "the end"},
}};

std::string ordinal(uint32_t number)
{
    constexpr std::array words{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"};
    if (number <= words.size())
        return words[number - 1];
    const uint32_t last = number % 10;
    const bool isTeen = number % 100 / 10 == 1;
    return groupedDigits(number) + (isTeen ? "th" : last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

/// "#14", "#14 to #31".
std::string frames(const DifferencePlace& place)
{
    std::string text = "#" + std::to_string(place.frame->value);
    if (place.lastFrame && *place.lastFrame != *place.frame)
        text += " to #" + std::to_string(place.lastFrame->value);
    return text;
}

/// " (bad #31 to #40, good #14)"; empty without packets.
std::string packetsOf(const FoundDifference& difference)
{
    std::string text;
    for (const Outcome outcome : {Outcome::Bad, Outcome::Good}) {
        const DifferencePlace& place = difference.place(outcome);
        if (place.frame)
            text += (text.empty() ? " (" : ", ") + std::string(outcomeName(outcome)) + " " + frames(place);
    }
    return text.empty() ? text : text + ")";
}

/// "the client's second request (turn 3, 1,460 bytes)".
std::string turnWords(const BothDialogues& both, uint32_t index)
{
    const Turn& turn = both.bad().turns[index];
    const bool isClientFirst = both.bad().turns.front().speaker == Side::Client;
    const char* what = !isClientFirst ? "message" : turn.speaker == Side::Client ? "request" : "answer";
    std::string text = "the " + std::string(sideName(turn.speaker)) + "'s " + ordinal(index / 2 + 1) + " " + what
        + " (turn " + groupedDigits(index + 1) + ", " + bytesText(turn.bytes());
    const auto& good = both.good().turns;
    if (index < good.size() && good[index].bytes() != turn.bytes())
        text += "; " + groupedDigits(good[index].bytes()) + " in the good one";
    return text + ")";
}

/// "the client's second request (turn 3, 1,460 bytes)", or a byte inside of it.
std::string placeWords(const BothDialogues& both, const Difference& difference, const std::optional<int64_t>& bytes)
{
    const char* handshake = "the end of the handshake";
    if (!difference.turn)
        return handshake;
    const Turn& turn = both.bad().turns[*difference.turn];
    if (!bytes || *bytes >= turn.bytes())
        return turnWords(both, *difference.turn);
    if (*bytes > 0)
        return "byte " + groupedDigits((turn.begin + *bytes).value) + ", inside of "
            + turnWords(both, *difference.turn);
    return *difference.turn == 0 ? handshake : turnWords(both, *difference.turn - 1);
}

/// Puts everything together.
class DivergenceBuilder
{
public:
    explicit DivergenceBuilder(const GoodAndBad& known)
        : m_known(known)
    {
        for (const Outcome outcome : {Outcome::Good, Outcome::Bad})
            m_result.dialogues[outcomeIndex(outcome)] = dialogueOf(known.of(outcome));
    }

    Divergence build()
    {
        const bool hasSyns = both().good().hasSyn && both().bad().hasSyn;
        m_result.alignment = hasSyns ? Alignment::Syn : Alignment::FirstPacket;
        FoundDifferences found;
        findHandshakeDifferences(both(), found);
        findPathDifferences(both(), found);
        findDeliveryDifferences(both(), found);
        findDialogueDifferences(both(), found);
        std::ranges::stable_sort(found, {}, timeOf);
        for (const FoundDifference& difference : found)
            m_result.differences.push_back(finished(difference));
        countAlike();
        const auto first = std::ranges::max_element(m_result.differences, {}, &Difference::weight);
        if (first != m_result.differences.end())
            m_result.first = static_cast<size_t>(first - m_result.differences.begin());
        m_result.summary = summary(found);
        addRemarks();
        return std::move(m_result);
    }

private:
    BothDialogues both() const { return {m_known, m_result.dialogues}; }

    /// By the bad connection; what only the good one has stands where it happened there.
    static Duration timeOf(const FoundDifference& difference)
    {
        const auto& bad = difference.place(Outcome::Bad).since;
        return bad ? *bad : difference.place(Outcome::Good).since.value_or(Duration());
    }

    Difference finished(const FoundDifference& found) const
    {
        Difference difference{
            found.kind, found.weight, found.flow, {}, found.places, capital(found.clause) + packetsOf(found) + "."};
        if (const auto& since = found.place(Outcome::Bad).since)
            difference.turn = both().bad().turnAt(both().bad().begin + *since);
        return difference;
    }

    void countAlike()
    {
        const auto& good = both().good().turns;
        const auto& bad = both().bad().turns;
        const auto isSame
            = [](const Turn& a, const Turn& b) { return a.speaker == b.speaker && a.bytes() == b.bytes(); };
        const auto end = std::mismatch(good.begin(), good.end(), bad.begin(), bad.end(), isSame).first;
        m_result.turnsAlike = static_cast<uint32_t>(end - good.begin());
    }

    /// Turns that were complete when the difference came.
    uint32_t turnsBefore(const Difference& difference, const std::optional<int64_t>& bytes) const
    {
        if (!difference.turn)
            return 0;
        const bool isInside = bytes && *bytes < both().bad().turns[*difference.turn].bytes();
        return *difference.turn + (isInside ? 0 : 1);
    }

    /// "both went alike", as far as that is true.
    std::string alikeWords(const std::optional<int64_t>& bytes) const
    {
        const Difference& first = *m_result.firstDifference();
        const auto lesser = std::ranges::count_if(m_result.differences.begin(),
            m_result.differences.begin() + static_cast<std::ptrdiff_t>(*m_result.first),
            [](const Difference& one) { return one.weight == Weight::Condition; });
        const bool sameSizes = turnsBefore(first, bytes) <= m_result.turnsAlike;
        std::string text = sameSizes ? " both went alike"
            : sameSpeakers()         ? " both took the same turns, though of other sizes"
                                     : " both went on, with other dialogues";
        if (lesser > 0)
            text += std::string(sameSizes ? "," : " and") + " apart from " + groupedDigits(lesser)
                + (lesser == 1 ? " lesser difference" : " lesser differences");
        return text;
    }

    std::string summary(const FoundDifferences& found) const
    {
        const Difference* first = m_result.firstDifference();
        if (!first)
            return std::string("Nothing differs") + (optionsSeen() ? ": the same options, " : " that was captured: ")
                + turnsText(both().bad().turns.size()) + " of the same sizes, the same end.";
        const FoundDifference& difference = found[*m_result.first];
        const std::string clause = difference.clause + packetsOf(difference) + ".";
        if (first->weight == Weight::Variation && !sameSpeakers())
            return "No trouble sets them apart, but their dialogues are different ones: " + clause;
        if (first->weight == Weight::Variation)
            return "Both went alike; only sizes and times differ, as they do between any two connections: " + clause;
        if (first->weight == Weight::Condition)
            return "No trouble sets them apart; the first difference is that " + clause;
        if (!both().bad().established && !first->turn)
            return "They part in the handshake: " + clause + causeText();
        const uint32_t goodTurns = static_cast<uint32_t>(both().good().turns.size());
        if (turnsBefore(*first, difference.bytes) > goodTurns)
            return "The good connection had ended after " + turnsText(goodTurns)
                + " when the bad one went wrong: after " + placeWords(both(), *first, difference.bytes) + ", " + clause
                + causeText();
        return "Up to " + placeWords(both(), *first, difference.bytes) + alikeWords(difference.bytes) + "; then "
            + clause + causeText();
    }

    /// Whether all SYNs and SYN-ACKs were captured.
    bool optionsSeen() const
    {
        const auto seen = [](const KnownConnection& known, Side side) {
            return known.connection.flow(side).synOptions.has_value();
        };
        return seen(m_known.good, Side::Client) && seen(m_known.good, Side::Server) && seen(m_known.bad, Side::Client)
            && seen(m_known.bad, Side::Server);
    }

    /// Whether the same side speaks first; then the turns can be matched by their order.
    bool sameSpeakers() const
    {
        const auto& good = both().good().turns;
        const auto& bad = both().bad().turns;
        return good.empty() || bad.empty() || good.front().speaker == bad.front().speaker;
    }

    static std::string turnsText(size_t turns)
    {
        return turns == 1 ? "1 turn" : groupedDigits(static_cast<int64_t>(turns)) + " turns";
    }

    std::string causeText() const
    {
        const Diagnosis* primary = m_known.bad.diagnosis.primary();
        if (!primary || primary->cause == CauseId::Unknown || primary->cause == CauseId::IgnoredReset)
            return "";
        return " Diagnosis of the bad connection: " + std::string(causeTitle(primary->cause))
            + (primary->confidence ? " (" + std::string(confidenceName(*primary->confidence)) + ")" : "") + ".";
    }

    void addRemarks()
    {
        for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
            if (!both().dialogue(outcome).hasSyn)
                m_result.remarks.push_back("The capture of the " + std::string(outcomeName(outcome))
                    + " connection begins after its SYN: both are aligned at their first packet, and turns before it "
                      "are missing.");
        }
        if (!sameSpeakers())
            m_result.remarks.emplace_back(
                "Another side speaks first in the bad connection: what the two say cannot be matched turn by turn.");
        const Diagnosis* good = m_known.good.diagnosis.primary();
        if (good && good->harm != Harm::None)
            m_result.remarks.push_back(
                "The connection that is taken for good ended badly too: " + std::string(causeTitle(good->cause)) + ".");
        const Diagnosis* bad = m_known.bad.diagnosis.primary();
        if (good && good->harm > Harm::None && (!bad || bad->harm < good->harm))
            m_result.remarks.emplace_back("It fared worse than the one that is taken for bad: swap the two.");
    }

    const GoodAndBad& m_known;
    Divergence m_result;
};

} // namespace

const char* outcomeName(Outcome outcome)
{
    return outcome == Outcome::Good ? "good" : "bad";
}

const char* differenceKindName(DifferenceKind kind)
{
    return kindRows[static_cast<size_t>(kind)].name;
}

const char* differenceKindWords(DifferenceKind kind)
{
    return kindRows[static_cast<size_t>(kind)].words;
}

const char* weightName(Weight weight)
{
    constexpr std::array names{"variation", "condition", "trouble"};
    return names[static_cast<size_t>(weight)];
}

const char* alignmentName(Alignment alignment)
{
    return alignment == Alignment::Syn ? "syn" : "first-packet";
}

DifferencePlace placeOf(const Dialogue& dialogue, const Moment& moment, const std::optional<Moment>& last)
{
    DifferencePlace place{moment.frame, {}, moment.time - dialogue.begin, {}};
    if (last) {
        place.lastFrame = last->frame;
        place.lastSince = last->time - dialogue.begin;
    }
    return place;
}

Divergence findDivergence(const GoodAndBad& both)
{
    return DivergenceBuilder(both).build();
}

Outcome outcomeOfFirst(const ConnectionDiagnosis& first, const ConnectionDiagnosis& second)
{
    const auto harm = [](const ConnectionDiagnosis& diagnosis) {
        const Diagnosis* primary = diagnosis.primary();
        return primary ? primary->harm : Harm::None;
    };
    return harm(first) > harm(second) ? Outcome::Bad : Outcome::Good;
}

} // namespace whyrst
