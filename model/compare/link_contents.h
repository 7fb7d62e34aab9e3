// The bytes behind the links of a comparison, read again from both captures.
#pragma once

#include "model/capture/capture_reader.h"
#include "model/compare/comparison.h"
#include "model/tcp/load_trace.h"

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace whyrst {

/// A link, and what both captures have of its bytes. By Side of the capture.
struct LinkContent
{
    uint32_t pair = 0;
    uint32_t link = 0; ///< index into the links of its way
    Side from = Side::Client;
    bool isFirstSent = false;    ///< of its sent packet
    bool isFirstArrived = false; ///< of its arrived packet
    std::array<bool, 2> isRead{};
    std::array<uint8_t, 2> trafficClass{};
    std::array<uint32_t, 2> length{}; ///< captured bytes of the link
    std::array<uint32_t, 2> hash{};   ///< of the first `length` bytes

    bool isComparable() const { return isRead[0] && isRead[1] && length[0] > 0 && length[0] == length[1]; }
    bool isDifferent() const { return isComparable() && hash[0] != hash[1]; }
};

/// Reads the contents of all links but the ambiguous ones, from both captures at the same time: `progress` is asked by
/// two threads.
class LinkContents
{
public:
    /// The bytes of a link in both captures, by Side of the capture.
    using Bytes = std::array<std::vector<std::byte>, 2>;

    LinkContents(const TracePair& traces, const Comparison& comparison, Progress& progress);

    /// Reads what both captures have; a capture of which the other one has fewer bytes twice. What cannot be read
    /// (`gap`) stays unread. False: `progress` asked to stop.
    bool read();
    /// Why contents or bytes were not read, as a clause: "a.pcap cannot be read again" (a file that is gone, no file),
    /// "a.pcap has changed since it was read" (not every packet is the one that it was). Empty when all were. IP
    /// fragments are never read.
    const std::string& gap() const { return m_gap; }

    /// In the order of pairs, directions and links.
    const std::vector<LinkContent>& all() const { return m_contents; }

    /// Reads the bytes of the contents that are keys of `wanted`. False as of read().
    bool readBytes(std::map<uint32_t, Bytes>& wanted);

    const ConnectionPair& pairOf(const LinkContent& content) const { return m_comparison.pairs[content.pair]; }
    const PacketLink& linkOf(const LinkContent& content) const
    {
        return pairOf(content).way(content.from).links[content.link];
    }
    /// Its packet in `capture`.
    Segment segmentOf(const LinkContent& content, Side capture) const;

private:
    using Wanted = std::function<bool(uint32_t index)>;
    using Visit = std::function<void(uint32_t index, std::span<const std::byte> bytes, uint8_t trafficClass)>;

    enum class Walked : uint8_t
    {
        Completely,
        Changed, ///< it lacks wanted packets by now, or has others in their place
        Stopped, ///< nobody waits any more
    };

    void collect();
    size_t indexOf(const LinkContent& content) const { return static_cast<size_t>(&content - m_contents.data()); }
    /// Where a content stands in a capture.
    struct Place
    {
        PacketNumber frame;
        uint32_t content = 0; ///< index
        uint32_t skip = 0;    ///< bytes of the packet's payload before it
        SeqNum seq;           ///< of the packet: the file may be another one by now
        uint32_t payloadLength = 0;
    };
    std::vector<Place> placesIn(Side capture, const Wanted& wanted) const;
    std::span<const std::byte> bytesAt(const Place& place, std::span<const std::byte> payload) const;
    Walked walk(Side capture, CaptureReader& reader, const Wanted& wanted, const Visit& visit) const;
    bool walkBoth(const std::function<Wanted(Side capture)>& wanted, const std::function<Visit(Side capture)>& visit);
    std::string nameOf(Side capture) const;
    bool readHashes(const std::function<Wanted(Side capture)>& wanted,
        const std::function<uint32_t(const LinkContent& content)>& mostBytes);

    const TracePair& m_traces;
    const Comparison& m_comparison;
    Progress& m_progress;
    std::vector<LinkContent> m_contents;
    std::string m_gap;
};

} // namespace whyrst
