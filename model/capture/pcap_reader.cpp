#include "model/capture/pcap_reader.h"

#include "model/capture/byte_order.h"
#include "model/capture/capture_error.h"
#include "model/capture/capture_limits.h"
#include "model/capture/container_notes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace whyrst {

namespace {

constexpr uint32_t magicMicroseconds = 0xa1b2c3d4;
constexpr uint32_t magicNanoseconds = 0xa1b23c4d;
constexpr uint32_t magicModified = 0xa1b2cd34;
constexpr uint32_t magicNavtel = 0xa12b3c4d;       // nanoseconds; libpcap reserves it (sf-pcap.c)
constexpr uint32_t magicIxiaHardware = 0x1c0001ac; // "lcap", named after what stamped the time; microseconds
constexpr uint32_t magicIxiaSoftware = 0x1c0001ab;

constexpr size_t fileHeaderLength = 24;
constexpr size_t ixiaFileHeaderLength = 28; // the length of all records follows
constexpr size_t recordHeaderLength = 16;
constexpr size_t nokiaRecordHeaderLength = 20;    // four bytes of their own follow the lengths
constexpr size_t modifiedRecordHeaderLength = 24; // interface, protocol and packet type follow the lengths
constexpr size_t suseRecordHeaderLength = 28;     // the same, and processors

/// Old writers put the two lengths of a record the other way round (libpcap, sf-pcap.c).
enum class LengthOrder : uint8_t
{
    CapturedFirst,
    OriginalFirst,
    LargerIsOriginal
};

struct FileHeader
{
    std::endian order = std::endian::native;
    uint32_t magic = 0;
    uint16_t major = 0;
    uint16_t minor = 0;
    LinkType linkType = 0;
};

struct RecordHeader
{
    Timestamp time;
    uint32_t capturedLength = 0;
    uint32_t originalLength = 0;
};

bool isMagic(uint32_t number)
{
    constexpr std::array magics{
        magicMicroseconds, magicNanoseconds, magicModified, magicNavtel, magicIxiaHardware, magicIxiaSoftware};
    return std::ranges::find(magics, number) != magics.end();
}

std::optional<std::endian> byteOrderOf(std::span<const std::byte> start)
{
    if (start.size() < sizeof(uint32_t))
        return std::nullopt;
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        if (isMagic(loadNumber<uint32_t>(start.data(), order)))
            return order;
    }
    return std::nullopt;
}

FileHeader parseFileHeader(std::span<const std::byte> bytes, std::endian order)
{
    constexpr size_t versionAt = 4;
    constexpr size_t linkTypeAt = 20;
    constexpr uint32_t linkTypeMask = 0xffff; // above it: whether frames end with a check sequence
    const std::byte* at = bytes.data();
    return {
        .order = order,
        .magic = loadNumber<uint32_t>(at, order),
        .major = loadNumber<uint16_t>(at + versionAt, order),
        .minor = loadNumber<uint16_t>(at + versionAt + sizeof(uint16_t), order),
        .linkType = static_cast<LinkType>(loadNumber<uint32_t>(at + linkTypeAt, order) & linkTypeMask),
    };
}

// Versions as libpcap reads them: 2.0 to 2.4, and 543.0 of an old AIX.
constexpr uint16_t currentMajor = 2;
constexpr uint16_t newestMinor = 4;
constexpr uint16_t aixMajor = 543;

bool isKnownVersion(const FileHeader& header)
{
    return (header.major == currentMajor && header.minor <= newestMinor) || (header.major == aixMajor && !header.minor);
}

LengthOrder lengthOrderOf(const FileHeader& header)
{
    constexpr uint16_t firstMixedMinor = 3;
    if (header.major == aixMajor || header.minor < firstMixedMinor)
        return LengthOrder::OriginalFirst;
    return header.minor == firstMixedMinor ? LengthOrder::LargerIsOriginal : LengthOrder::CapturedFirst;
}

