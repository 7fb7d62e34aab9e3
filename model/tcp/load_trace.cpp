#include "model/tcp/load_trace.h"

#include "model/capture/capture_reader.h"
#include "model/capture/merged_reader.h"
#include "model/packet/decode.h"
#include "model/tcp/connection_table.h"

#include <algorithm>
#include <array>
#include <map>

namespace whyrst {

namespace {

constexpr uint64_t packetsPerReport = 8192;             ///< a few milliseconds of reading
constexpr auto clockStepBack = std::chrono::seconds(1); ///< heuristic: multi-queue cards disorder packets by far less

/// How many packets gave no segment, and which was the first.
struct Skipped
{
    uint64_t count = 0;
    PacketNumber first;
    uint64_t offset = 0;
};

/// Reads packets into a connection table and remembers what is odd.
class Loader
{
public:
    Loader(CaptureReader& reader, const LoadOptions& options)
        : m_reader(reader)
        , m_table(options)
    {
    }

    void run(Progress& progress);
    Trace finish(const std::string& file);

private:
    void add(const Packet& packet);
    void noteTime(const Packet& packet);
    void noteSkipped(const Packet& packet, SkipReason reason);
    void addNote(NoteId id, const Skipped& skipped, const std::string& text);
    void addSkipNotes();

    CaptureReader& m_reader;
    ConnectionTable m_table;
    CaptureInfo m_info;
    std::map<SkipReason, Skipped> m_skipped;
    std::map<LinkType, Skipped> m_unsupported;
    Skipped m_cut;
    Skipped m_steps;
    Timestamp m_latest;
    bool m_stopped = false;
};

void Loader::run(Progress& progress)
{
    Packet packet;
    for (ReadStep step{}; (step = m_reader.next(packet)) != ReadStep::End;) {
        if (step == ReadStep::Packet) {
            add(packet);
            if (m_info.packets % packetsPerReport != 0)
                continue;
        }
        const uint64_t size = m_reader.size();
        const double fraction = size == 0 ? -1 : static_cast<double>(m_reader.position()) / static_cast<double>(size);
        if (!progress.report(fraction, m_info.packets)) {
            m_stopped = true;
            return;
        }
    }
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

void Loader::add(const Packet& packet)
{
    noteTime(packet);
    ++m_info.packets;
    if (packet.bytes.size() < packet.originalLength && m_cut.count++ == 0) {
        m_cut.first = packet.number;
        m_cut.offset = packet.fileOffset;
    }
    const DecodedPacket decoded = decodePacket(packet);
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

std::string counted(uint64_t count, const std::string& one, const std::string& many)
{
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

void Loader::addSkipNotes()
{
    for (const auto& [type, skipped] : m_unsupported)
        addNote(NoteId::UnsupportedLink, skipped,
            counted(skipped.count, "packet", "packets") + " of link type " + linkTypeName(type) + " not decoded.");
    const Skipped& fragments = m_skipped[SkipReason::Fragment];
    addNote(NoteId::Fragment, fragments,
        counted(fragments.count, "IP fragment", "IP fragments") + " skipped: fragments are not put together yet.");
    const Skipped& malformed = m_skipped[SkipReason::Malformed];
    addNote(NoteId::MalformedPacket, malformed,
        counted(malformed.count, "packet", "packets") + " skipped: the lengths in the headers contradict each other.");
    const Skipped& truncated = m_skipped[SkipReason::Truncated];
    addNote(NoteId::SnapLength, truncated,
        counted(truncated.count, "packet", "packets") + " skipped: the snap length cut the TCP header.");
    addNote(NoteId::SnapLength, m_cut,
        counted(m_cut.count, "packet was", "packets were")
            + " cut by the snap length: headers are complete, payload is not.");
    addNote(NoteId::ClockStep, m_steps,
        "The clock jumped back by more than 1 s at " + counted(m_steps.count, "packet", "packets")
            + ": waits across it are not trusted.");
}

Trace Loader::finish(const std::string& file)
{
    m_info.file = file;
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
            counted(duplicates, "packet was", "packets were") + " recorded twice; the copies do not count."});
    if (m_stopped)
        m_info.notes.push_back({NoteId::Cancelled, PacketNumber(), m_reader.position(), 1,
            "Loading was stopped after " + counted(m_info.packets, "packet", "packets") + "; what was read is shown."});
    Trace trace = m_table.takeTrace();
    trace.capture = std::move(m_info);
    return trace;
}

/// `file` is the capture's name. While a pipe is silent `progress` is asked.
template <typename Open>
Result<Trace> loadOpened(const std::string& file, const LoadOptions& options, Progress& progress, const Open& open)
{
    OpenOptions openOptions = options.open;
    openOptions.keepWaiting = [&progress] { return progress.report(-1, 0); };
    Result<std::unique_ptr<CaptureReader>> reader = open(openOptions);
    if (!reader)
        return reader.error();
    Loader loader(**reader, options);
    loader.run(progress);
    Trace trace = loader.finish(file);
    if (trace.connections.empty()) {
        std::string detail = counted(trace.capture.packets, "packet", "packets") + " of other kinds";
        if (!trace.capture.notes.empty())
            detail = trace.capture.notes.front().text.substr(0, trace.capture.notes.front().text.size() - 1);
        return Error{ErrorCode::NoTcp, file, 0, PacketNumber(), detail};
    }
    return trace;
}

} // namespace

Result<Trace> loadTrace(const std::string& file, const LoadOptions& options, Progress& progress)
{
    return loadOpened(file, options, progress, [&](const OpenOptions& open) { return openCapture(file, open); });
}

Result<Trace> loadMergedTrace(const std::vector<std::string>& files, const LoadOptions& options, Progress& progress)
{
    const std::string others
        = files.size() > 1 ? " and " + counted(files.size() - 1, "other file", "other files") : std::string();
    return loadOpened(files.empty() ? "" : files.front() + others, options, progress,
        [&](const OpenOptions& open) { return openCaptures(files, open); });
}

} // namespace whyrst
