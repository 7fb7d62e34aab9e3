#include "model/export/comparison_text.h"

#include "model/compare/packet_relations.h"
#include "model/diagnosis/evidence.h"
#include "model/export/diagnosis_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace whyrst {

namespace {

std::string number(uint64_t value)
{
    return groupedDigits(static_cast<int64_t>(value));
}

std::string originText(const ResetOrigin& origin)
{
    const auto frame = [](const char* capture, const std::optional<PacketNumber>& number) {
        return std::string(capture) + (number ? " #" + std::to_string(number->value) : " -");
    };
    const std::string frames
        = " (" + frame("client", origin.clientFrame) + ", " + frame("server", origin.serverFrame) + ")";
    const std::string side = sideName(origin.flow);
    const std::string head = "RST with the " + side + "'s address" + frames + ": ";
    if (origin.sentBy == ResetSender::Middlebox)
        return head + (origin.confidence == Confidence::Certain ? "sent" : "probably sent") + " by a box on the path";
    if (origin.sentBy != ResetSender::Endpoint)
        return head + "who sent it is not known";
    return head + "sent by the " + side + (origin.neverArrived ? ", never arrived" : "");
}

std::string countsText(const ConnectionPair& pair)
{
    const PairCounts counts = countPair(pair);
    std::string text = number(counts.paired) + " packets in both captures";
    for (const Side from : {Side::Client, Side::Server}) {
        const std::string arrow = from == Side::Client ? " client > server" : " server > client";
        if (const uint64_t lost = counts.lost[sideIndex(from)])
            text += ", " + number(lost) + " lost" + arrow;
        if (const uint64_t injected = counts.injected[sideIndex(from)])
            text += ", " + number(injected) + " forged" + arrow;
    }
    return text;
}

constexpr size_t indent = 4;

std::string pairBlock(const TracePair& traces, const ConnectionPair& pair)
{
    constexpr size_t namedResets = 3; // a reset host answers each late packet with another one
    std::string text = "\n" + pairText(traces, pair) + "\n";
    const auto add = [&](const std::string& line) { text += "    " + wrapped(line, indent) + "\n"; };
    if (!pair.summary.empty())
        add(pair.summary);
    add(countsText(pair));
    for (const CompareFinding& finding : pair.findings) {
        if (!finding.isHeadline || pair.summary.empty())
            add("- " + finding.text);
    }
    for (size_t index = 0; index < std::min(namedResets, pair.resets.size()); ++index)
        add("- " + originText(pair.resets[index]) + ".");
    if (pair.resets.size() > namedResets)
        add("- and " + number(pair.resets.size() - namedResets)
            + (pair.resets.size() == namedResets + 1 ? " more RST." : " more RSTs."));
    for (const RewriteRule& rule : pair.rules)
        add("changed on the way: " + rule.text);
    if (!pair.alterations.empty())
        add(number(pair.alterations.size()) + " packets were changed beyond these rules.");
    return text;
}

bool hasNews(const ConnectionPair& pair)
{
    return !pair.findings.empty() || !pair.resets.empty() || !pair.alterations.empty();
}

} // namespace

std::string pairText(const TracePair& traces, const ConnectionPair& pair)
{
    const Connection& client = traces.client.connection(pair.client);
    return "Connection " + std::to_string(pair.client.value) + " = " + std::to_string(pair.server.value) + ": "
        + toString(client.client) + " > " + toString(client.server) + " (" + pair.evidence + ")";
}

std::string nearnessText(const Comparison& comparison)
{
    switch (comparison.nearness) {
    case Nearness::SamePoint:
        return "Both captures were taken at the same point.";
    case Nearness::Unknown:
        return "Which is nearer to the client cannot be told: taken as given.";
    case Nearness::Known:
        break;
    }
    return "";
}

std::string nothingInCommonText(const Comparison& comparison)
{
    std::string text = "The two captures have no connection in common";
    if (!comparison.refused.empty())
        text += " (" + number(comparison.refused.size()) + " may be one, but " + comparison.refused.front().why + ")";
    return text + ": take both at the same time, at both ends.";
}

std::string comparisonText(const TracePair& traces, const Comparison& comparison)
{
    std::string text
        = "Client side: " + traces.client.capture.file + "\nServer side: " + traces.server.capture.file + "\n";
    if (const std::string nearness = nearnessText(comparison); !nearness.empty())
        text += nearness + "\n";
    text += wrapped(clockText(comparison, traces.client.capture), 0) + "\n";
    if (const std::string changed = changedThresholdsText(comparison.settings); !changed.empty())
        text += "Thresholds: " + changed + ".\n";
    if (!comparison.contentRemark.empty())
        text += wrapped(comparison.contentRemark, 0) + "\n";
    size_t quiet = 0;
    for (const ConnectionPair& pair : comparison.pairs) {
        if (hasNews(pair))
            text += pairBlock(traces, pair);
        else
            ++quiet;
    }
    if (quiet > 0)
        text += "\n" + number(quiet) + (quiet == 1 ? " pair" : " pairs") + " without a finding.\n";
    for (const TerminatedPair& couple : comparison.terminated)
        text += "\nConnections " + std::to_string(couple.client.value) + " (client) and "
            + std::to_string(couple.server.value) + " (server): " + wrapped(couple.why, indent) + ".\n";
    for (const RefusedPair& refused : comparison.refused)
        text += "\nNot paired: " + std::to_string(refused.client.value) + " (client) and "
            + std::to_string(refused.server.value) + " (server): " + wrapped(refused.why, indent) + ".\n";
    return text;
}

} // namespace whyrst