/// Lengths that the header of a record may have, the usual one first: Nokia's, Red Hat's 6.1 and SuSE's 6.3 tcpdump
/// wrote longer ones behind the same magic numbers (as Wireshark's nokiapcap, rh6_1pcap and suse6_3pcap).
std::span<const size_t> recordHeaderLengths(uint32_t magic)
{
    static constexpr std::array plain{recordHeaderLength, nokiaRecordHeaderLength, modifiedRecordHeaderLength};
    static constexpr std::array modified{modifiedRecordHeaderLength, suseRecordHeaderLength};
    switch (magic) {
    case magicMicroseconds:
        return plain;
    case magicModified:
        return modified;
    default:
        return std::span(plain).first(1);
    }
}

class PcapReader final : public CaptureReader
{
public:
    PcapReader(RecordBuffer buffer, const FileHeader& header)
        : m_buffer(std::move(buffer))
        , m_order(header.order)
        , m_lengthOrder(lengthOrderOf(header))
        , m_headerLength(recordHeaderLengths(header.magic).front())
        , m_fractionUnit(header.magic == magicNanoseconds || header.magic == magicNavtel ? 1 : 1000)
        , m_linkType(header.linkType)
    {
        findHeaderLength(recordHeaderLengths(header.magic));
    }

    ReadStep next(Packet& packet) override;
    const std::shared_ptr<std::byte[]>& memory() const override { return m_buffer.memory(); }
    std::string formatName() const override { return m_fractionUnit == 1 ? "pcap (ns)" : "pcap (us)"; }
    std::vector<LinkType> linkTypes() const override { return {m_linkType}; }
    std::vector<CaptureNote> notes() const override { return m_notes; }
    uint64_t droppedByCapture() const override { return 0; } // the format has no such counter
    uint64_t position() const override { return m_buffer.filePosition(); }
    uint64_t size() const override { return m_buffer.size(); }

private:
    RecordHeader parseRecordHeader(const std::byte* at) const;
    void findHeaderLength(std::span<const size_t> lengths);
    bool beginsWithRecordsOf(size_t headerLength);
    bool isPlausible(const RecordHeader& header, Timestamp first) const;
    StopPlace place() const { return {.packet = PacketNumber(m_number + 1), .offset = m_buffer.position()}; }
    ReadStep stop(CaptureNote note);
    ReadStep stopUnlessGrowing(bool insideRecord);

    RecordBuffer m_buffer;
    std::endian m_order;
    LengthOrder m_lengthOrder;
    size_t m_headerLength;
    int64_t m_fractionUnit; ///< nanoseconds
    LinkType m_linkType;
    uint32_t m_number = 0; ///< packets read
    bool m_stopped = false;
    std::vector<CaptureNote> m_notes;
};

RecordHeader PcapReader::parseRecordHeader(const std::byte* at) const
{
    constexpr int64_t nanosecondsPerSecond = 1'000'000'000;
    const auto number = [&](size_t index) { return loadNumber<uint32_t>(at + index * sizeof(uint32_t), m_order); };
    const Duration time{int64_t{number(0)} * nanosecondsPerSecond + int64_t{number(1)} * m_fractionUnit};
    RecordHeader header{.time = Timestamp(time), .capturedLength = number(2), .originalLength = number(3)};
    const bool swapped = m_lengthOrder == LengthOrder::OriginalFirst
        || (m_lengthOrder == LengthOrder::LargerIsOriginal && header.capturedLength > header.originalLength);
    if (swapped)
        std::swap(header.capturedLength, header.originalLength);
    return header;
}

/// Another length than the usual one must prove itself by the records at the beginning. A source that grows has few of
/// them yet; what it gives is written today.
void PcapReader::findHeaderLength(std::span<const size_t> lengths)
{
    if (m_buffer.size() == 0)
        return;
    const auto found = std::ranges::find_if(lengths, [this](size_t length) { return beginsWithRecordsOf(length); });
    m_headerLength = found == lengths.end() ? lengths.front() : *found;
}

