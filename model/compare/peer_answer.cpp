#include "model/compare/peer_answer.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace whyrst {

namespace {

bool isOneOf(std::optional<CauseId> cause, std::initializer_list<CauseId> causes)
{
    return cause && std::ranges::find(causes, *cause) != causes.end();
}

std::optional<CauseId> causeOf(const Diagnosis* diagnosis)
{
    return diagnosis ? std::optional(diagnosis->cause) : std::nullopt;
}

/// Causes whose own rule knows more than that a box sent the RST: why, or that it did nothing.
bool explainsForgery(std::optional<CauseId> cause)
{
    return isOneOf(cause, {CauseId::IgnoredReset, CauseId::IdleTimeout, CauseId::Teardown});
}

/// Causes that say why bytes stay unanswered although they arrive, or arrive no more.
bool explainsSilence(std::optional<CauseId> cause)
{
    return isOneOf(cause,
        {CauseId::IcmpUnreachable, CauseId::ZeroWindowStarvation, CauseId::AcceptQueueOverflow, CauseId::PortReuse,
            CauseId::SackMangled, CauseId::KeepaliveTimeout, CauseId::HalfOpen});
}

/// Causes that claim that bytes never arrived.
bool claimsLoss(std::optional<CauseId> cause)
{
    return isOneOf(cause, {CauseId::SegmentBlackHole, CauseId::MtuBlackHole, CauseId::PathOutage});
}

/// Finds the answer for a pair.
class Jury
{
public:
    Jury(const ConnectionPair& pair, const BothDiagnoses& both)
        : m_pair(pair)
        , m_primary{both.client.primary(), both.server.primary()}
    {
    }

    Answer decide() const
    {
        if (m_primary[0] == nullptr && m_primary[1] == nullptr)
            return {};
        for (const CompareFinding& finding : m_pair.findings) {
            if (finding.cause && isAbout(finding))
                return byFinding(finding);
        }
        return byCapture(contradicted());
    }

private:
    std::optional<CauseId> cause(Side capture) const { return causeOf(m_primary[sideIndex(capture)]); }
    template <typename Test> bool either(const Test& test) const
    {
        return test(cause(Side::Client)) || test(cause(Side::Server));
    }

    /// Whether the finding is the reason of the end, and no capture knows a better one.
    bool isAbout(const CompareFinding& finding) const
    {
        switch (*finding.cause) {
        case CauseId::InjectedReset:
            return hitsPrimary(finding) && !isForgeryExplained(finding);
        case CauseId::SackMangled:
            return either(isOfDelivery);
        case CauseId::ReceiverDiscards:
        case CauseId::PathOutage:
            return !either(explainsSilence) || (finding.cause == CauseId::PathOutage && onlyHalfOpen());
        case CauseId::SegmentBlackHole:
            return !either([](auto cause) {
                return isOneOf(cause, {CauseId::MtuBlackHole, CauseId::SackMangled});
            }) && !either(explainsSilence);
        default:
            return !either([](auto cause) { return isOneOf(cause, {CauseId::SackMangled, CauseId::IcmpUnreachable}); });
        }
    }

    /// A host that comes back after an outage answers as one that lost the connection.
    bool onlyHalfOpen() const
    {
        return either([](auto cause) { return cause == CauseId::PathOutage; })
            && either([](auto cause) { return cause == CauseId::HalfOpen; });
    }

    /// Whether the forged RST is the one that ended the connection at its receiver.
    bool hitsPrimary(const CompareFinding& finding) const
    {
        return hitsPrimary(finding, Side::Client) || hitsPrimary(finding, Side::Server);
    }

    bool hitsPrimary(const CompareFinding& finding, Side capture) const
    {
        const Diagnosis* primary = m_primary[sideIndex(capture)];
        const auto& frames = capture == Side::Client ? finding.clientFrames : finding.serverFrames;
        return primary && std::ranges::find(frames, primary->frame) != frames.end();
    }

    /// Whether a capture that the forged RST ended knows why; what ended the other one is another matter.
    bool isForgeryExplained(const CompareFinding& finding) const
    {
        const auto explains
            = [&](Side capture) { return hitsPrimary(finding, capture) && explainsForgery(cause(capture)); };
        return explains(Side::Client) || explains(Side::Server);
    }

