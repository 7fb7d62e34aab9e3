#include "model/tcp/load_trace.h"

#include "model/capture/capture_reader.h"
#include "model/capture/live_capture.h"
#include "model/capture/merged_reader.h"
#include "model/number_text.h"
#include "model/packet/packet_decoder.h"
#include "model/tcp/connection_table.h"
#include "model/tcp/load_pipeline.h"
#include "model/tcp/memory_limit.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <utility>

namespace whyrst {

namespace {

constexpr unsigned mostThreads = 8; ///< more wait for the one that adds to the connections
constexpr Timestamp latestTime{std::chrono::hours(24 * 365 * 230)}; ///< in the year 2199; 60 years below an overflow
constexpr auto longestCapture = std::chrono::hours(24 * 365 * 10);  ///< heuristic: a time farther away is damage
constexpr auto clockStepBack = std::chrono::seconds(1); ///< heuristic: multi-queue cards disorder packets by far less

/// How many packets gave no segment, and which was the first.
struct Skipped
{
    uint64_t count = 0;
    PacketNumber first;
    uint64_t offset = 0;
};

/// What it means when the progress asks to stop.
enum class Stop : uint8_t
{
    CutsShort, ///< there may be more in the file
    Ends,      ///< a live capture has no other end
};

/// Reads packets into a connection table and remembers what is odd.
class Loader
{
public:
    Loader(const std::string& file, CaptureReader& reader, const LoadOptions& options)
        : m_reader(reader)
        , m_table(options)
        , m_snapshots(options.snapshots)
        , m_memoryLimit(options.memoryLimit > 0 ? options.memoryLimit : memoryForStore())
        , m_keepDuplicates(options.keepDuplicates)
    {
        m_info.file = file;
        m_info.format = reader.formatName();
    }

    void run(const LoadOptions& options, Progress& progress);
    Trace finish(Stop stop);

private:
    bool add(const PacketBatch& batch);
    void prefetch(const PacketBatch& batch, size_t index) const;
    void add(const Packet& packet, const DecodedPacket& decoded, const SegmentKey& key);
    void addDecoded(const Packet& packet, const DecodedPacket& decoded);
    void takeSnapshot();
    Timestamp plausible(Timestamp time) const;
    void noteTime(const Packet& packet);
    void noteSkipped(const Packet& packet, SkipReason reason);
    void addNote(NoteId id, const Skipped& skipped, const std::string& text);
    void addSkipNotes();

