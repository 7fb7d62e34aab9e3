#include "model/compare/nearness.h"

#include <algorithm>
#include <array>
#include <optional>

namespace whyrst {

namespace {

constexpr int ttlVotes = 2;                              // comparison.md 1.4
constexpr uint32_t lookedAt = 1000;                      ///< packets of a flow; routes seldom change
constexpr Duration noGap = std::chrono::microseconds(1); ///< smaller differences are the clocks' ticks

/// The TTL of most packets that are no RST: those are often not the host's.
std::optional<uint8_t> usualTtl(const Flow& flow)
{
    std::array<uint32_t, 256> counts{};
    uint32_t left = lookedAt;
    for (auto row = flow.segments.begin(); row != flow.segments.end() && left > 0; ++row, --left) {
        const Segment segment = *row;
        if (!segment.flags.rst())
            ++counts[segment.ttl];
    }
    const auto* const most = std::ranges::max_element(counts);
    if (*most == 0)
        return std::nullopt;
    return static_cast<uint8_t>(most - counts.begin());
}

/// Time from the last SYN to the first SYN-ACK after it.
std::optional<Duration> handshakeGap(const Connection& connection)
{
    const Flow& client = connection.flow(Side::Client);
    const Flow& server = connection.flow(Side::Server);
    if (!client.synSeen() || !server.synSeen() || client.empty() || server.empty())
        return std::nullopt;
    const Segment syn = client.segments.at(0);
    const Segment synAck = server.segments.at(0);
    if (!syn.flags.syn() || !synAck.flags.syn() || synAck.time <= syn.time)
        return std::nullopt;
    return synAck.time - syn.time;
}

/// Positive: the first capture is nearer to the client.
struct Votes
{
    int sum = 0;
    int cast = 0; ///< comparisons that could tell, whatever they told

    void addTtl(std::optional<uint8_t> first, std::optional<uint8_t> second, int sign)
    {
        if (!first || !second)
            return;
        ++cast;
        if (*first != *second)
            sum += (*first > *second ? sign : -sign) * ttlVotes;
    }
    void addGap(std::optional<Duration> first, std::optional<Duration> second)
    {
        if (!first || !second)
            return;
        ++cast;
        if (std::chrono::abs(*first - *second) > noGap)
            sum += *first > *second ? 1 : -1;
    }
};

} // namespace

NearnessVerdict findNearness(const Trace& first, const Trace& second, const ConnectionPairing& pairing)
{
    Votes votes;
    bool differs = false;
    for (const MatchedConnections& matched : pairing.matched) {
        const Connection& a = first.connection(matched.a);
        const Connection& b = second.connection(matched.b);
        const int before = votes.sum;
        for (const Side side : {Side::Client, Side::Server}) {
            const Flow& other = b.flow(matched.isFlipped ? otherSide(side) : side);
            votes.addTtl(usualTtl(a.flow(side)), usualTtl(other), side == Side::Client ? 1 : -1);
        }
        if (!matched.isFlipped)
            votes.addGap(handshakeGap(a), handshakeGap(b));
        differs = differs || votes.sum != before;
    }
    if (votes.sum != 0)
        return {Nearness::Known, votes.sum < 0};
    return {votes.cast > 0 && !differs ? Nearness::SamePoint : Nearness::Unknown, false};
}

} // namespace whyrst
