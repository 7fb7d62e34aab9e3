#include "model/diagnosis/remarks.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/words.h"

#include <algorithm>

namespace whyrst {

namespace {

/// heuristic: a shorter silence that the connection survived tells little about the limit
constexpr double tellingShare = 0.5;

std::string sideText(Side side)
{
    return std::string("the ") + sideName(side);
}

/// Where the data ends that came after the close; 0 when none came from this side.
int64_t lateEnd(const Diagnosis& diagnosis, const ResetContext& reset, Side side)
{
    const Words words(diagnosis, reset);
    return side == reset.y ? words.number("first_late_byte") + words.number("late_bytes") : 0;
}

/// "Bytes 1,001 to 2,460 from the client are lost at most", or how much of it arrived behind a gap.
void addLedger(Diagnosis& diagnosis, const ResetContext& reset)
{
    const bool goesOn = diagnosis.effect == ResetEffect::Challenged || diagnosis.effect == ResetEffect::Dropped;
    if (reset.phase == Phase::Opening || goesOn)
        return;
    bool anyData = false;
    bool allAcknowledged = true;
    for (const Side side : {Side::Client, Side::Server}) {
        const ByteLedger& ledger = diagnosis.ledger[sideIndex(side)];
        anyData |= ledger.acknowledged + ledger.unacknowledged > 0;
        if (ledger.unacknowledged == 0)
            continue;
        allAcknowledged = false;
        const int64_t begin = reset.atReset.sender(side).sndUna.value;
        const int64_t end = std::max(begin + ledger.unacknowledged, lateEnd(diagnosis, reset, side));
        std::string text = "At most " + bytesFromTo(begin, end) + " from " + sideText(side)
            + (end - begin == 1 ? " is lost" : " are lost")
            + (begin > 1 ? ": everything before was acknowledged." : ".");
        if (ledger.behindHole > 0)
            text += " " + bytesText(ledger.behindHole)
                + " of that arrived behind a gap and could not be delivered to the program.";
        diagnosis.remarks.push_back({"bytes-at-risk", std::move(text), std::nullopt});
    }
    if (!anyData || !allAcknowledged || diagnosis.cause == CauseId::Teardown)
        return;
    std::string text
        = "All data that the capture shows was acknowledged in the end: none of it is missing at the other host";
    if (diagnosis.cause == CauseId::CloseWithUnreadData && diagnosis.harm == Harm::DataLost)
        text += "; what the program on the " + std::string(sideName(reset.x)) + " had not read is lost all the same";
    diagnosis.remarks.push_back({"bytes-at-risk", text + ".", std::nullopt});
}

/// One window update would have been enough.
void addWindowUpdate(Diagnosis& diagnosis, const ResetContext& reset)
{
    const bool wasWaiting = diagnosis.mechanism != Mechanism::ReceiverClosed;
    if (diagnosis.cause != CauseId::ZeroWindowStarvation || !wasWaiting || !reset.trouble || !reset.trouble->closed)
        return;
    const Side r = otherSide(reset.trouble->sender);
    const WindowClosed& closed = reset.flowAnalysis(r).windowClosed[*reset.trouble->closed];
    diagnosis.remarks.push_back({"would-have-helped",
        "One window update from " + sideText(r) + " within these " + humanDuration(reset.time - closed.begin)
            + " would have let the connection go on.",
        reset.flow(r).segments.at(closed.firstRow).frame});
}

/// The longest silence before `until` that ended with a packet of either side.
Duration longestSurvived(const Connection& connection, Timestamp until)
{
    Duration longest{};
    std::optional<Timestamp> last;
    LocatedSegment located;
    for (ConnectionWalk walk(connection); walk.next(located) && located.segment.time <= until;) {
        if (last)
            longest = std::max(longest, located.segment.time - *last);
        last = located.segment.time;
    }
    return longest;
}

/// Between which silences the limit lies.
void addSurvivedSilence(Diagnosis& diagnosis, const ResetContext& reset)
{
    if (diagnosis.cause != CauseId::IdleTimeout)
        return;
    const Duration survived = longestSurvived(reset.connection, reset.silence.begin);
    if (survived < std::chrono::duration_cast<Duration>(reset.silence.length * tellingShare)
        || survived >= reset.silence.length)
        return;
    std::string text = "The connection had survived a silence of " + humanDuration(survived)
        + " before: the limit lies between that and " + humanDuration(reset.silence.length) + ".";
    if (std::ranges::find(diagnosis.subs, "by-endpoint") == diagnosis.subs.end())
        text += " If it is a box on the path that keeps it, a keep-alive every " + humanDuration(survived)
            + " would have prevented the reset.";
    diagnosis.remarks.push_back({"would-have-helped", std::move(text), std::nullopt});
}

/// Which option of the client's SYN the server did not take, where that made a loss worse (RFC 2018, RFC 7323).
void addRefusedOptions(Diagnosis& diagnosis, const ResetContext& reset)
{
    const auto& client = reset.flow(Side::Client).synOptions;
    const auto& server = reset.flow(Side::Server).synOptions;
    if (!isAboutStuckData(diagnosis.cause) || !client || !server || client->cut || server->cut)
        return;
    if (client->sackPermitted != server->sackPermitted)
        diagnosis.remarks.push_back({"handshake",
            capital(sideText(client->sackPermitted ? Side::Server : Side::Client))
                + " did not agree to SACK: the sender could not learn what arrived behind a gap.",
            std::nullopt});
    if (client->windowScale && !server->windowScale)
        diagnosis.remarks.push_back({"handshake",
            "The server did not agree to window scaling: no window was larger than 65,535 bytes.", std::nullopt});
}

} // namespace

bool isAboutStuckData(CauseId cause)
{
    return cause >= CauseId::SegmentBlackHole && cause <= CauseId::ZeroWindowStarvation;
}

void addRemarks(Diagnosis& diagnosis, const ResetContext& reset)
{
    addLedger(diagnosis, reset);
    addWindowUpdate(diagnosis, reset);
    addSurvivedSilence(diagnosis, reset);
    addRefusedOptions(diagnosis, reset);
}

} // namespace whyrst
