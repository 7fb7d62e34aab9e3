#include "model/export/comparison_text.h"

#include "model/compare/packet_relations.h"
#include "model/compare/rewrites.h"
#include "model/diagnosis/evidence.h"
#include "model/export/diagnosis_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace whyrst {

namespace {

std::string number(uint64_t value)
{
    return groupedDigits(static_cast<int64_t>(value));
}

/// What is known of the arrival of a RST that its host sent.
std::string arrivalText(const ResetOrigin& origin)
{
    const std::string other = std::string("the ") + sideName(otherSide(origin.flow)) + "'s capture";
    switch (origin.sent.value_or(SentVerdict::Delivered)) {
    case SentVerdict::Lost:
        return ", never arrived";
    case SentVerdict::AfterEnd:
        return " after the last packet of " + other + ": whether it arrived is not known";
    case SentVerdict::BeforeStart:
        return " before " + other + " began: whether it arrived is not known";
    case SentVerdict::SideNotCaptured:
        return "; " + other + " lacks this direction: whether it arrived is not known";
    case SentVerdict::Elsewhere:
        return "; " + other + " has it in another connection";
    case SentVerdict::MissedByCapture:
    case SentVerdict::LostOrMissed:
        return "; " + other + " does not have it and is known to miss packets";
    default:
        return "";
    }
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
    if (origin.arrived == ArrivedVerdict::Elsewhere)
        return head + "sent by the " + side + ", whose capture has it in another connection";
    return head + "sent by the " + side + arrivalText(origin);
}

std::string countsText(const ConnectionPair& pair)
{
    const PairCounts counts = countPair(pair);
    std::string text = number(counts.paired) + " packets in both captures";
    for (const Side from : {Side::Client, Side::Server}) {
        const std::string arrow = from == Side::Client ? " client > server" : " server > client";
        if (const uint64_t lost = counts.lost[sideIndex(from)])
            text += ", " + number(lost) + " lost" + arrow;
        if (const uint64_t broken = counts.broken[sideIndex(from)])
            text += ", " + number(broken) + " arrived broken" + arrow;
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
        add("changed on the way: " + ruleText(rule));
    const auto changed = std::ranges::count(pair.alterations, false, &Alteration::isBroken);
    if (changed > 0)
        add(counted(changed, "packet") + (changed == 1 ? " was" : " were") + " changed beyond these rules.");
    return text;
}

bool hasNews(const ConnectionPair& pair)
{
    return pair.verdict || !pair.findings.empty() || !pair.resets.empty() || !pair.alterations.empty();
}

/// A rule of several pairs.
struct SharedRule
{
    std::string first; ///< its text in the first of them
    std::set<std::string> texts;
    size_t pairs = 0;
    uint64_t packets = 0;
    uint64_t exceptions = 0;
};

/// "changed on the way in 5 pairs: 10.0.0.2:40000 is 192.0.2.9:30001 at the server, and 4 more like it".
std::string sharedText(const SharedRule& shared)
{
    std::string text = shared.first;
    if (const size_t others = shared.texts.size() - 1; others > 0)
        text += ", and " + number(others) + " more like it";
    return "changed on the way in " + counted(static_cast<int64_t>(shared.pairs), "pair") + ": "
        + ruleText({{}, text, {}, shared.packets, shared.exceptions});
}

/// Pairs of which there is nothing to say but the rules, which are said once for all of them.
std::string quietText(const Comparison& comparison)
{
    size_t quiet = 0;
    std::vector<std::string> order;
    std::map<std::string, SharedRule> rules;
    for (const ConnectionPair& pair : comparison.pairs) {
        if (hasNews(pair))
            continue;
        ++quiet;
        for (const RewriteRule& rule : pair.rules) {
            const bool isOwn = rule.id == "address" || rule.id == "sequence"; // differs from pair to pair
            const std::string key = rule.id + (rule.flow ? sideName(*rule.flow) : "") + (isOwn ? "" : rule.text);
            const auto [shared, isNew] = rules.try_emplace(key);
            if (isNew) {
                order.push_back(key);
                shared->second.first = rule.text;
            }
            shared->second.texts.insert(rule.text);
            ++shared->second.pairs;
            shared->second.packets += rule.packets;
            shared->second.exceptions += rule.exceptions;
        }
    }
    if (quiet == 0)
        return {};
    std::string text = "\n" + counted(static_cast<int64_t>(quiet), "pair") + " without a finding"
        + (rules.empty() ? "." : ": no difference but the rules.") + "\n";
    for (const std::string& key : order)
        text += "    " + wrapped(sharedText(rules[key]), indent) + "\n";
    return text;
}

/// Two connections that a box between may join, how long it kept the bytes, and who was reset on which side of it.
std::string coupleBlock(const TerminatedPair& couple)
{
    std::string text = "\nConnections " + std::to_string(couple.client.value) + " (client) and "
        + std::to_string(couple.server.value) + " (server): " + wrapped(couple.why, indent) + ".\n";
    for (const std::string& line : coupleFacts(couple))
        text += "    " + wrapped(line, indent) + "\n";
    return text;
}

/// The pair of which a connection of one capture is a part, in words, or "".
std::string partText(const Comparison& comparison, Side side, ConnectionId id)
{
    const ConnectionPair* whole = comparison.pairWithPart(side, id);
    if (whole == nullptr)
        return {};
    return ", part of " + std::to_string(whole->client.value) + " = " + std::to_string(whole->server.value);
}

/// The connections that only one capture has, some of them by name.
std::string unpairedText(const TracePair& traces, const Comparison& comparison, Side side)
{
    constexpr size_t named = 5; // as many as a person looks through
    const auto& all = side == Side::Client ? comparison.unpairedClient : comparison.unpairedServer;
    if (all.empty())
        return {};
    std::string text = std::string("\nOnly in the ") + sideName(side)
        + "'s capture: " + counted(static_cast<int64_t>(all.size()), "connection") + ".\n";
    for (const ConnectionId id : std::span(all).first(std::min(named, all.size()))) {
        const Connection& connection = traces.near(side).connection(id);
        text += "    " + std::to_string(id.value) + ": " + toString(connection.client) + " > "
            + toString(connection.server) + ", " + counted(static_cast<int64_t>(connection.packetCount()), "packet")
            + partText(comparison, side, id) + "\n";
    }
    if (all.size() > named)
        text += "    and " + number(all.size() - named) + " more\n";
    return text;
}

} // namespace

std::string pairText(const TracePair& traces, const ConnectionPair& pair)
{
    const Connection& client = traces.client.connection(pair.client);
    return "Connection " + std::to_string(pair.client.value) + " = " + std::to_string(pair.server.value) + ": "
        + toString(client.client) + " > " + toString(client.server) + " (" + pair.evidence + ")";
}

std::vector<std::string> coupleFacts(const TerminatedPair& couple)
{
    std::vector<std::string> facts;
    for (const Side from : {Side::Client, Side::Server}) {
        const std::optional<StoreAndForward>& delay = couple.delays[sideIndex(from)];
        if (!delay)
            continue;
        facts.push_back(std::string("Bytes of the ") + sideName(from) + " reach the other connection after "
            + humanDuration(delay->least) + " to " + humanDuration(delay->most) + " (median "
            + humanDuration(delay->median) + ", " + counted(delay->marks, "place") + " of equal content).");
    }
    if (!couple.marks.empty() && !couple.hasClock)
        facts.push_back(counted(static_cast<int64_t>(couple.marks.size()), "place")
            + " of equal content; no other pair tells the clock, so that their times cannot be compared.");
    for (const Side capture : {Side::Client, Side::Server}) {
        const auto first = std::ranges::find(couple.resets, capture, &LegReset::capture);
        if (first == couple.resets.end())
            continue;
        const auto all = std::ranges::count(couple.resets, capture, &LegReset::capture);
        facts.push_back(std::string("The connection at the ") + sideName(capture) + " has "
            + counted(static_cast<int64_t>(all), "RST") + ": the first is #" + std::to_string(first->frame.value)
            + " and bears the " + sideName(first->from) + "'s address.");
    }
    return facts;
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
    for (const ConnectionPair& pair : comparison.pairs) {
        if (hasNews(pair))
            text += pairBlock(traces, pair);
    }
    text += quietText(comparison);
    for (const TerminatedPair& couple : comparison.terminated)
        text += coupleBlock(couple);
    for (const RefusedPair& refused : comparison.refused)
        text += "\nNot paired: " + std::to_string(refused.client.value) + " (client) and "
            + std::to_string(refused.server.value) + " (server): " + wrapped(refused.why, indent) + ".\n";
    text += unpairedText(traces, comparison, Side::Client) + unpairedText(traces, comparison, Side::Server);
    return text;
}

} // namespace whyrst
