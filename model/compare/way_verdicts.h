// What became of each packet of a direction: the verdicts (comparison.md 5.1 to 5.3).
#pragma once

#include "model/compare/segment_pairing.h"

namespace whyrst {

/// When a capture ran, on the common clock.
struct CaptureSpan
{
    Timestamp begin;
    Timestamp end;
    bool endIsKnown = false; ///< said by the capture; else its last packet is all one knows
    bool hasDrops = false;   ///< the capture itself says that it missed packets
};

/// What the judge of a direction needs besides its packets.
struct WayWitness
{
    CaptureSpan atSender;
    CaptureSpan atReceiver;
    Duration bound{}; ///< of the clock
};

/// First times at which the receiver acknowledged bytes, as its own capture shows, on the common clock. Its
/// acknowledgments convict that capture of having missed packets (after Paxson, SIGCOMM 1997).
class ReceptionProof
{
public:
    /// Of the direction `from`, whose receiver's packets are `back.sent`.
    ReceptionProof(const TracePair& traces, const ConnectionPair& pair, const WayPackets& back, Side from);

    /// When all bytes of [begin, end) were acknowledged: by number, or by a SACK block from `earliest` on. Nothing when
    /// they never were.
    std::optional<Timestamp> acknowledgedAt(int64_t begin, int64_t end, Timestamp earliest) const;

private:
    struct Moment
    {
        int64_t ack = 0;
        Timestamp time;
    };
    struct Block
    {
        int64_t begin = 0;
        int64_t end = 0;
        Timestamp time;
    };

    std::vector<Moment> m_cumulative; ///< rising
    std::vector<Block> m_blocks;      ///< each once, by time
};

/// Fills the links (still as indices) and verdicts of `way`, whose packets are `packets`; `back` is the other
/// direction.
void judgeWay(Way& way, const WayPackets& packets, const WayPackets& back, PairedWay paired, const UsualDelay& usual,
    const WayWitness& witness, const ReceptionProof& proof);

} // namespace whyrst
