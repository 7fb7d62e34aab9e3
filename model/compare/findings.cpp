#include "model/compare/findings.h"

#include "model/compare/data_findings.h"
#include "model/compare/reset_findings.h"
#include "model/number_text.h"

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

/// The packets of a pair in one capture, as far as their end is told.
struct SeenPackets
{
    Timestamp first = Timestamp::max(); ///< on the common clock
    Timestamp last = Timestamp::min();
    PacketNumber lastFrame;
    bool isReset = false; ///< the last one is a RST
    bool hasReset = false;
    std::array<bool, 2> hasFin{}; ///< by Side of the sender

    SeenPackets(
        const TracePair& traces, const std::array<WayPackets, 2>& ways, const ConnectionPair& pair, Side capture)
    {
        for (const WayPackets& way : ways) {
            const Flow& flow = flowOf(traces, pair, way.from, capture);
            for (const WayPacket& packet : way.from == capture ? way.sent : way.arrived) {
                first = std::min(first, packet.time);
                hasReset = hasReset || packet.flags.rst();
                hasFin[sideIndex(way.from)] = hasFin[sideIndex(way.from)] || packet.flags.fin();
                if (packet.time < last)
                    continue;
                last = packet.time;
                lastFrame = flow.segments.at(packet.row).frame;
                isReset = packet.flags.rst();
            }
        }
    }

    /// Whether they show how the connection ends.
    bool haveTheEnd() const { return hasReset || (hasFin[0] && hasFin[1]); }
};

/// Where a capture ends before the other one shows the end: until when the connection was seen running in it.
void findCaptureEnd(const TracePair& traces, const std::array<WayPackets, 2>& ways, ConnectionPair& pair, Side capture)
{
    const Side other = otherSide(capture);
    const auto after = std::ranges::count(pair.way(other).sent, SentVerdict::AfterEnd);
    if (after == 0)
        return;
    const SeenPackets here(traces, ways, pair, capture);
    const SeenPackets there(traces, ways, pair, other);
    if (here.lastFrame == PacketNumber{} || there.last <= here.last || here.haveTheEnd())
        return;
    CompareFinding finding;
    finding.id = "capture-ended";
    finding.confidence = Confidence::Certain;
    const bool isEndKnown = traces.near(capture).capture.details.ended.has_value();
    const std::string captureName = std::string("he ") + sideName(capture) + "'s capture ";
    finding.text = (isEndKnown ? "The connection was still running in t" + captureName + "until #"
                               : 'T' + captureName + "has no packet of the connection after #")
        + std::to_string(here.lastFrame.value) + ", " + humanDuration(here.last - std::min(here.first, there.first))
        + " after its first packet; " + counted(after, "later packet") + " of the " + sideName(other)
        + (after == 1 ? " is" : " are") + " only in the " + sideName(other) + "'s capture, which shows the connection "
        + humanDuration(there.last - here.last) + " longer, to " + (there.isReset ? "RST #" : "#")
        + std::to_string(there.lastFrame.value) + ".";
    (capture == Side::Client ? finding.clientFrames : finding.serverFrames) = {here.lastFrame};
    (capture == Side::Client ? finding.serverFrames : finding.clientFrames) = {there.lastFrame};
    pair.findings.push_back(std::move(finding));
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
    for (const Side capture : {Side::Client, Side::Server})
        findCaptureEnd(traces, ways, pair, capture);
    sortFindings(pair.findings);
}

void sortFindings(std::vector<CompareFinding>& findings)
{
    std::ranges::stable_sort(findings, {}, rankOf);
}

} // namespace whyrst
