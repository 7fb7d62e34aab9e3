#include "model/capture/merged_reader.h"

#include "model/capture/filtered_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace whyrst {

namespace {

/// One of the files.
struct Input
{
    std::string path;
    std::unique_ptr<CaptureReader> reader; ///< null while nothing of the file is due, and when it is done
    Packet packet;                         ///< the next, when the input is among the ready ones
    Timestamp firstTime;
    uint64_t size = 0;
    std::vector<PacketComment> comments; ///< numbered as in the file
};

template <typename T> void addNew(std::vector<T>& values, const std::vector<T>& more)
{
    for (const T& value : more) {
        if (std::ranges::find(values, value) == values.end())
            values.push_back(value);
    }
}

/// The earlier, or the later with std::ranges::greater, of two moments of which each may be missing.
template <typename Order>
std::optional<Timestamp> firstOf(std::optional<Timestamp> a, std::optional<Timestamp> b, Order order)
{
    return !a || (b && order(*b, *a)) ? b : a;
}

class MergedReader final : public CaptureReader
{
public:
    MergedReader(const std::vector<std::string>& files, OpenOptions options)
        : m_options(std::move(options))
    {
        m_origins.files = files;
        for (const std::string& file : files)
            m_inputs.emplace_back().path = file;
    }

    /// Looks for the first packet of each file. What prevented that, when no file can be opened.
    std::optional<Error> findStarts();

    ReadStep next(Packet& packet) override;
    const std::shared_ptr<std::byte[]>& memory() const override { return m_memory; }
    std::string formatName() const override { return m_formats; }
    std::vector<LinkType> linkTypes() const override { return m_linkTypes; }
    std::vector<CaptureNote> notes() const override { return m_notes; }
    uint64_t droppedByCapture() const override { return m_dropped; }
    CaptureDetails details() const override;
    MergedFrames mergedFrames() const override { return m_origins; }
    uint64_t position() const override;
    uint64_t size() const override;

private:
    std::optional<Error> findStart(size_t index);
    bool openDue();
    ReadStep advance(size_t index);
    ReadStep advanceAll();
    void finish(Input& input);
    void noteUnreadable(const Input& input, const Error& error);
    void recordOrigin(size_t index);

    /// Whether the packet of input `a` comes behind that of `b`: the order of the heap.
    bool isLater(size_t a, size_t b) const
    {
        return std::pair(m_inputs[a].packet.time, a) > std::pair(m_inputs[b].packet.time, b);
    }
    auto later() const
    {
        return [this](size_t a, size_t b) { return isLater(a, b); };
    }

