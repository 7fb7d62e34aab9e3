#include "model/analysis/thresholds.h"
#include "model/diagnosis/evidence.h"
#include "model/diagnosis/late_data.h"
#include "model/diagnosis/opening.h"
#include "model/diagnosis/rule_limits.h"
#include "model/diagnosis/rules.h"
#include "model/diagnosis/unread_bytes.h"

#include <algorithm>

namespace whyrst {

namespace {

constexpr int64_t largestRequest = 64 * 1024; // diagnosis.md 1.17: more than that is an upload, and no buffer holds it

/// The signs that X's program had not read what Y sent, strongest first.
struct UnreadSigns
{
    bool window = false;  ///< E1: the RST itself reopens the window, because the kernel freed the data first
    bool ack = false;     ///< E2: the RST acknowledges data that no earlier packet did
    bool pileup = false;  ///< E3: the window's edge stood still while data was acknowledged
    bool answer = false;  ///< E4: X answered while Y was still sending, and closed at once
    bool request = false; ///< a request that X had taken was not answered, as those before
    bool stream = false;  ///< Y's data was still coming in
    bool alert = false;   ///< nothing else was unread than the TLS alert with which Y had ended the session
    int64_t unread = 0;   ///< lower bound of the unread bytes
    std::optional<LocatedSegment> lastWords;
    std::optional<uint32_t> edgeRow; ///< the last packet of X that moved the window's edge
};

void findPileup(UnreadSigns& signs, const ResetContext& reset)
{
    const UnreadBytes unread = findUnread(reset, reset.x);
    signs.edgeRow = unread.edgeRow;
    if (unread.atLeast == 0)
        return;
    signs.pileup = true;
    signs.unread = unread.atLeast;
}

/// Whether Y sent `segment` before it had got X's last words: the packet does not acknowledge them. What it sends later
/// may be its answer to them.
bool isSentMeanwhile(const Segment& segment, const Segment& lastWords)
{
    const bool isNew = segment.payloadLength > 0 && segment.dataEnd() > lastWords.ack;
    return isNew && segment.ack < lastWords.dataEnd() && !segment.flags.rst();
}

/// Whether data of Y that crossed X's last words on the way comes in behind the RST.
bool comesInAfter(const ResetContext& reset, const Segment& lastWords)
{
    const SegmentRows& peer = reset.flow(reset.y).segments;
    const Duration window = triggerWindow(reset.analysis, reset.y);
    for (uint32_t row = peer.lowerBound(reset.reset->segment.frame); row < peer.size(); ++row) {
        const Segment segment = peer.at(row);
        if (segment.time - reset.time > window)
            break;
        if (isSentMeanwhile(segment, lastWords))
            return true;
    }
    return false;
}

void findAnswer(UnreadSigns& signs, const ResetContext& reset)
{
    const SegmentRows& rows = reset.flow(reset.x).segments;
    for (uint32_t row = reset.reset->row; row-- > 0;) {
        const Segment segment = rows.at(row);
        if (segment.payloadLength == 0)
            continue;
        if (reset.time - segment.time <= answerBeforeReset)
            signs.lastWords = LocatedSegment{reset.x, row, segment};
        break;
    }
    const SegmentRows& peer = reset.flow(reset.y).segments;
    const Duration window = triggerWindow(reset.analysis, reset.x);
    for (uint32_t row = peer.lowerBound(reset.reset->segment.frame); row-- > 0 && signs.lastWords;) {
        const Segment segment = peer.at(row);
        if (reset.time - segment.time > window)
            break;
        signs.answer = signs.answer || isSentMeanwhile(segment, signs.lastWords->segment);
    }
    if (signs.lastWords && !signs.answer)
        signs.answer = comesInAfter(reset, signs.lastWords->segment);
}

/// A RST instead of a FIN needs unread data or a wish for it, which few programs have. So data that X's program shows
/// no sign of having read was probably unread. A process that ends takes all its connections with it: that is told as
/// such.
void findUnanswered(UnreadSigns& signs, const ResetContext& reset)
{
    const Exchange& exchange = reset.exchange;
    // ours: of an upload its reader has shown that it reads, too, although it had nothing to say yet.
    const bool isUpload = reset.atReset.sender(reset.y).sndUna - StreamOffset{0} > largestRequest;
    const bool isLastWord = exchange.lastData && exchange.lastData->side == reset.y && !reset.finBefore(reset.y)
        && (reset.flow(reset.x).payloadBytes > 0 || isUpload);
    if (!isLastWord)
        return;
    const bool answered = reset.flow(reset.x).payloadBytes > 0;
    const bool request = answered && exchange.requestPending && exchange.requester == reset.y;
    const SegmentRows& rows = reset.flow(reset.y).segments;
    const uint32_t last = exchange.lastData->row;
    const bool isRecent = reset.time - rows.at(last).time <= triggerWindow(reset.analysis, reset.x);
    const bool goesOn = last + 1 < rows.size() && rows.at(last + 1).payloadLength > 0;
    const bool stream = isRecent && (goesOn || !reset.allDataAcknowledged(reset.y));
    if ((!request && !stream) || endsProcess(reset))
        return;
    signs.request = request;
    signs.stream = stream;
}

/// An abort with window 0 although X's window was open: X's stack puts no window on its aborts, as Windows does, and
/// unlike those that abort with the window of the socket (diagnosis.md 2.3). There a RST is a usual way to close a
/// connection: it takes no unread data, and what came just before may be what the program reacts on.
bool abortsWithoutWindow(const ResetContext& reset)
{
    const ReceiverState& receiver = reset.atReset.receiver(reset.x);
    return receiver.windowSeen && receiver.lastRawWindow > 0 && reset.reset->segment.rawWindow == 0;
}

/// Whether Y had ended the TLS session with an alert, after all that was asked had been answered and arrived. What X's
/// program never reads then is usually the alert alone.
bool endsWithAlert(const ResetContext& reset)
{
    const Exchange& exchange = reset.exchange;
    const bool isAlert
        = exchange.lastData && exchange.lastData->side == reset.y && exchange.lastData->segment.isTlsAlert;
    if (!isAlert || !exchange.lastRequest || endsProcess(reset))
        return false;
    const auto answer = lastRequestOf(reset.connection, otherSide(exchange.lastRequest->side),
        reset.reset->segment.frame, reset.trace.settings.idle); // its last data that is no alert
    const bool isAnswered = answer && answer->segment.frame > exchange.lastRequest->segment.frame;
    return isAnswered && reset.allDataAcknowledged(reset.x) && reset.allAcknowledgedButAlert(reset.y);
}

UnreadSigns findSigns(const ResetContext& reset)
{
    const bool rstTellsLittle = abortsWithoutWindow(reset);
    UnreadSigns signs;
    const Segment& rst = reset.reset->segment;
    const SenderState& sender = reset.atReset.sender(reset.y);
    const ReceiverState& receiver = reset.atReset.receiver(reset.x);
    const int64_t mss = std::max<int64_t>(1, reset.flowAnalysis(reset.y).effectiveMss);
    if (rst.flags.ack() && sender.edgeKnown && receiver.windowSeen) {
        const StreamOffset edge = rst.ack + reset.flowAnalysis(reset.x).windowBytes(rst);
        const int64_t left = sender.edge - std::max(sender.sndUna, receiver.lastAck);
        signs.window = edge - sender.edge >= mss && left < mss;
    }
    if (rst.flags.ack() && receiver.ackSeen && !(sender.finSent && rst.ack > sender.finOffset)) {
        const int64_t gained = rst.ack - receiver.lastAck;
        const SentRange* newest = gained > 0 ? sender.rangeAt(rst.ack - 1) : nullptr;
        const Duration roundTrip = reset.flowAnalysis(reset.x).roundTrip.minimum;
        const bool justArrived = newest != nullptr
            && std::chrono::abs(reset.time - newest->lastTime - roundTrip) <= orderTolerance && !rstTellsLittle;
        signs.ack = gained >= unreadSegments * mss || (gained > 0 && justArrived);
        signs.unread = std::max<int64_t>(signs.unread, gained);
    }
    findPileup(signs, reset);
    findAnswer(signs, reset);
    if (!rstTellsLittle)
        findUnanswered(signs, reset);
    signs.alert = !rstTellsLittle && !signs.window && !signs.pileup && endsWithAlert(reset);
    return signs;
}

} // namespace

std::optional<Diagnosis> explainCloseWithUnreadData(const ResetContext& reset)
{
    const bool possible = !reset.isDeath() && !reset.isForged() && !reset.troubleWins() && isAbort(reset.form.form)
        && reset.effect.effect != ResetEffect::Challenged && reset.flow(reset.y).payloadBytes > 0
        && !reset.finBefore(reset.x);
    if (!possible)
        return std::nullopt;
    const UnreadSigns signs = findSigns(reset);
    const bool strong = signs.window || signs.ack;
    const bool weak = signs.pileup || signs.answer || signs.request || signs.stream || signs.alert;
    if (!strong && (!weak || isFinished(reset)))
        return std::nullopt;
    Confidence confidence = Confidence::Possible;
    if (signs.window)
        confidence = Confidence::Certain;
    else if (signs.ack || signs.alert || (signs.pileup && signs.answer))
        confidence = Confidence::Likely;
    Evidence evidence(reset, CauseId::CloseWithUnreadData, confidence);
    const bool isProven = strong || signs.pileup || signs.answer;
    const Harm harm = isProven ? Harm::DataLost : harmByLedger(reset);
    evidence.dataSender(reset.y).harm(signs.alert ? Harm::None : harm);
    const SegmentRows& peer = reset.flow(reset.y).segments;
    for (uint32_t row = peer.lowerBound(reset.reset->segment.frame); row-- > 0;) {
        if (peer.at(row).payloadLength == 0)
            continue;
        evidence.add(Role::LaterData, reset.y, row);
        break;
    }
    if (signs.lastWords)
        evidence.add(Role::LastWords, *signs.lastWords);
    if (signs.pileup && signs.edgeRow)
        evidence.add(Role::WindowShrink, reset.x, *signs.edgeRow);
    evidence.addReset();
    for (const auto& [shown, id] : {std::pair(signs.window, "unread-window"), std::pair(signs.ack, "unread-ack"),
             std::pair(signs.pileup, "unread-pileup"), std::pair(signs.answer, "unread-answer"),
             std::pair(signs.request, "unread-request"), std::pair(signs.stream, "unread-stream"),
             std::pair(signs.alert, "unread-alert")}) {
        if (shown)
            evidence.sub(id);
    }
    if (signs.unread > 0)
        evidence.fact("unread_bytes", signs.unread, bytesText(signs.unread));
    if (confidence != Confidence::Certain)
        evidence.possible(CauseId::ApplicationAbort);
    evidence.excluded(CauseId::DataAfterClose, "no FIN was sent before the reset");
    return evidence.take();
}

} // namespace whyrst