/// Whether the first records, up to four, can be such with headers of this length. A damaged file may have fewer.
bool PcapReader::beginsWithRecordsOf(size_t headerLength)
{
    constexpr int enoughRecords = 4;
    size_t end = 0;
    Timestamp first;
    for (int records = 0; records < enoughRecords; ++records) {
        const std::span<const std::byte> bytes = m_buffer.peek(end + headerLength);
        if (bytes.size() < end + headerLength)
            return bytes.size() == end; // no record is left
        const RecordHeader header = parseRecordHeader(bytes.data() + end);
        first = records == 0 ? header.time : first;
        if (!isPlausible(header, first))
            return false;
        end += headerLength + header.capturedLength;
    }
    return true;
}

/// Heuristic: what is written in the wrong place gives times and lengths that cannot be.
bool PcapReader::isPlausible(const RecordHeader& header, Timestamp first) const
{
    constexpr auto longestPause = std::chrono::hours(24 * 365);
    return header.capturedLength <= largestCapturedLength(m_linkType) && header.capturedLength <= header.originalLength
        && std::chrono::abs(header.time - first) <= longestPause;
}

ReadStep PcapReader::stop(CaptureNote note)
{
    m_stopped = true;
    m_notes.push_back(std::move(note));
    return ReadStep::End;
}

/// What follows from fewer bytes than a record has.
ReadStep PcapReader::stopUnlessGrowing(bool insideRecord)
{
    if (!m_buffer.hasEnded())
        return ReadStep::NothingYet;
    m_stopped = true;
    const auto failure = m_buffer.failure();
    if (insideRecord || failure)
        return stop(endedInsideRecord(place(), failure));
    return ReadStep::End;
}

ReadStep PcapReader::next(Packet& packet)
{
    if (m_stopped)
        return ReadStep::End;
    const std::span<const std::byte> start = m_buffer.peek(m_headerLength);
    if (start.size() < m_headerLength)
        return stopUnlessGrowing(!start.empty());
    const RecordHeader header = parseRecordHeader(start.data());
    if (header.capturedLength > largestCapturedLength(m_linkType))
        return stop(damagedRecord(place(), "a captured length of " + std::to_string(header.capturedLength)));
    const size_t recordLength = m_headerLength + header.capturedLength;
    const std::span<const std::byte> record = m_buffer.peek(recordLength);
    if (record.size() < recordLength)
        return stopUnlessGrowing(true);
    packet = Packet{
        .number = PacketNumber(m_number + 1),
        .time = header.time,
        .bytes = record.subspan(m_headerLength),
        .originalLength = std::max(header.originalLength, header.capturedLength),
        .linkType = m_linkType,
        .fileOffset = m_buffer.position(),
    };
    m_buffer.consume(recordLength);
    ++m_number;
    return ReadStep::Packet;
}

} // namespace

bool isPcap(std::span<const std::byte> start)
{
    return byteOrderOf(start).has_value();
}

Result<std::unique_ptr<CaptureReader>> makePcapReader(RecordBuffer buffer, const std::string& file)
{
    const std::span<const std::byte> start = buffer.peek(fileHeaderLength);
    const std::optional<std::endian> order = byteOrderOf(start);
    if (!order)
        return captureError(ErrorCode::NotACapture, file);
    if (buffer.hasGivenUp())
        return captureError(ErrorCode::Cancelled, file);
    if (const auto failure = buffer.failure(); failure && start.size() < fileHeaderLength)
        return captureError(file, *failure);
    if (start.size() < fileHeaderLength)
        return captureError(ErrorCode::Damaged, file, "it ends inside its header", start.size());
    const FileHeader header = parseFileHeader(start, *order);
    if (!isKnownVersion(header)) {
        const std::string version = std::to_string(header.major) + "." + std::to_string(header.minor);
        return captureError(ErrorCode::UnsupportedVersion, file, "pcap " + version);
    }
    const bool isIxia = header.magic == magicIxiaHardware || header.magic == magicIxiaSoftware;
    buffer.skip(isIxia ? ixiaFileHeaderLength : fileHeaderLength);
    buffer.stopWaiting();
    return std::unique_ptr<CaptureReader>(std::make_unique<PcapReader>(std::move(buffer), header));
}

} // namespace whyrst
