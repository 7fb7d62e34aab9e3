#include "model/compare/findings.h"

#include "model/compare/box_distance.h"
#include "model/compare/data_findings.h"

#include <algorithm>

namespace whyrst {

namespace {

void findSackRule(ConnectionPair& pair)
{
    for (const Side from : {Side::Client, Side::Server}) {
        if (!pair.way(from).keepsSackBlocks)
            continue;
        CompareFinding finding;
        finding.cause = CauseId::SackMangled;
        finding.id = causeName(CauseId::SackMangled);
        finding.place = ComparePlace::Box;
        finding.confidence = Confidence::Certain;
        finding.flow = otherSide(from);
        finding.text = std::string("A box shifts the ") + sideName(otherSide(from))
            + "'s sequence numbers, but not the SACK blocks that answer them.";
        finding.addition = "";
        pair.findings.push_back(std::move(finding));
    }
}

std::string forgedText(const std::string& sender, const std::string& receiver, Confidence confidence)
{
    const std::string rst = "The RST in the " + receiver + "'s capture ";
    if (confidence == Confidence::Certain)
        return rst + "never left the " + sender + ": a box on the path sent it in the " + sender + "'s name.";
    return rst + "is missing in the " + sender + "'s: most likely a box on the path sent it in the " + sender
        + "'s name.";
}

std::string lostResetText(const std::string& sender, const std::string& receiver)
{
    return "The " + sender + " did send its RST, but it never reached the " + receiver
        + ", for which the connection stays open.";
}

void findResets(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    for (const ResetOrigin& origin : pair.resets) {
        const bool injected = origin.sentBy == ResetSender::Middlebox;
        if (!origin.isFirst || (!injected && !origin.neverArrived))
            continue;
        const std::string side = sideName(origin.flow);
        CompareFinding finding;
        finding.flow = origin.flow;
        finding.confidence = origin.confidence.value_or(Confidence::Likely);
        if (origin.clientFrame)
            finding.clientFrames = {*origin.clientFrame};
        if (origin.serverFrame)
            finding.serverFrames = {*origin.serverFrame};
        if (injected) {
            finding.cause = CauseId::InjectedReset;
            finding.id = causeName(CauseId::InjectedReset);
            finding.place = ComparePlace::Box;
            finding.text = forgedText(side, sideName(otherSide(origin.flow)), finding.confidence);
            const std::string distance = boxDistanceText(traces, ways, pair, origin);
            finding.text += distance;
            finding.addition = "The " + side + "'s capture does not hold this reset.";
            finding.addition->append(distance);
        } else {
            finding.id = "reset-lost";
            finding.place = pathOf(origin.flow);
            finding.text = lostResetText(side, sideName(otherSide(origin.flow)));
        }
        pair.findings.push_back(std::move(finding));
    }
}

/// Order of comparison.md 5.6; findings without a cause are context.
int rankOf(const CompareFinding& finding)
{
    if (!finding.cause)
        return finding.id == "reset-lost" ? 20 : 30;
    switch (*finding.cause) {
    case CauseId::InjectedReset:
        return 0;
    case CauseId::SackMangled:
        return 1;
    case CauseId::CorruptedSegment:
        return 2;
    case CauseId::MtuBlackHole:
    case CauseId::SegmentBlackHole:
        return 3;
    case CauseId::AckPathLoss:
        return 4;
    case CauseId::ReceiverDiscards:
        return 5;
    default:
        return 6;
    }
}

} // namespace

void findFindings(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair)
{
    findResets(traces, ways, pair);
    findSackRule(pair);
    for (const Side from : {Side::Client, Side::Server})
        findDataFindings(traces, ways, pair, from);
    sortFindings(pair.findings);
}

void sortFindings(std::vector<CompareFinding>& findings)
{
    std::ranges::stable_sort(findings, {}, rankOf);
}

} // namespace whyrst
