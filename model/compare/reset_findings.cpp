#include "model/compare/reset_findings.h"

#include "model/analysis/thresholds.h"
#include "model/compare/box_distance.h"
#include "model/compare/data_findings.h"
#include "model/number_text.h"

#include <algorithm>
#include <utility>

namespace whyrst {

namespace {

/// Two RSTs so near each other were sent for one reason. Heuristic: no retransmission timer expires meanwhile
/// (RFC 6298 2.1).
constexpr Duration atOnce = initialRto;

std::string forgedText(const std::string& sender, const std::string& receiver, Confidence confidence)
{
    const std::string rst = "The RST in the " + receiver + "'s capture ";
    if (confidence == Confidence::Certain)
        return rst + "never left the " + sender + ": a box on the path sent it in the " + sender + "'s name.";
    return rst + "is missing in the " + sender + "'s: most likely a box on the path sent it in the " + sender
        + "'s name.";
}

std::string lostText(const std::string& sender, const std::string& receiver)
{
    return "The " + sender + " did send its RST, but it never reached the " + receiver
        + ", for which the connection stays open.";
}

/// Why it is not known who sent a RST.
std::string unknownText(const std::string& sender, const std::string& receiver, ArrivedVerdict verdict)
{
    const std::string rst = "Who sent the RST in the " + receiver + "'s capture is not known: ";
    const std::string capture = "the " + sender + "'s capture ";
    if (verdict == ArrivedVerdict::Outside)
        return rst + capture + "was not running at that time.";
    if (verdict == ArrivedVerdict::SideNotCaptured)
        return rst + capture + "lacks this direction.";
    return rst + capture + "does not hold it, and nothing of the " + sender + " follows that would tell.";
}

CompareFinding findingAt(const ResetOrigin& origin)
{
    CompareFinding finding;
    finding.confidence = origin.confidence.value_or(Confidence::Likely);
    if (origin.clientFrame)
        finding.clientFrames = {*origin.clientFrame};
    if (origin.serverFrame)
        finding.serverFrames = {*origin.serverFrame};
    return finding;
}

bool isForged(const ResetOrigin& origin)
{
    return origin.sentBy == ResetSender::Middlebox;
}

/// When a RST came that only its receiver's capture has, by the common clock.
std::optional<Timestamp> arrivalOf(
    const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair, Side flow)
{
    const auto first = std::ranges::find_if(
        pair.resets, [flow](const ResetOrigin& origin) { return origin.isFirst && origin.flow == flow; });
    if (first == pair.resets.end() || !isForged(*first))
        return std::nullopt;
    const Side receiver = otherSide(flow);
    const auto frame = receiver == Side::Client ? first->clientFrame : first->serverFrame;
    const Flow& segments = flowOf(traces, pair, flow, receiver);
    const std::vector<WayPacket>& arrived = ways[sideIndex(flow)].arrived;
    const auto packet = std::ranges::find_if(
        arrived, [&](const WayPacket& one) { return segments.segments.at(one.row).frame == frame; });
    return packet == arrived.end() ? std::nullopt : std::optional(packet->time);
}

bool areBothForgedAtOnce(const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair)
{
    const std::optional<Timestamp> toServer = arrivalOf(traces, ways, pair, Side::Client);
    const std::optional<Timestamp> toClient = arrivalOf(traces, ways, pair, Side::Server);
    return toServer && toClient && std::chrono::abs(*toServer - *toClient) <= atOnce;
}

CompareFinding forgedFinding(const ResetOrigin& origin, const std::string& distance)
{
    const std::string side = sideName(origin.flow);
    CompareFinding finding = findingAt(origin);
    finding.flow = origin.flow;
    finding.cause = CauseId::InjectedReset;
    finding.id = causeName(CauseId::InjectedReset);
    finding.place = ComparePlace::Box;
    finding.text = forgedText(side, sideName(otherSide(origin.flow)), finding.confidence) + distance;
    finding.addition = "The " + side + "'s capture does not hold this reset.";
    finding.addition->append(distance);
    return finding;
}

CompareFinding lostFinding(const ResetOrigin& origin)
{
    CompareFinding finding = findingAt(origin);
    finding.flow = origin.flow;
    finding.id = "reset-lost";
    finding.place = pathOf(origin.flow);
    finding.text = lostText(sideName(origin.flow), sideName(otherSide(origin.flow)));
    return finding;
}

CompareFinding unknownFinding(const ResetOrigin& origin)
{
    CompareFinding finding = findingAt(origin);
    finding.id = "unknown-origin";
    finding.text = unknownText(sideName(origin.flow), sideName(otherSide(origin.flow)), *origin.arrived);
    return finding;
}

/// Whether every packet of both directions reached the other side whole, as far as the captures show.
bool isAllDelivered(const ConnectionPair& pair)
{
    const auto arrived = [](SentVerdict verdict) {
        return verdict == SentVerdict::NotCompared || verdict == SentVerdict::Delivered
            || verdict == SentVerdict::MissedByCapture || verdict == SentVerdict::PartMissed;
    };
    return std::ranges::all_of(pair.ways, [&](const Way& way) { return std::ranges::all_of(way.sent, arrived); })
        && std::ranges::none_of(pair.alterations, &Alteration::isBroken)
        && std::ranges::none_of(pair.findings, [](const CompareFinding& finding) {
               return finding.cause || finding.id == "reset-lost" || finding.id.starts_with("payload-");
           });
}

/// "its RST reached the client; 2 more followed."
std::string reachedText(const ConnectionPair& pair, const ResetOrigin& first)
{
    const auto later = std::ranges::count_if(pair.resets, [&](const ResetOrigin& other) {
        return !other.isFirst && other.flow == first.flow && other.sentBy == ResetSender::Endpoint;
    });
    std::string text = std::string("its RST reached the ") + sideName(otherSide(first.flow));
    if (later > 0)
        text += later == 1 ? "; another one followed" : "; " + groupedDigits(later) + " more followed";
    return text + ".";
}

/// The path did its part: whoever sends the first RST ended the connection.
std::string closedText(const TracePair& traces, const ConnectionPair& pair, Side by)
{
    const auto resets = std::ranges::count(pair.resets, by, &ResetOrigin::flow);
    const bool isRefusal = by == Side::Server && flowOf(traces, pair, Side::Client, by).synSeen()
        && std::cmp_equal(resets, flowOf(traces, pair, by, by).size());
    const char* verb = isRefusal ? " refused it: " : " closed it: ";
    return std::string("The path delivered everything; the ") + sideName(by) + verb;
}

} // namespace

void findResets(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    bool isBothToTell = areBothForgedAtOnce(traces, ways, pair);
    for (const ResetOrigin& origin : pair.resets) {
        if (!origin.isFirst)
            continue;
        if (isForged(origin)) {
            CompareFinding finding = forgedFinding(origin, boxDistanceText(traces, ways, pair, origin));
            if (std::exchange(isBothToTell, false))
                finding.text += " Both ends were reset at once by RSTs that neither of them sent.";
            pair.findings.push_back(std::move(finding));
        } else if (origin.neverArrived) {
            pair.findings.push_back(lostFinding(origin));
        } else if (origin.sentBy == ResetSender::Unknown && origin.arrived) {
            pair.findings.push_back(unknownFinding(origin));
        }
    }
}

void findOwnResets(ConnectionPair& pair)
{
    for (const ResetOrigin& origin : pair.resets) {
        if (!origin.isFirst || origin.sent != SentVerdict::Delivered)
            continue;
        CompareFinding finding = findingAt(origin);
        finding.id = "reset-sent";
        finding.place = hostOf(origin.flow);
        finding.text
            = std::string("The ") + sideName(origin.flow) + " sent a reset itself: " + reachedText(pair, origin);
        pair.findings.push_back(std::move(finding));
    }
}

void tellClearPath(const TracePair& traces, ConnectionPair& pair)
{
    if (pair.resets.empty() || pair.resets.front().sent != SentVerdict::Delivered || !isAllDelivered(pair))
        return;
    const ResetOrigin& first = pair.resets.front();
    const auto own = std::ranges::find_if(pair.findings, [&](const CompareFinding& finding) {
        return finding.id == "reset-sent" && finding.place == hostOf(first.flow);
    });
    if (own != pair.findings.end())
        own->text = closedText(traces, pair, first.flow) + reachedText(pair, first);
}

} // namespace whyrst
