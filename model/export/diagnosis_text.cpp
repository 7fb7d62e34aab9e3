#include "model/export/diagnosis_text.h"

#include "model/diagnosis/alternatives.h"
#include "model/diagnosis/conditions.h"
#include "model/diagnosis/fact_words.h"
#include "model/diagnosis/wording.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace whyrst {

namespace {

constexpr int timeDecimals = 6;
constexpr size_t factColumn = 5; // paragraphs of a finding stand below its heading

std::string plural(uint64_t count, const std::string& noun)
{
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string padded(std::string text, size_t width)
{
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

/// Control characters could command a terminal; a capture must not.
std::string printable(std::string text)
{
    for (char& character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f)
            character = '?';
    }
    return text;
}

size_t displayWidth(const std::string& word)
{
    size_t width = 0;
    for (const char character : word)
        width += (static_cast<unsigned char>(character) & 0xC0U) == 0x80U ? 0 : 1; // UTF-8 tails take no column
    return width;
}

std::string paragraph(const std::string& text, size_t indent = factColumn)
{
    return std::string(indent, ' ') + wrapped(printable(text), indent) + "\n";
}

std::string listed(const std::string& bullet, const std::string& text, size_t column = factColumn)
{
    const size_t indent = column + bullet.size();
    return std::string(column, ' ') + bullet + wrapped(printable(text), indent) + "\n";
}

const char* senderWords(ResetSender sender)
{
    switch (sender) {
    case ResetSender::Endpoint:
        return "sent by the ";
    case ResetSender::Middlebox:
        return "forged on the way in the name of the ";
    case ResetSender::Unknown:
        break;
    }
    return "in the name of the ";
}

/// "RST #46 at 12.773410, sent by the client (ABORT, exact number, accepted)".
std::string resetTitle(const CaptureInfo& capture, const Diagnosis& reset)
{
    std::string title = "RST #" + std::to_string(reset.frame.value) + " at "
        + plainSeconds(reset.time - capture.firstTime, timeDecimals) + ", ";
    title += std::string(senderWords(reset.sender)) + sideName(reset.from);
    const std::string number = numberPlaceWords(reset.number);
    return title + " (" + formName(reset.form) + ", " + number + (number.empty() ? "" : ", ") + effectName(reset.effect)
        + ")";
}

std::string causeLine(const Diagnosis& diagnosis)
{
    std::string line = causeTitle(diagnosis.cause);
    line += std::string(" [") + causeName(diagnosis.cause);
    for (const std::string& sub : diagnosis.subs)
        line += "/" + sub;
    line += "]";
    if (diagnosis.confidence)
        line += std::string(", ") + confidenceName(*diagnosis.confidence);
    return line + ", harm: " + harmName(diagnosis.harm);
}

std::string frameText(const EvidenceStep& step)
{
    if (step.isGhost)
        return step.isAtPeer ? "peer: none" : "missing";
    if (!step.frame)
        return "";
    std::string text = (step.isAtPeer ? "peer #" : "#") + std::to_string(step.frame->value);
    if (step.lastFrame && *step.lastFrame != *step.frame)
        text += "-" + std::to_string(step.lastFrame->value);
    return text;
}

std::string chainText(const CaptureInfo& capture, const std::vector<EvidenceStep>& chain)
{
    if (chain.empty())
        return {};
    std::string text = "   What happened\n";
    size_t number = 0;
    for (const EvidenceStep& step : chain) {
        const std::string count = std::to_string(++number);
        std::string line = std::string(count.size() < 2 ? factColumn : factColumn - 1, ' ') + count + "  ";
        line += padded(frameText(step), 12) + " ";
        line += padded(plainSeconds(step.time - capture.firstTime, timeDecimals), 12) + " ";
        const size_t indent = line.size();
        text += line + wrapped(printable(step.text), indent) + "\n";
    }
    return text;
}

std::string actionsText(const std::vector<std::string>& actions)
{
    if (actions.empty())
        return {};
    std::string text = "   What to do next\n";
    size_t number = 0;
    for (const std::string& action : actions)
        text += listed(std::to_string(++number) + ". ", action);
    return text;
}

/// Commands stand on a line of their own: they are to be copied.
std::string proofsText(const std::vector<ProofCommand>& proofs)
{
    if (proofs.empty())
        return {};
    std::string text = "   Proof (Linux)\n";
    for (const ProofCommand& proof : proofs)
        text += listed("- ", std::string("On the ") + sideName(proof.host) + ", " + proof.shows + ":")
            + std::string(factColumn + 2, ' ') + proof.command + "\n";
    return text;
}

std::string linesOf(const std::vector<Condition>& conditions, size_t column)
{
    std::string text;
    for (const Condition& condition : conditions)
        text += listed(condition.isMet ? "+ " : "- ", conditionText(condition), column);
    return text;
}

std::string alternativesText(const Diagnosis& diagnosis, OtherCauses others)
{
    constexpr size_t conditionColumn = factColumn + 2;
    if (diagnosis.alternatives.empty())
        return {};
    std::string text = "   Other causes\n";
    for (const Alternative& alternative : diagnosis.alternatives) {
        text += listed("- ", alternativeText(alternative));
        if (others == OtherCauses::Explained)
            text += linesOf(conditionsToShow(diagnosis, alternative), conditionColumn);
    }
    return text;
}

std::string conditionsText(const Diagnosis& diagnosis)
{
    const std::vector<Condition> conditions = conditionsToShow(diagnosis);
    if (conditions.empty())
        return {};
    return "   Conditions of the rule\n" + linesOf(conditions, factColumn);
}

std::string remarksText(const std::vector<Remark>& remarks)
{
    if (remarks.empty())
        return {};
    std::string text = "   What else the capture shows\n";
    for (const Remark& remark : remarks)
        text += listed("- ", remark.text);
    return text;
}

/// The fields of the RST beside those of the host's packets, a line each.
std::string comparisonsText(const std::vector<FieldComparison>& comparisons)
{
    constexpr std::array<size_t, 3> widths{20, 20, 38}; // the labels and a MAC address are 17
    if (comparisons.empty())
        return {};
    const auto line = [&](const std::string& field, const std::string& inReset, const std::string& ofHost,
                          const std::string& verdict) {
        return std::string(factColumn, ' ') + padded(field, widths[0]) + padded(inReset, widths[1])
            + padded(ofHost, widths[2]) + verdict + "\n";
    };
    std::string text = line("", "In the RST", "In the host's own packets", "Verdict");
    for (const FieldComparison& row : comparisons)
        text += line(std::string(fieldLabel(row.id)), row.inReset, row.ofHost, fieldVerdictWords(row.verdict));
    return text;
}

std::string senderText(const Diagnosis& diagnosis)
{
    const std::string title = "   Who sent the reset: ";
    return title + wrapped(printable(authenticityText(diagnosis)), factColumn) + "\n";
}

/// The measured values behind the answer, the tests of who sent the RST, and what they compared.
std::string factsText(const Diagnosis& diagnosis)
{
    std::string measured;
    std::string signs;
    for (const Fact& fact : diagnosis.facts) {
        if (factLabel(fact.name).empty())
            continue;
        const std::string line = listed("- ", std::string(factLabel(fact.name)) + ": " + factValue(fact));
        (isAuthenticityFact(fact) ? signs : measured) += line;
    }
    return (measured.empty() ? "" : "   Measured\n" + measured) + (tellsSender(diagnosis) ? senderText(diagnosis) : "")
        + signs + comparisonsText(diagnosis.comparisons);
}

std::string missingFactsText(const Diagnosis& diagnosis)
{
    std::string text;
    if (!diagnosis.missing.empty()) {
        text += "   Missing in this capture\n";
        for (const Missing missing : diagnosis.missing)
            text += paragraph(std::string(missingText(missing)) + " [" + missingName(missing) + "]");
    }
    if (!diagnosis.nextCapture.empty())
        text += "   Next capture\n" + std::string(factColumn, ' ') + printable(diagnosis.nextCapture) + "\n";
    return text;
}

std::string diagnosisText(const CaptureInfo& capture, const Diagnosis& diagnosis, OtherCauses others)
{
    const bool isElsewhere = std::ranges::any_of(
        diagnosis.chain, [](const EvidenceStep& step) { return step.isAtPeer && step.role == Role::Rst; });
    const char* none = isElsewhere ? "   No RST in this capture, only in the other one\n"
                                   : "   No RST: the connection died silently\n";
    std::string text = diagnosis.isDeath() ? none : "   " + resetTitle(capture, diagnosis) + "\n";
    if (diagnosis.consequenceOf)
        return text + paragraph("follows from RST #" + std::to_string(diagnosis.consequenceOf->value));
    text += paragraph(causeLine(diagnosis));
    text += paragraph(diagnosis.summary);
    text += chainText(capture, diagnosis.chain);
    text += actionsText(diagnosis.actions);
    text += proofsText(diagnosis.proofs);
    text += remarksText(diagnosis.remarks);
    text += conditionsText(diagnosis);
    text += alternativesText(diagnosis, others);
    text += factsText(diagnosis);
    return text + missingFactsText(diagnosis);
}

} // namespace

std::string wrapped(const std::string& text, size_t indent, size_t width)
{
    std::istringstream words(text);
    std::string result;
    std::string word;
    size_t column = indent;
    while (words >> word) {
        const size_t wordWidth = displayWidth(word);
        const bool startsLine = column == indent;
        if (!startsLine && column + 1 + wordWidth > width) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!startsLine) {
            result += ' ';
            ++column;
        }
        result += word;
        column += wordWidth;
    }
    return result;
}

