// Reading in stages that overlap: one thread reads, all decode, one at a time adds what was decoded, in order.
#pragma once

#include "model/capture/capture_reader.h"
#include "model/packet/decode.h"
#include "model/tcp/hash.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace whyrst {

/// A run of packets on its way from the reader to the connections.
struct PacketBatch
{
    std::vector<Packet> packets;
    std::vector<DecodedPacket> decoded; ///< one for each packet
    std::vector<SegmentKey> keys;       ///< one for each packet; set for segments

    /// Keeps the bytes of the packets.
    std::vector<std::shared_ptr<std::byte[]>> memory;
};

/// Takes all packets out of a reader. What comes out does not depend on the number of threads.
class LoadPipeline
{
public:
    /// `add` gets every batch, decoded, in the order of the capture, on any thread but never on two at once. An empty
    /// batch says that a growing source has nothing at present. False: enough, read no more.
    LoadPipeline(CaptureReader& reader, uint64_t hashSeed, std::function<bool(PacketBatch&)> add);

    /// Runs until the reader ends, `add` has enough, or `keepReading`, asked on the calling thread every few
    /// milliseconds, says no. `threads` from 1 on counts the calling one. What `add` throws is thrown here.
    void run(unsigned threads, const std::function<bool()>& keepReading);

private:
    enum class Stage : uint8_t
    {
        Read,
        Decoding,
        Decoded
    };
    struct Entry
    {
        std::unique_ptr<PacketBatch> batch;
        Stage stage = Stage::Read;
    };
    class Ending;
    using Lock = std::unique_lock<std::mutex>;

    bool readBatch(PacketBatch& batch);
    bool workOnce(Lock& lock);
    void decode(PacketBatch& batch) const;
    void decodeEntry(Lock& lock, Entry& entry);
    void addFirst(Lock& lock);
    void workUntilDone();
    std::unique_ptr<PacketBatch> takeFreeBatch();

    CaptureReader& m_reader;
    uint64_t m_hashSeed;
    std::function<bool(PacketBatch&)> m_add;
    std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_changed;
    std::deque<Entry> m_entries; ///< in capture order
    std::vector<std::unique_ptr<PacketBatch>> m_free;
    bool m_isAdding = false;
    bool m_hasEnough = false;
    bool m_isOver = false;
    std::exception_ptr m_failure;
};

} // namespace whyrst