    CaptureReader& m_reader;
    PacketDecoder m_decoder;
    ConnectionTable m_table;
    CaptureInfo m_info;
    std::map<SkipReason, Skipped> m_skipped;
    std::map<LinkType, Skipped> m_unsupported;
    Skipped m_cut;
    Skipped m_steps;
    uint64_t m_implausible = 0; ///< packets whose time cannot be true
    Timestamp m_latest;
    std::atomic<uint64_t> m_packets = 0; ///< read by the thread that reports
    SnapshotSink* m_snapshots;
    uint64_t m_memoryLimit;
    bool m_keepDuplicates;
    bool m_memoryIsFull = false;
    bool m_cancelled = false;
};

void Loader::run(const LoadOptions& options, Progress& progress)
{
    LoadPipeline pipeline(m_reader, options.hashSeed, [this](const PacketBatch& batch) { return add(batch); });
    const unsigned processors = std::clamp(std::thread::hardware_concurrency(), 1U, mostThreads);
    pipeline.run(options.threads > 0 ? options.threads : processors, [&] {
        const uint64_t size = m_reader.size();
        const double fraction = size == 0 ? -1 : static_cast<double>(m_reader.position()) / static_cast<double>(size);
        m_cancelled = !progress.report(fraction, m_packets);
        return !m_cancelled;
    });
}

/// What packets to come need is brought into the cache while those before them are added.
void Loader::prefetch(const PacketBatch& batch, size_t index) const
{
    constexpr size_t slotDistance = 32;
    constexpr size_t connectionDistance = 24;
    constexpr size_t rowDistance = 12;
    constexpr size_t nextRowDistance = 5;
    if (index + slotDistance >= batch.keys.size())
        return;
    m_table.prefetchSlot(batch.keys[index + slotDistance]);
    m_table.prefetchConnection(batch.keys[index + connectionDistance]);
    m_table.prefetchRows(batch.keys[index + rowDistance]);
    if (const auto* segment = std::get_if<SegmentHeader>(&batch.decoded[index + nextRowDistance]))
        m_table.prefetchNextRow(batch.keys[index + nextRowDistance], segment->source);
}

/// False when no more is wanted.
bool Loader::add(const PacketBatch& batch)
{
    for (size_t index = 0; index < batch.packets.size(); ++index) {
        prefetch(batch, index);
        Packet packet = batch.packets[index];
        packet.time = plausible(packet.time);
        m_implausible += packet.time == batch.packets[index].time ? 0 : 1;
        add(packet, batch.decoded[index], batch.keys[index]);
    }
    m_packets = m_info.packets;
    if (m_snapshots != nullptr && m_snapshots->wantsSnapshot(m_table.connectionCount()))
        takeSnapshot();
    m_memoryIsFull = m_table.memory() > m_memoryLimit;
    return !m_memoryIsFull;
}

/// The link types and notes of the reader are left out: it reads on meanwhile.
void Loader::takeSnapshot()
{
    Trace trace = m_table.snapshot();
    trace.capture = m_info;
    trace.capture.tcpSegments = m_table.segmentCount();
    m_snapshots->takeSnapshot(std::move(trace));
}

/// `time`, or that of the packet before when it cannot be true, so that sums and differences stay in range.
Timestamp Loader::plausible(Timestamp time) const
{
    if (m_info.packets == 0)
        return std::clamp(time, Timestamp(), latestTime);
    const bool isNear = time > m_info.firstTime - longestCapture && time < m_info.firstTime + longestCapture;
    return isNear ? time : m_latest;
}

void Loader::noteTime(const Packet& packet)
{
    if (m_info.packets == 0)
        m_info.firstTime = m_info.lastTime = m_latest = packet.time;
    m_info.firstTime = std::min(m_info.firstTime, packet.time);
    m_info.lastTime = std::max(m_info.lastTime, packet.time);
    if (packet.time < m_latest - clockStepBack && m_steps.count++ == 0) {
        m_steps.first = packet.number;
        m_steps.offset = packet.fileOffset;
    }
    m_latest = packet.time;
}

void Loader::noteSkipped(const Packet& packet, SkipReason reason)
{
    Skipped& skipped = reason == SkipReason::UnsupportedLink ? m_unsupported[packet.linkType] : m_skipped[reason];
    if (skipped.count++ == 0) {
        skipped.first = packet.number;
        skipped.offset = packet.fileOffset;
    }
}

void Loader::add(const Packet& packet, const DecodedPacket& decoded, const SegmentKey& key)
{
    noteTime(packet);
    ++m_info.packets;
    if (packet.bytes.size() < packet.originalLength && m_cut.count++ == 0) {
        m_cut.first = packet.number;
        m_cut.offset = packet.fileOffset;
    }
    const SkipReason* skipped = std::get_if<SkipReason>(&decoded);
    if (const auto* segment = std::get_if<SegmentHeader>(&decoded))
        m_table.add(*segment, key, packet.number, packet.time);
    else if (skipped != nullptr && *skipped == SkipReason::Fragment)
        addDecoded(packet, m_decoder.decode(packet)); // needs the fragments before it, and so the order
    else
        addDecoded(packet, decoded);
}

void Loader::addDecoded(const Packet& packet, const DecodedPacket& decoded)
{
    if (const auto* segment = std::get_if<SegmentHeader>(&decoded))
        m_table.add(*segment, packet.number, packet.time);
    else if (const auto* error = std::get_if<IcmpError>(&decoded))
        m_table.add(*error, packet.number, packet.time);
    else
        noteSkipped(packet, std::get<SkipReason>(decoded));
}

void Loader::addNote(NoteId id, const Skipped& skipped, const std::string& text)
{
    if (skipped.count > 0)
        m_info.notes.push_back({id, skipped.first, skipped.offset, skipped.count, text});
}

std::string numberOf(uint64_t count, const char* one, const char* many = nullptr)
{
    return counted(static_cast<int64_t>(count), one, many);
}

void Loader::addSkipNotes()
{
    for (const auto& [type, skipped] : m_unsupported)
        addNote(NoteId::UnsupportedLink, skipped,
            numberOf(skipped.count, "packet") + " of link type " + linkTypeName(type) + " not decoded.");
    const IncompleteFragments fragments = m_decoder.incompleteFragments();
    addNote(NoteId::Fragment, {fragments.count, fragments.first, fragments.firstFileOffset},
        numberOf(fragments.count, "IP fragment") + " never completed.");
    const Skipped& malformed = m_skipped[SkipReason::Malformed];
    addNote(NoteId::MalformedPacket, malformed,
        numberOf(malformed.count, "packet") + " skipped: the lengths in the headers contradict each other.");
    const Skipped& truncated = m_skipped[SkipReason::Truncated];
    addNote(NoteId::SnapLength, truncated,
        numberOf(truncated.count, "packet") + " skipped: the snap length cut the TCP header.");
    addNote(NoteId::SnapLength, m_cut,
        numberOf(m_cut.count, "packet was", "packets were")
            + " cut by the snap length: data and checksums behind the cut cannot be judged.");
    addNote(NoteId::ClockStep, m_steps,
        "The clock jumped back by more than 1 s at " + numberOf(m_steps.count, "packet")
            + ": waits across it are not trusted.");
    if (m_implausible > 0)
        m_info.notes.push_back({NoteId::ClockStep, PacketNumber(), 0, m_implausible,
            numberOf(m_implausible, "packet has a time", "packets have times")
                + " that cannot be true; the time of the packet before counts."});
}

Trace Loader::finish(Stop stop)
{
    m_info.format = m_reader.formatName();
    m_info.fileSize = m_reader.size();
    m_info.tcpSegments = m_table.segmentCount();
    m_info.droppedByCapture = m_reader.droppedByCapture();
    for (const LinkType type : m_reader.linkTypes())
        m_info.linkTypes.push_back(linkTypeName(type));
    m_info.details = m_reader.details();
    m_info.merged = m_reader.mergedFrames();
    m_info.notes = m_reader.notes();
    addSkipNotes();
    const uint64_t duplicates = m_table.captureDuplicates();
    if (duplicates > 0)
        m_info.notes.push_back({NoteId::CaptureDuplicates, PacketNumber(), 0, duplicates,
            numberOf(duplicates, "packet was", "packets were")
                + (m_keepDuplicates ? " recorded twice; the copies count, as was asked for."
                                    : " recorded twice; the copies do not count.")});
    const TimeDisorder& disorder = m_table.timeDisorder();
    if (disorder.packets > 0)
        m_info.notes.push_back({NoteId::TimeDisorder, disorder.first, 0, disorder.packets,
            numberOf(disorder.packets, "packet is", "packets are")
                + " stored later than packets of the same connection that were captured after, by up to "
                + humanDuration(disorder.largest) + "; charts are drawn in order of time."});
    if (m_memoryIsFull)
        m_info.notes.push_back({NoteId::MemoryFull, PacketNumber(), m_reader.position(), 1,
            "Loading stopped after " + numberOf(m_info.packets, "packet")
                + " because the memory is used up; what was read is shown. Filter the capture or split it."});
    if (m_cancelled && stop == Stop::CutsShort)
        m_info.notes.push_back({NoteId::Cancelled, PacketNumber(), m_reader.position(), 1,
            "Loading was stopped after " + numberOf(m_info.packets, "packet") + "; what was read is shown."});
    Trace trace = m_table.takeTrace();
    trace.capture = std::move(m_info);
    return trace;
}

using OpenReader = std::function<Result<std::unique_ptr<CaptureReader>>(const OpenOptions&)>;

/// A capture to be opened.
struct Opening
{
    std::string file; ///< its name
    OpenReader open;
    Stop stop = Stop::CutsShort;
};

/// While a pipe is silent `progress` is asked.
Result<Trace> loadOpened(const Opening& opening, const LoadOptions& options, Progress& progress)
{
    OpenOptions openOptions = options.open;
    openOptions.keepWaiting = [&progress] { return progress.report(-1, 0); };
    Result<std::unique_ptr<CaptureReader>> reader = opening.open(openOptions);
    if (!reader)
        return reader.error();
    Loader loader(opening.file, **reader, options);
    loader.run(options, progress);
    Trace trace = loader.finish(opening.stop);
    if (trace.connections.empty()) {
        std::string detail = numberOf(trace.capture.packets, "packet") + " of other kinds";
        if (!trace.capture.notes.empty())
            detail = trace.capture.notes.front().text.substr(0, trace.capture.notes.front().text.size() - 1);
        return Error{ErrorCode::NoTcp, opening.file, 0, PacketNumber(), detail};
    }
    return trace;
}

} // namespace

Result<Trace> loadTrace(const std::string& file, const LoadOptions& options, Progress& progress)
{
    return loadOpened({file, [&](const OpenOptions& open) { return openCapture(file, open); }}, options, progress);
}

Result<Trace> loadMergedTrace(const std::vector<std::string>& files, const LoadOptions& options, Progress& progress)
{
    const std::string others = files.size() > 1 ? " and " + numberOf(files.size() - 1, "other file") : std::string();
    const std::string name = files.empty() ? "" : files.front() + others;
    return loadOpened({name, [&](const OpenOptions& open) { return openCaptures(files, open); }}, options, progress);
}

Result<Trace> loadLive(const std::string& interface, const LoadOptions& options, Progress& progress)
{
    const OpenReader open = [&](const OpenOptions& opening) { return openLive(interface, opening); };
    return loadOpened({interface, open, Stop::Ends}, options, progress);
}

} // namespace whyrst