std::string captureText(const CaptureInfo& capture)
{
    std::string text = printable(capture.file) + ": " + capture.format + ", " + plural(capture.packets, "packet")
        + ", from " + utcDateTime(capture.firstTime) + " UTC, " + humanDuration(capture.lastTime - capture.firstTime)
        + "\n";
    for (const CaptureNote& note : capture.notes)
        text += "  note: " + wrapped(printable(note.text), 8) + "\n";
    return text;
}

std::string connectionText(
    const CaptureInfo& capture, const Connection& connection, const ConnectionDiagnosis& diagnosis, OtherCauses others)
{
    std::string text = "\nConnection " + std::to_string(connection.id.value) + ": " + toString(connection.client)
        + " -> " + toString(connection.server) + ", " + plural(connection.packetCount(), "packet") + " in "
        + humanDuration(connection.lastTime - connection.firstTime);
    if (connection.firstTime > capture.firstTime) // from where charts count their time
        text += " from " + plainSeconds(connection.firstTime - capture.firstTime, timeDecimals) + " on";
    if (diagnosis.vantage.place != VantagePlace::Unknown)
        text += std::string(", captured at: ") + placeName(diagnosis.vantage.place)
            + (diagnosis.vantage.isForced ? " (as you said)" : "");
    if (connection.tunnel() != Tunnel::None)
        text += std::string(", inside ") + tunnelName(connection.tunnel());
    text += "\n";
    for (const Diagnosis& reset : diagnosis.resets)
        text += diagnosisText(capture, reset, others);
    if (diagnosis.death)
        text += diagnosisText(capture, *diagnosis.death, others);
    return text;
}

std::string otherFindingsText(const std::map<CauseId, uint64_t>& counts)
{
    uint64_t total = 0;
    std::string list;
    for (const auto& [cause, count] : counts) {
        total += count;
        list += (list.empty() ? "" : ", ") + std::to_string(count) + " " + causeName(cause);
    }
    return "\n"
        + wrapped(plural(total, "more finding") + " of less harm or later: " + list + " (--format json has all).", 0)
        + "\n";
}

std::string quietConnectionsText(size_t count, size_t findings)
{
    if (count == 0)
        return {};
    const std::string other = findings == 0 ? "" : "other ";
    return "\n" + plural(count, other + "connection") + " without a finding.\n";
}

} // namespace whyrst
