// The packets of a pair as arrows between two lines, one a capture, on a common clock: without pixels.
#pragma once

#include "model/analysis/analysis.h"
#include "model/charts/pair_times.h"
#include "model/compare/packet_relations.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace whyrst {

/// What arrows are kept apart by, the least important first: later ones are drawn above earlier ones.
enum class ArrowClass : uint8_t
{
    FromClient, ///< ordinary packets, which may become a shaded band
    FromServer,
    Outside,
    Unseen,
    Duplicate,
    Altered,
    Broken,    ///< arrived with a wrong checksum
    Handshake, ///< SYN and FIN in both captures
    Lost,
    Injected,
    Reset, ///< whatever became of it
};
constexpr size_t arrowClassCount = 11;

/// The class of packets that are neither RST nor SYN or FIN.
ArrowClass classOf(Relation relation, Side flow);

/// One arrow, or what there is of it.
struct LadderArrow
{
    uint32_t relation = 0; ///< index in the list that the ladder was made of
    Side flow = Side::Client;
    Relation kind = Relation::Same;
    ArrowClass group = ArrowClass::FromClient;
    std::optional<Duration> sent;    ///< on the axis; nothing when the sender's capture does not have it
    std::optional<Duration> arrived; ///< nothing when the receiver's capture does not have it
    bool isReordered = false;        ///< it crosses an arrow that was sent later
    bool isUncertain = false;        ///< it was probably injected, or it is not known what became of it

    Duration time() const { return sent ? *sent : *arrived; }
};

/// Arrows of a pair by class in order of time. Four bytes an arrow besides the relations, which must outlive it as
/// must the traces, the pair and the analyses.
class Ladder
{
public:
    /// What a ladder is made of. `analyses` by capture.
    struct Source
    {
        TracePair traces;
        const ConnectionPair* pair;
        std::span<const PacketRelation> relations; ///< in order of time
        PairTimes times;
        std::array<const Analysis*, 2> analyses;
    };

    explicit Ladder(const Source& source);

    size_t size() const { return m_source.relations.size(); }
    // An `index` is one of the relations that the ladder was made of.
    const PairTimes& times() const { return m_source.times; }
    LadderArrow arrow(uint32_t index) const;
    /// Whether the relation is of a packet of the connection, not of an ICMP error about it.
    bool isPacket(uint32_t index) const { return !m_source.relations[index].isIcmp; }
    /// The first relation that is not before `time`; `size()` when all are.
    size_t firstRelationAt(Duration time) const;
    /// Indexes of relations, in order of time.
    const std::vector<uint32_t>& arrows(ArrowClass group) const { return m_arrows[static_cast<size_t>(group)]; }
    /// Place in `arrows(group)` of the first one that is not before `time`, from place `from` on.
    size_t firstAt(ArrowClass group, Duration time, size_t from = 0) const;
    /// Arrows may begin so long before they end: to find those that reach into a view.
    Duration reach() const { return m_reach; }
    /// Median of the delays of one direction.
    Duration usualDelay(Side flow) const { return m_source.pair->way(flow).usualDelay; }

    /// Stretches of `view` without a packet that take more than `share` of what is left of it without those found
    /// before, the longest first found; at most `most`. In order of time.
    std::vector<PairSpan> silences(PairSpan view, double share, size_t most) const;

    /// What the packet is in one capture: "#46  1-1,460  ack 380  win 64,240", offsets as in the client's capture.
    /// Empty when that capture does not have it.
    std::string label(uint32_t index, Side capture) const;
    /// How much a label matters when there is no room for all: 0 the most.
    int priority(const LadderArrow& arrow) const;
    /// The packet of that capture, or of the other one when it does not have it. An empty segment for an ICMP error.
    Segment segment(uint32_t index, Side capture) const;

private:
    ArrowClass classOf(const PacketRelation& relation) const;
    bool isResend(const PacketRelation& relation) const;
    Duration timeOf(uint32_t relation) const;
    std::optional<PairSpan> longSilence(PairSpan view, Duration least, const std::vector<PairSpan>& known) const;

    Source m_source;
    std::array<std::vector<uint32_t>, arrowClassCount> m_arrows;
    Duration m_reach{};
};

/// What a packet carries, in a few words: "SYN", "data 1-1,460", "ACK 29,201", "RST".
std::string packetWords(const Segment& segment, StreamOffset begin);

} // namespace whyrst
