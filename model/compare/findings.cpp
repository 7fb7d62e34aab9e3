#include "model/compare/findings.h"

#include "model/compare/data_findings.h"
#include "model/compare/reset_findings.h"

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

/// Order of comparison.md 5.6; findings without a cause are context.
int rankOf(const CompareFinding& finding)
{
    if (!finding.cause)
        return finding.id.starts_with("reset-") || finding.id == "unknown-origin" ? 20 : 30;
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
    findOwnResets(pair);
    sortFindings(pair.findings);
}

void sortFindings(std::vector<CompareFinding>& findings)
{
    std::ranges::stable_sort(findings, {}, rankOf);
}

} // namespace whyrst
