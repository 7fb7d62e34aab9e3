#include "model/diagnosis/sender_comparison.h"

#include "model/analysis/thresholds.h"
#include "model/diagnosis/genuine_packets.h"
#include "model/number_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace whyrst {

namespace {

std::string packetsText(uint32_t packets)
{
    return groupedDigits(packets) + (packets == 1 ? " packet" : " packets");
}

FieldVerdict verdictOf(bool differs, bool fits)
{
    if (differs)
        return FieldVerdict::Differs;
    return fits ? FieldVerdict::Fits : FieldVerdict::CannotTell;
}

/// "02:00:00:00:00:09".
std::string macText(uint64_t mac)
{
    constexpr int bytes = 6;
    std::string text;
    for (int index = bytes - 1; index >= 0; --index) {
        std::array<char, 4> byte{};
        std::snprintf(byte.data(), byte.size(), "%02x", static_cast<unsigned>((mac >> (8 * index)) & 0xff));
        text += (text.empty() ? "" : ":") + std::string(byte.data());
    }
    return text;
}

/// The table of one RST.
class HostComparison
{
public:
    explicit HostComparison(const ResetContext& reset)
        : m_reset(reset)
        , m_rst(reset.reset->segment)
        , m_genuine(collectGenuine(reset.trace, reset.connection, *reset.reset))
        , m_last(m_genuine.segments.empty() ? nullptr : &m_genuine.segments.back())
    {
    }

    std::vector<FieldComparison> rows()
    {
        addTtl();
        addIpId();
        addOptions();
        addTimestamp();
        addWindow();
        addMac();
        addTiming();
        return std::move(m_rows);
    }

private:
    bool has(const char* test) const { return m_reset.authenticity.has(test); }
    /// A host without the connection answers with bare packets: what they lack says nothing.
    bool isAnswer() const { return isReply(m_reset.form.form) || m_reset.form.form == ResetForm::Refuse; }
    void add(const char* id, std::string inReset, std::string ofHost, FieldVerdict verdict)
    {
        m_rows.push_back({id, std::move(inReset), std::move(ofHost), verdict});
    }

    void addTtl()
    {
        std::string known;
        for (const auto& [ttl, packets] : m_genuine.ttls)
            known += (known.empty() ? "" : ", ") + std::to_string(ttl) + " in " + packetsText(packets);
        if (known.empty())
            known = "none to compare with";
        else if (m_genuine.ttlPackets() < fewPackets && !has("auth-ttl"))
            known += ": too few";
        add("ttl", std::to_string(m_rst.ttl), known, verdictOf(has("auth-ttl"), m_reset.authenticity.ttlFits));
    }

    void addIpId()
    {
        if (!m_rst.hasIpId)
            return; // IPv6
        if (m_last == nullptr) {
            add("ip-id", std::to_string(m_rst.ipId), "none to compare with", FieldVerdict::CannotTell);
            return;
        }
        const std::string last = std::to_string(m_last->ipId) + " before";
        const auto step = static_cast<double>(static_cast<uint16_t>(m_rst.ipId - m_last->ipId));
        const bool follows = m_genuine.ipIdCounts && step >= 1 && step <= largestIpIdStep(m_genuine, m_rst);
        const char* manner = m_genuine.ipIdCounts ? ", rising" : ", not seen to rise";
        add("ip-id", std::to_string(m_rst.ipId), last + manner, verdictOf(has("auth-ipid"), follows));
    }

    void addOptions()
    {
        const auto options
            = [](const Segment& segment) { return std::string(segment.hasTimestamps ? "timestamps" : "none"); };
        const bool same = m_last != nullptr && m_last->hasTimestamps == m_rst.hasTimestamps;
        const bool missing = has("auth-timestamp") && !m_rst.hasTimestamps;
        add("options", options(m_rst), m_last == nullptr ? "none to compare with" : options(*m_last),
            verdictOf(missing, same && !isAnswer()));
    }

    void addTimestamp()
    {
        if (!m_rst.hasTimestamps)
            return;
        const auto off = offTimestampLine(m_genuine, m_rst);
        const bool onLine = clockVerdict(m_genuine, m_rst) == ClockVerdict::GoesOn;
        const std::string known = off ? humanDuration(std::chrono::abs(*off)) + " off the host's clock"
            : m_last != nullptr       ? "no clock to be seen"
                                      : "none to compare with";
        add("timestamp", std::to_string(m_rst.timestamps.value), known,
            verdictOf(off && std::chrono::abs(*off) > timestampOffLine, onLine));
    }

    void addWindow()
    {
        if (m_last == nullptr && !isAnswer()) {
            add("window", std::to_string(m_rst.rawWindow), "none to compare with", FieldVerdict::CannotTell);
            return;
        }
        if (isAnswer()) {
            add("window", std::to_string(m_rst.rawWindow), "0 of a host without the connection",
                verdictOf(m_rst.rawWindow != 0, true));
            return;
        }
        const size_t count = std::min<size_t>(m_genuine.segments.size(), rememberedWindows);
        const bool known = std::any_of(m_genuine.segments.end() - static_cast<std::ptrdiff_t>(count),
            m_genuine.segments.end(), [&](const Segment& segment) { return segment.rawWindow == m_rst.rawWindow; });
        add("window", std::to_string(m_rst.rawWindow), std::to_string(m_last->rawWindow) + " before",
            verdictOf(has("auth-window"), known));
    }

