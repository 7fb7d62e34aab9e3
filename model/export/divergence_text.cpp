#include "model/export/divergence_text.h"

#include "model/diagnosis/evidence.h"
#include "model/export/diagnosis_text.h"

namespace whyrst {

namespace {

std::string endText(const KnownConnection& known, const Dialogue& dialogue)
{
    if (dialogue.end.ended == Ended::Open)
        return "still open at the end of the capture";
    const Timestamp end = dialogue.end.at ? dialogue.end.at->time : known.connection.lastTime;
    const std::string after = " after " + humanDuration(end - dialogue.begin);
    const std::string by = dialogue.end.by ? " " + enderWords(dialogue.end) : "";
    if (dialogue.end.ended == Ended::Fin)
        return "closed" + by + after;
    return dialogue.end.ended == Ended::Reset ? "reset" + by + after : "dead" + after;
}

} // namespace

std::string knownConnectionText(
    Outcome outcome, const KnownConnection& known, const Dialogue& dialogue, const std::string& capture)
{
    return (outcome == Outcome::Good ? "Good: connection " : "Bad: connection ")
        + std::to_string(known.connection.id.value) + " of " + capture + ", " + toString(known.connection.client)
        + " > " + toString(known.connection.server) + ", " + endText(known, dialogue);
}

std::string divergenceText(const GoodAndBad& both, const Divergence& divergence)
{
    std::string text;
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        const KnownConnection& known = both.of(outcome);
        text += wrapped(knownConnectionText(outcome, known, divergence.dialogue(outcome), known.trace.capture.file), 0)
            + "\n";
    }
    text += "\n" + wrapped(divergence.summary, 0) + "\n";
    for (const std::string& remark : divergence.remarks)
        text += "\n" + wrapped("Note: " + remark, 0) + "\n";
    if (divergence.differences.empty())
        return text;
    text += "\nDifferences in order of time (> the first divergence, ! trouble, - condition, . variation):\n";
    for (size_t index = 0; index < divergence.differences.size(); ++index) {
        const Difference& difference = divergence.differences[index];
        const std::string sign = divergence.first == index ? ">"
            : difference.weight == Weight::Trouble         ? "!"
            : difference.weight == Weight::Condition       ? "-"
                                                           : ".";
        const auto& bad = difference.place(Outcome::Bad).since;
        const auto& since = bad ? bad : difference.place(Outcome::Good).since;
        text
            += "  " + sign + " " + wrapped((since ? plainSeconds(*since, 3) + " s  " : "") + difference.text, 4) + "\n";
    }
    return text;
}

} // namespace whyrst
