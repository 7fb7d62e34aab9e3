#include "tests/score/evidence_scoring.h"

#include "model/analysis/analysis.h"
#include "model/export/diagnosis_json.h"
#include "model/export/diagnosis_text.h"
#include "model/export/json_writer.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <sstream>

namespace whyrst::score {

namespace {

constexpr double leastFirstSends = 0.98; ///< a goal of the project: nearly wherever the truth names it

bool isOfBothCaptures(const std::string& vantage)
{
    return vantage.starts_with("both");
}

void addSender(EvidenceTally& tally, const JudgedConnection& judged, const TrueReset& truth)
{
    const auto frame = truth.frames.find(judged.capture);
    if (frame == truth.frames.end())
        return;
    const auto ours = std::ranges::find_if(
        judged.diagnosis.resets, [&](const Diagnosis& reset) { return reset.frame.value == frame->second; });
    if (ours == judged.diagnosis.resets.end())
        return;
    SenderCounts& counts = truth.isOfBox ? tally.boxes : tally.hosts;
    const ResetSender right = truth.isOfBox ? ResetSender::Middlebox : ResetSender::Endpoint;
    if (ours->sender == ResetSender::Unknown) {
        ++counts.open;
    } else if (ours->sender == right) {
        ++counts.right;
    } else {
        ++counts.wrong;
        tally.misses.push_back(judged.run.name + " " + judged.capture + " RST #" + std::to_string(frame->second)
            + " is said to be of " + (truth.isOfBox ? "the host" : "a box"));
    }
}

/// The first send of the stuck segment, as a chain may show it.
struct FirstSend
{
    std::optional<uint32_t> frame; ///< in the capture itself
    std::optional<uint32_t> atPeer;
};

FirstSend firstSendOf(const JudgedConnection& judged)
{
    const auto in = [&](const std::string& capture) {
        const auto frame = judged.truth.firstSend.find(capture);
        return frame == judged.truth.firstSend.end() ? std::nullopt : std::optional(frame->second);
    };
    return {in(judged.capture), in(judged.peer)};
}

/// Whether a chain as it is printed has the packet as the first of a step.
bool isInText(const JudgedConnection& judged, const FirstSend& first)
{
    const std::string text = connectionText(judged.info, judged.connection, judged.diagnosis);
    const size_t begin = text.find("What happened");
    if (begin == std::string::npos)
        return false;
    const std::string chain = text.substr(begin, text.find("What to do", begin) - begin);
    const auto has = [&](const std::string& before, std::optional<uint32_t> frame) {
        const std::string packet = before + std::to_string(frame.value_or(0));
        return frame
            && (chain.find(packet + " ") != std::string::npos || chain.find(packet + "-") != std::string::npos);
    };
    return has("  #", first.frame) || has("peer #", first.atPeer);
}

bool isInChain(const QJsonObject& diagnosis, const FirstSend& first)
{
    const QJsonArray chain = diagnosis["chain"].toArray();
    return std::ranges::any_of(chain, [&](const QJsonValue& value) {
        const QJsonObject step = value.toObject();
        const auto& frame = step["capture"].toInt() == 0 ? first.frame : first.atPeer;
        return frame && step["frame"].toInteger() == *frame;
    });
}

bool isInJson(const JudgedConnection& judged, const FirstSend& first)
{
    std::ostringstream out;
    {
        JsonWriter json(out); // writes when it ends
        const Analysis analysis = analyzeConnection(judged.connection);
        writeConnectionJson(json, {judged.connection, analysis, judged.diagnosis}, {}, {});
    }
    const QJsonObject connection = QJsonDocument::fromJson(QByteArray::fromStdString(out.str())).object();
    const QJsonArray resets = connection["resets"].toArray();
    return isInChain(connection["death"].toObject(), first)
        || std::ranges::any_of(resets, [&](const QJsonValue& reset) { return isInChain(reset.toObject(), first); });
}

void addFirstSend(EvidenceTally& tally, const JudgedConnection& judged)
{
    const FirstSend first = firstSendOf(judged);
    if (!first.frame && !first.atPeer)
        return;
    const bool inText = isInText(judged, first);
    const bool inJson = isInJson(judged, first);
    ++tally.firstSends;
    tally.inText += inText ? 1 : 0;
    tally.inJson += inJson ? 1 : 0;
    if (!inText || !inJson)
        tally.misses.push_back(judged.run.name + " " + judged.capture + ": the chain lacks the first send, #"
            + std::to_string(first.frame.value_or(first.atPeer.value_or(0))));
}

} // namespace

SenderCounts& SenderCounts::operator+=(const SenderCounts& other)
{
    right += other.right;
    wrong += other.wrong;
    open += other.open;
    return *this;
}

bool EvidenceScore::isGood() const
{
    int firstSends = 0;
    int told = 0;
    bool areSendersRight = true;
    for (const auto& [vantage, tally] : byVantage) {
        firstSends += tally.firstSends;
        told += std::min(tally.inText, tally.inJson);
        if (isOfBothCaptures(vantage))
            areSendersRight &= tally.hosts.wrong == 0 && tally.boxes.wrong == 0;
    }
    return areSendersRight && told >= leastFirstSends * firstSends;
}

void addEvidence(EvidenceTally& tally, const JudgedConnection& judged)
{
    for (const TrueReset& reset : judged.truth.resets)
        addSender(tally, judged, reset);
    addFirstSend(tally, judged);
}

} // namespace whyrst::score