    OpenOptions m_options;
    std::vector<Input> m_inputs;
    std::vector<size_t> m_waiting;         ///< inputs whose time has not come, the earliest last
    std::vector<size_t> m_ready;           ///< heap of inputs with a packet, the earliest in front
    std::vector<size_t> m_used;            ///< inputs whose packet was given, or has not come yet
    std::shared_ptr<std::byte[]> m_memory; ///< of the packet given last
    MergedFrames m_origins;
    uint32_t m_number = 0;
    std::string m_formats;
    std::vector<LinkType> m_linkTypes;
    std::vector<CaptureNote> m_notes;
    CaptureDetails m_details;
    uint64_t m_dropped = 0;
    uint64_t m_bytesDone = 0;
};

/// Whether a file can be read a second time from its start.
bool canReopen(const Input& input)
{
    return input.size > 0 && input.path != "-";
}

std::optional<Error> MergedReader::findStart(size_t index)
{
    Input& input = m_inputs[index];
    auto reader = openCapture(input.path, {.filter = {}, .keepWaiting = m_options.keepWaiting});
    if (!reader)
        return reader.error();
    input.reader = std::move(*reader);
    input.size = input.reader->size();
    if (!canReopen(input)) {
        m_used.push_back(index);
        return std::nullopt;
    }
    if (advance(index) != ReadStep::Packet)
        return std::nullopt;
    std::erase(m_ready, index);
    input.firstTime = input.packet.time;
    input.reader.reset();
    m_waiting.push_back(index);
    return std::nullopt;
}

std::optional<Error> MergedReader::findStarts()
{
    std::optional<Error> firstError;
    size_t opened = 0;
    for (size_t index = 0; index < m_inputs.size(); ++index) {
        std::optional<Error> error = findStart(index);
        if (!error) {
            ++opened;
            continue;
        }
        if (error->code == ErrorCode::Cancelled)
            return error;
        noteUnreadable(m_inputs[index], *error);
        firstError = firstError ? firstError : error;
    }
    if (opened == 0)
        return firstError;
    std::ranges::sort(m_waiting, [this](size_t a, size_t b) {
        return std::pair(m_inputs[a].firstTime, a) > std::pair(m_inputs[b].firstTime, b);
    });
    return std::nullopt;
}

void MergedReader::noteUnreadable(const Input& input, const Error& error)
{
    m_notes.push_back(
        {.id = NoteId::UnreadableFile, .offset = error.offset, .text = sentenceFor(error), .file = input.path});
}

/// Reads the input's next packet and puts it among the ready ones.
ReadStep MergedReader::advance(size_t index)
{
    Input& input = m_inputs[index];
    const ReadStep step = input.reader->next(input.packet);
    if (step == ReadStep::End)
        finish(input);
    if (step != ReadStep::Packet)
        return step;
    m_ready.push_back(index);
    std::ranges::push_heap(m_ready, later());
    return step;
}

/// NothingYet when the next packet of some input has not come yet: it may be the earliest.
ReadStep MergedReader::advanceAll()
{
    while (!m_used.empty()) {
        if (advance(m_used.back()) == ReadStep::NothingYet)
            return ReadStep::NothingYet;
        m_used.pop_back();
    }
    return ReadStep::Packet;
}

/// Opens the files whose first packet is not later than the earliest one that is ready.
bool MergedReader::openDue()
{
    const auto isDue = [this] {
        if (m_waiting.empty())
            return false;
        return m_ready.empty() || m_inputs[m_waiting.back()].firstTime <= m_inputs[m_ready.front()].packet.time;
    };
    while (isDue()) {
        const size_t index = m_waiting.back();
        m_waiting.pop_back();
        auto reader = openCapture(m_inputs[index].path);
        if (!reader) {
            noteUnreadable(m_inputs[index], reader.error());
            continue;
        }
        m_inputs[index].reader = std::move(*reader);
        advance(index);
    }
    return !m_ready.empty();
}

void MergedReader::recordOrigin(size_t index)
{
    const PacketNumber inFile = m_inputs[index].packet.number;
    const PacketNumber merged(++m_number);
    if (!m_origins.runs.empty()) {
        const FrameRun& last = m_origins.runs.back();
        const uint32_t length = merged.value - last.first.value;
        if (last.file == index && last.firstInFile.value + length == inFile.value)
            return;
    }
    m_origins.runs.push_back({.first = merged, .firstInFile = inFile, .file = static_cast<uint32_t>(index)});
}

ReadStep MergedReader::next(Packet& packet)
{
    if (advanceAll() == ReadStep::NothingYet)
        return ReadStep::NothingYet;
    if (!openDue())
        return ReadStep::End;
    std::ranges::pop_heap(m_ready, later());
    const size_t index = m_ready.back();
    m_ready.pop_back();
    m_used.push_back(index);
    recordOrigin(index);
    packet = m_inputs[index].packet;
    if (const auto& memory = m_inputs[index].reader->memory(); memory != m_memory)
        m_memory = memory;
    packet.number = PacketNumber(m_number);
    return ReadStep::Packet;
}

/// Keeps what the file said and lets it go.
void MergedReader::finish(Input& input)
{
    const CaptureReader& reader = *input.reader;
    if (const std::string format = reader.formatName(); m_formats.find(format) == std::string::npos)
        m_formats += (m_formats.empty() ? "" : ", ") + format;
    addNew(m_linkTypes, reader.linkTypes());
    for (CaptureNote note : reader.notes()) {
        note.text = input.path + ": " + note.text;
        note.file = input.path;
        m_notes.push_back(std::move(note));
    }
    m_dropped += reader.droppedByCapture();
    CaptureDetails details = reader.details();
    input.comments = std::move(details.comments);
    addNew(m_details.captureComments, details.captureComments);
    m_details.hostNames.insert(m_details.hostNames.end(), details.hostNames.begin(), details.hostNames.end());
    m_details.started = firstOf(m_details.started, details.started, std::ranges::less());
    m_details.ended = firstOf(m_details.ended, details.ended, std::ranges::greater());
    m_bytesDone += reader.position();
    input.reader.reset();
}

CaptureDetails MergedReader::details() const
{
    CaptureDetails details = m_details;
    sortNames(details.hostNames);
    std::vector<size_t> given(m_inputs.size()); // comments of each file
    for (size_t i = 0; i < m_origins.runs.size(); ++i) {
        const FrameRun& run = m_origins.runs[i];
        const uint32_t end = i + 1 < m_origins.runs.size() ? m_origins.runs[i + 1].first.value : m_number + 1;
        const uint32_t endInFile = run.firstInFile.value + (end - run.first.value);
        const std::vector<PacketComment>& comments = m_inputs[run.file].comments;
        for (size_t& at = given[run.file]; at < comments.size() && comments[at].packet.value < endInFile; ++at) {
            const uint32_t fromStart = comments[at].packet.value - run.firstInFile.value;
            details.comments.push_back({PacketNumber(run.first.value + fromStart), comments[at].text});
        }
    }
    return details;
}

uint64_t MergedReader::position() const
{
    uint64_t position = m_bytesDone;
    for (const Input& input : m_inputs)
        position += input.reader ? input.reader->position() : 0;
    return position;
}

uint64_t MergedReader::size() const
{
    uint64_t size = 0;
    for (const Input& input : m_inputs) {
        if (input.reader && input.size == 0)
            return 0;
        size += input.size;
    }
    return size;
}

} // namespace

Result<std::unique_ptr<CaptureReader>> openCaptures(const std::vector<std::string>& files, const OpenOptions& options)
{
    auto reader = std::make_unique<MergedReader>(files, options);
    if (const auto error = reader->findStarts())
        return *error;
    if (options.filter.empty())
        return std::unique_ptr<CaptureReader>(std::move(reader));
    return filterCapture(std::move(reader), options.filter);
}

} // namespace whyrst
