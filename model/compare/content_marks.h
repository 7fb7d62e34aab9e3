// Places in a stream that its content chooses, so that two captures choose the same ones however the data was cut,
// numbered and addressed (comparison.md 2.3).
#pragma once

#include "model/compare/connection_sample.h"
#include "model/tcp/load_trace.h"
#include "model/tcp/trace.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace whyrst {

/// A mark in a piece of payload.
struct PayloadMark
{
    uint32_t offset = 0; ///< of its first byte
    uint64_t hash = 0;   ///< of its bytes
};

/// Bytes that make a mark (comparison.md 2.3).
constexpr size_t markLength = 24;

/// The marks of `payload`: about one in 1024 bytes. What spans two payloads is lost; none where the bytes hardly
/// differ.
std::vector<PayloadMark> findMarks(std::span<const std::byte> payload);

/// A mark of a connection and where it is first.
struct ContentMark
{
    uint64_t hash = 0; ///< the last bit is the side of the flow (`sampleSideBit`)
    ConnectionId connection;
    SeqNum seq; ///< raw, of its first byte
    PacketNumber frame;
    Timestamp time;
    bool isRepeated = false; ///< the stream has it at several places: it tells no number

    Side side() const { return (hash & sampleSideBit) == 0 ? Side::Client : Side::Server; }
};

/// The marks of some connections of a capture: of each the 256 with the smallest hashes.
class ContentMarks
{
public:
    ContentMarks() = default;
    /// `marks` in the order of the capture.
    explicit ContentMarks(std::vector<ContentMark> marks);

    const std::vector<ContentMark>& all() const { return m_marks; } ///< by connection, then hash
    std::span<const ContentMark> of(ConnectionId connection) const;
    /// By hash.
    std::vector<SampledValue> values() const;

private:
    std::vector<ContentMark> m_marks;
};

/// Reads the data of `connections` (rising) again from the capture's file. Empty when there is no file, none of them
/// carries data, or `progress` asked to stop; `done`: share of the whole work that it is told.
ContentMarks readContentMarks(
    const Trace& trace, const std::vector<ConnectionId>& connections, double done, Progress& progress);

/// A place that two connections have in common.
struct SharedMark
{
    Side from = Side::Client; ///< sender, as the first connection has it
    ContentMark first;
    ContentMark second;
};

/// What the marks of two connections have in common; `isFlipped`: the second one has client and server exchanged.
std::vector<SharedMark> sharedMarks(
    std::span<const ContentMark> first, std::span<const ContentMark> second, bool isFlipped);

} // namespace whyrst
