#include "tests/score/report.h"

#include "model/export/json_writer.h"

#include <iomanip>

namespace whyrst::score {

namespace {

constexpr int causeWidth = 24;

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " or ") + word;
    return text;
}

std::string tallyText(const Tally& tally)
{
    return std::to_string(tally.right) + " / " + std::to_string(tally.wrong) + " / " + std::to_string(tally.unsure);
}

void printTallies(std::ostream& out, const Score& score)
{
    out << "\nright / wrong / unsure by true cause\n" << std::left << std::setw(causeWidth) << "";
    for (const auto& [capture, share] : score.byCapture)
        out << std::setw(16) << capture;
    out << '\n';
    for (const auto& [cause, tallies] : score.tallies) {
        out << std::setw(causeWidth) << cause;
        for (const auto& [capture, share] : score.byCapture) {
            const auto tally = tallies.find(capture);
            out << std::setw(16) << (tally == tallies.end() ? "-" : tallyText(tally->second));
        }
        out << '\n';
    }
    for (const auto& [cause, tally] : score.later)
        out << std::setw(causeWidth) << cause << tallyText(tally) << "   (later, not scored)\n";
}

void printConfusion(std::ostream& out, const Score& score)
{
    out << "\nconfusion: true cause -> our answers\n";
    for (const auto& [truth, answers] : score.confusion) {
        out << std::setw(causeWidth) << truth;
        const char* separator = "";
        for (const auto& [answer, count] : answers) {
            out << separator << answer << ' ' << count;
            separator = ", ";
        }
        out << '\n';
    }
}

void printJudgments(std::ostream& out, const std::string& title, const std::vector<Judgment>& judgments)
{
    out << '\n' << title << ": " << judgments.size() << '\n';
    for (const Judgment& judgment : judgments) {
        out << "  " << judgment.run << ' ' << judgment.capture;
        if (judgment.connection < 0)
            out << " (a connection that the truth does not know)";
        else if (judgment.connection > 0)
            out << " connection " << judgment.connection;
        out << ": " << judgment.answer;
        if (!judgment.subs.empty())
            out << '/' << judgment.subs;
        if (!judgment.confidence.empty())
            out << " (" << judgment.confidence << ')';
        if (judgment.frame != 0)
            out << " #" << judgment.frame;
        out << ", accepted: " << joined(judgment.accept) << (judgment.isLater ? "   (later)" : "") << '\n';
    }
}

void writeJudgments(JsonWriter& json, std::string_view name, const std::vector<Judgment>& judgments)
{
    json.key(name);
    json.beginArray();
    for (const Judgment& judgment : judgments) {
        json.beginObject(JsonWriter::Layout::Compact);
        json.member("run", judgment.run);
        json.member("capture", judgment.capture);
        json.member("connection", judgment.connection);
        json.member("truth", judgment.truth);
        json.member("answer", judgment.answer);
        json.member("subs", judgment.subs);
        json.member("confidence", judgment.confidence);
        json.member("frame", judgment.frame);
        json.member("later", judgment.isLater);
        json.key("accept");
        json.beginArray();
        for (const std::string& answer : judgment.accept)
            json.value(answer);
        json.endArray();
        json.endObject();
    }
    json.endArray();
}

std::string decimal(double value)
{
    std::string text = std::to_string(value);
    text.resize(text.find('.') + 5);
    return text;
}

void writeTally(JsonWriter& json, std::string_view name, const Tally& tally)
{
    json.key(name);
    json.beginObject(JsonWriter::Layout::Compact);
    json.member("right", tally.right);
    json.member("wrong", tally.wrong);
    json.member("unsure", tally.unsure);
    json.endObject();
}

void writeShares(JsonWriter& json, const Score& score)
{
    json.member("runs", score.runs);
    json.key("score");
    json.verbatim(decimal(score.overall.mean()));
    json.key("score_by_capture");
    json.beginObject();
    for (const auto& [capture, share] : score.byCapture) {
        json.key(capture);
        json.verbatim(decimal(share.mean()));
    }
    json.endObject();
}

std::string countsText(const SenderCounts& counts)
{
    return std::to_string(counts.right) + " / " + std::to_string(counts.wrong) + " / " + std::to_string(counts.open);
}

} // namespace

void printText(std::ostream& out, const Score& score)
{
    out << std::fixed << std::setprecision(1) << "score " << 100 * score.overall.mean() << " % over " << score.runs
        << " runs";
    for (const auto& [capture, share] : score.byCapture)
        out << "; " << capture << ' ' << 100 * share.mean() << " % of " << share.runs;
    out << "\nthe true cause itself, not only one that the capture allows";
    const char* separator = ": ";
    for (const auto& [capture, share] : score.exactByCapture) {
        out << separator << capture << ' ' << 100 * share.mean() << " %";
        separator = "; ";
    }
    out << '\n';
    printTallies(out, score);
    printConfusion(out, score);
    printJudgments(out, "not right", score.notRight);
    printJudgments(out, "wrong, said with certain", score.wrongCertain);
    printJudgments(out, "false faults", score.falseFaults);
}

void printEvidence(std::ostream& out, const EvidenceScore& evidence)
{
    out << std::left
        << "\nwho sent a RST, right / wrong / not known; first send of the stuck segment in text, JSON, of all\n"
        << std::setw(causeWidth) << "" << std::setw(16) << "RSTs of hosts" << std::setw(16) << "of boxes"
        << "first send\n";
    for (const auto& [vantage, tally] : evidence.byVantage)
        out << std::setw(causeWidth) << vantage << std::setw(16) << countsText(tally.hosts) << std::setw(16)
            << countsText(tally.boxes) << tally.inText << ", " << tally.inJson << ", " << tally.firstSends << '\n';
    for (const auto& [vantage, tally] : evidence.byVantage) {
        for (const std::string& miss : tally.misses)
            out << "  " << vantage << ": " << miss << '\n';
    }
}

void printJson(std::ostream& out, const Score& score)
{
    JsonWriter json(out);
    json.beginObject();
    writeShares(json, score);
    json.key("causes");
    json.beginObject();
    for (const auto& [cause, tallies] : score.tallies) {
        json.key(cause);
        json.beginObject();
        for (const auto& [capture, tally] : tallies)
            writeTally(json, capture, tally);
        json.endObject();
    }
    json.endObject();
    json.key("later");
    json.beginObject();
    for (const auto& [cause, tally] : score.later)
        writeTally(json, cause, tally);
    json.endObject();
    json.key("confusion");
    json.beginObject();
    for (const auto& [truth, answers] : score.confusion) {
        json.key(truth);
        json.beginObject(JsonWriter::Layout::Compact);
        for (const auto& [answer, count] : answers)
            json.member(answer, count);
        json.endObject();
    }
    json.endObject();
    writeJudgments(json, "not_right", score.notRight);
    writeJudgments(json, "wrong_certain", score.wrongCertain);
    writeJudgments(json, "false_faults", score.falseFaults);
    json.endObject();
    json.endDocument();
}

} // namespace whyrst::score