    void addMac()
    {
        const Flow& flow = m_reset.flow(m_reset.x);
        if (flow.mac == 0 || m_last == nullptr)
            return;
        uint64_t own = flow.mac;
        for (const MacChange& change : flow.rare->macChanges) {
            if (change.row <= m_reset.reset->row)
                own = change.mac;
        }
        const bool isConstant
            = flow.rare->macChanges.empty() || flow.rare->macChanges.front().row >= m_reset.reset->row;
        add("mac", macText(own), macText(flow.mac) + (isConstant ? "" : " and others"),
            verdictOf(has("auth-mac"), isConstant && own == flow.mac));
    }

    void addTiming()
    {
        const RoundTrip& roundTrip = m_reset.flowAnalysis(m_reset.x).roundTrip;
        if (!m_reset.form.trigger && !has("auth-too-early"))
            return;
        const Duration age = m_reset.form.trigger ? m_reset.time - m_reset.form.trigger->segment.time : Duration();
        const std::string came = m_reset.form.trigger
            ? humanDuration(age) + " after #" + std::to_string(m_reset.form.trigger->segment.frame.value)
            : "before a round trip";
        const bool isKnown = roundTrip.samples >= causalSamples;
        const auto least = std::chrono::duration_cast<Duration>(roundTrip.minimum * nearlyRoundTrip);
        add("timing", came,
            roundTrip.samples == 0 ? "no round trip known"
                                   : "round trip " + humanDuration(roundTrip.minimum) + (isKnown ? "" : ": too few"),
            verdictOf(has("auth-too-early"), isKnown && age >= least));
    }

    const ResetContext& m_reset;
    const Segment& m_rst;
    GenuinePackets m_genuine;
    const Segment* m_last; ///< of the genuine ones; null without
    std::vector<FieldComparison> m_rows;
};

/// The largest step of the IP ID between two of the host's own packets.
uint16_t largestOwnStep(const std::vector<Segment>& segments)
{
    uint16_t largest = 0;
    for (size_t index = 1; index < segments.size(); ++index) {
        if (!isSynAck(segments[index - 1]))
            largest = std::max(largest, static_cast<uint16_t>(segments[index].ipId - segments[index - 1].ipId));
    }
    return largest;
}

/// The end of "the host itself: ...", or "not known: ..." where numbers contradict each other; empty where they tell
/// nothing. A box has to follow the connection to know the numbers of the host's next packet; an equal TTL or window it
/// copies from any packet.
SenderVerdict senderByNumbers(const ResetContext& reset)
{
    const Segment& rst = reset.reset->segment;
    const GenuinePackets genuine = collectGenuine(reset.trace, reset.connection, *reset.reset);
    if (genuine.segments.empty() || !genuine.ttls.contains(rst.ttl))
        return {};
    const Segment& last = genuine.segments.back();
    const auto step = static_cast<uint16_t>(rst.ipId - last.ipId);
    // ours: as near as the host's own IDs are to one another; a larger step is a packet that only a forger left out.
    const bool nextId = rst.hasIpId && genuine.ipIdCounts && step >= 1 && step <= largestOwnStep(genuine.segments);
    switch (clockVerdict(genuine, rst)) {
    case ClockVerdict::GoesOn:
        return {ResetSender::Endpoint,
            nextId ? "its IP ID and its timestamp go on where the host's were"
                   : "its timestamp goes on where the host's clock was"};
    case ClockVerdict::Differs:
        return {ResetSender::Unknown, nextId ? "its IP ID goes on, but its timestamp does not" : ""};
    case ClockVerdict::CannotTell:
        break;
    }
    const bool lacksOption = last.hasTimestamps && !rst.hasTimestamps;
    if (nextId && !lacksOption)
        return {ResetSender::Endpoint, "its IP ID goes on where the host's was"};
    if (reset.authenticity.has("auth-genuine"))
        return {ResetSender::Unknown, "its IP ID is near the host's, but not the next one"};
    return {};
}

/// Whether the RST answers a packet, as far away as the host is: over as many routers, and after a whole round trip. A
/// box between would be nearer.
bool comesFromWhereTheHostIs(const ResetContext& reset)
{
    const RoundTrip& roundTrip = reset.flowAnalysis(reset.x).roundTrip;
    const bool isMeasurable = roundTrip.samples >= causalSamples && roundTrip.minimum >= causalRoundTrip;
    if (!reset.form.trigger || !reset.authenticity.ttlFits || !isMeasurable)
        return false;
    const auto least = std::chrono::duration_cast<Duration>(roundTrip.minimum * nearlyRoundTrip);
    return reset.time - reset.form.trigger->segment.time >= least;
}

} // namespace

SenderVerdict senderOf(const ResetContext& reset)
{
    if (reset.isForged())
        return {ResetSender::Middlebox, ""};
    const VantagePlace own = reset.x == Side::Client ? VantagePlace::Client : VantagePlace::Server;
    if (reset.vantage.place == own && reset.vantage.onHost)
        return {ResetSender::Endpoint, "this capture was taken on it"};
    const int suspicion = reset.authenticity.suspicion();
    if (suspicion >= strongSign)
        return {};
    SenderVerdict verdict = senderByNumbers(reset);
    if (verdict.sender == ResetSender::Unknown && suspicion == 0 && comesFromWhereTheHostIs(reset))
        return {
            ResetSender::Endpoint, "it comes over as many hops, and after as long a way, as the host's own answers"};
    return verdict;
}

std::vector<FieldComparison> compareWithHost(const ResetContext& reset)
{
    return reset.isDeath() ? std::vector<FieldComparison>() : HostComparison(reset).rows();
}

} // namespace whyrst