    Answer byFinding(const CompareFinding& finding) const
    {
        Answer answer{finding.cause, finding.confidence, std::nullopt, &finding};
        for (const Side capture : {Side::Client, Side::Server}) {
            if (cause(capture) != finding.cause)
                continue;
            const auto own = m_primary[sideIndex(capture)]->confidence;
            if (!answer.base || own > m_primary[sideIndex(*answer.base)]->confidence)
                answer.base = capture;
            answer.confidence = std::max(answer.confidence, own);
        }
        if (!answer.base)
            answer.base = m_primary[0] ? Side::Client : Side::Server;
        return answer;
    }

    /// Captures whose diagnosis the other capture shows to be wrong, by Side.
    std::array<bool, 2> contradicted() const
    {
        std::array<bool, 2> wrong{};
        for (const Side capture : {Side::Client, Side::Server}) {
            const Diagnosis* primary = m_primary[sideIndex(capture)];
            if (primary == nullptr)
                continue;
            const bool arrived = claimsLoss(primary->cause) && cause(otherSide(capture)) && !anyLoss();
            const bool isGenuine = primary->cause == CauseId::InjectedReset && isSent(capture, primary->frame);
            wrong[sideIndex(capture)] = (arrived && !claimsLoss(cause(otherSide(capture)))) || isGenuine;
        }
        return wrong;
    }

    /// Whether data was lost on its way, or cannot be known to have arrived.
    bool anyLoss() const
    {
        const auto isMissing = [](SentVerdict verdict) {
            return verdict == SentVerdict::Lost || verdict == SentVerdict::PartLost || verdict == SentVerdict::AfterEnd;
        };
        return std::ranges::any_of(
            m_pair.ways, [&](const Way& way) { return std::ranges::any_of(way.sent, isMissing); });
    }

    bool isSent(Side capture, PacketNumber frame) const
    {
        return std::ranges::any_of(m_pair.resets, [&](const ResetOrigin& origin) {
            return origin.sentBy == ResetSender::Endpoint
                && (capture == Side::Client ? origin.clientFrame : origin.serverFrame) == frame && origin.clientFrame
                && origin.serverFrame;
        });
    }

    /// Whether a box sent the RST that `capture` has as `frame`.
    bool isOfBox(Side capture, PacketNumber frame) const
    {
        return std::ranges::any_of(m_pair.resets, [&](const ResetOrigin& origin) {
            return origin.sentBy == ResetSender::Middlebox
                && (capture == Side::Client ? origin.clientFrame : origin.serverFrame) == frame;
        });
    }

    /// The capture near the RST's sender knows best why it was sent; of a box's RST that capture knows nothing.
    Side bestCapture() const
    {
        const Side holder = m_primary[0] ? Side::Client : Side::Server;
        const Diagnosis* any = m_primary[sideIndex(holder)];
        if (any->isDeath())
            return Side::Client;
        if (isOfBox(holder, any->frame))
            return holder;
        return holder == Side::Server && m_pair.isFlipped ? otherSide(any->from) : any->from;
    }

    Answer byCapture(const std::array<bool, 2>& wrong) const
    {
        Side base = bestCapture();
        if (isWorse(base, wrong))
            base = otherSide(base);
        const Diagnosis* primary = m_primary[sideIndex(base)];
        Answer answer{primary->cause, primary->confidence, base, nullptr};
        const Diagnosis* other = m_primary[sideIndex(otherSide(base))];
        if (other && other->cause == primary->cause && other->confidence > answer.confidence) {
            answer.base = otherSide(base);
            answer.confidence = other->confidence;
        }
        return answer;
    }

    bool isWorse(Side capture, const std::array<bool, 2>& wrong) const
    {
        const auto rank = [&](Side side) {
            const Diagnosis* primary = m_primary[sideIndex(side)];
            if (primary == nullptr)
                return 0;
            if (wrong[sideIndex(side)])
                return 1;
            return primary->cause == CauseId::Unknown ? 2 : 3;
        };
        return rank(capture) < rank(otherSide(capture));
    }

    const ConnectionPair& m_pair;
    std::array<const Diagnosis*, 2> m_primary; ///< by capture
};

} // namespace

bool isOfDelivery(std::optional<CauseId> cause)
{
    return claimsLoss(cause)
        || isOneOf(
            cause, {CauseId::CorruptedSegment, CauseId::ReceiverDiscards, CauseId::SackMangled, CauseId::AckPathLoss});
}

Answer answerOf(const ConnectionPair& pair, const BothDiagnoses& both)
{
    return Jury(pair, both).decide();
}

} // namespace whyrst
