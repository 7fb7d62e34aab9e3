#include "model/capture/pcapng_reader.h"

#include "model/capture/capture_error.h"
#include "model/capture/capture_limits.h"
#include "model/capture/container_notes.h"
#include "model/capture/pcapng_block.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace whyrst {

namespace {

using namespace pcapng;

constexpr uint32_t largestOptionsLength = uint32_t{16} << 20; // as libpcap's MAX_BLOCKSIZE
constexpr size_t smallestBlockLength = blockHeaderLength + blockTrailerLength;

/// Type and length of a block, not yet believed.
struct BlockHeader
{
    uint32_t type = 0;
    uint32_t totalLength = 0;
    std::endian order = std::endian::native;
};

/// A block whose content does not matter.
struct SkippedBlock
{
    BlockHeader header;
    uint64_t left = 0; ///< bytes before its trailer
};

/// The byte order magic of a section header (4.1), which stands behind the block header.
std::optional<std::endian> sectionByteOrder(std::span<const std::byte> start)
{
    constexpr uint32_t byteOrderMagic = 0x1a2b3c4d;
    if (start.size() < blockHeaderLength + sizeof byteOrderMagic)
        return std::nullopt;
    for (const std::endian order : {std::endian::little, std::endian::big}) {
        if (loadNumber<uint32_t>(start.data() + blockHeaderLength, order) == byteOrderMagic)
            return order;
    }
    return std::nullopt;
}

bool isReadBlock(uint32_t type)
{
    return type == EnhancedPacket || type == InterfaceDescription || type == SectionHeader || type == SimplePacket
        || type == InterfaceStatistics || type == ObsoletePacket || type == NameResolution;
}

bool isPacketBlock(uint32_t type)
{
    return type == EnhancedPacket || type == SimplePacket || type == ObsoletePacket;
}

class PcapngReader final : public CaptureReader
{
public:
    explicit PcapngReader(RecordBuffer buffer)
        : m_buffer(std::move(buffer))
    {
    }

    ReadStep next(Packet& packet) override;
    const std::shared_ptr<std::byte[]>& memory() const override { return m_buffer.memory(); }
    std::string formatName() const override { return "pcapng"; }
    std::vector<LinkType> linkTypes() const override;
    std::vector<CaptureNote> notes() const override;
    uint64_t droppedByCapture() const override;
    CaptureDetails details() const override;
    uint64_t position() const override { return m_buffer.filePosition(); }
    uint64_t size() const override { return m_buffer.size(); }

    /// Reads the section header that every file starts with. What is wrong with it, or nothing.
    std::optional<Error> readFirstSection(const std::string& file);

private:
    std::optional<BlockHeader> readHeader();
    std::optional<Block> readBlock();
    std::optional<Block> wholeBlock(const BlockHeader& header);
    bool finishSkipping();
    bool readSection(const Block& block);
    bool readInterface(const Block& block);
    bool readStatistics(const Block& block);
    bool readDescription(const Block& block);
    bool readPacket(const Block& block, Packet& packet);
    void keepComments(const Block& block, size_t fixedLength);
    std::optional<PacketFields> parsePacket(const Block& block) const;
    Interface* findInterface(uint32_t indexInSection);

    StopPlace place() const { return {.packet = PacketNumber(m_number + 1), .offset = m_blockOffset}; }
    std::nullopt_t stop(CaptureNote note);
    std::nullopt_t stopUnlessGrowing();
    bool damaged(const std::string& reason);

    RecordBuffer m_buffer;
    std::endian m_order = std::endian::native;
    std::vector<Interface> m_interfaces; ///< of all sections
    size_t m_sectionInterfaces = 0;      ///< index of the first interface of this section
    uint32_t m_number = 0;               ///< packets read
    uint64_t m_blockOffset = 0;
    uint32_t m_largestCapturedLength = 0;  ///< of all interfaces
    std::string m_unknownVersion;          ///< of the last section; empty when it is known
    std::optional<SkippedBlock> m_skipped; ///< of which bytes are still to come
    bool m_stopped = false;
    std::vector<CaptureNote> m_notes;
    CaptureDetails m_details;
};

std::nullopt_t PcapngReader::stop(CaptureNote note)
{
    m_stopped = true;
    m_notes.push_back(std::move(note));
    return std::nullopt;
}

/// What follows from fewer bytes than a block has.
std::nullopt_t PcapngReader::stopUnlessGrowing()
{
    if (m_buffer.hasEnded())
        stop(endedInsideRecord(place(), m_buffer.failure()));
    return std::nullopt;
}

bool PcapngReader::damaged(const std::string& reason)
{
    stop(damagedRecord(place(), reason));
    return false;
}

/// The header at the current position; nothing at the end of the file or when it cannot be a header.
std::optional<BlockHeader> PcapngReader::readHeader()
{
    m_blockOffset = m_buffer.position();
    const std::span<const std::byte> start = m_buffer.peek(smallestBlockLength);
    if (start.empty() && m_buffer.hasEnded() && !m_buffer.failure()) {
        m_stopped = true;
        return std::nullopt;
    }
    if (start.size() < smallestBlockLength)
        return stopUnlessGrowing();
    BlockHeader header{.type = loadNumber<uint32_t>(start.data(), m_order), .order = m_order};
    if (header.type == SectionHeader) {
        const auto order = sectionByteOrder(start);
        if (!order)
            return stop(damagedRecord(place(), "a section header without byte order"));
        header.order = *order;
    }
    header.totalLength = loadNumber<uint32_t>(start.data() + sizeof header.type, header.order);
    if (header.totalLength < smallestBlockLength || header.totalLength % alignment != 0)
        return stop(damagedRecord(place(), "a block length of " + std::to_string(header.totalLength)));
    return header;
}

/// The next block that is read, all others skipped.
std::optional<Block> PcapngReader::readBlock()
{
    while (finishSkipping()) {
        const auto header = readHeader();
        if (!header)
            return std::nullopt;
        const bool isHuge = header->type == NameResolution && header->totalLength > largestOptionsLength;
        if (isReadBlock(header->type) && !isHuge)
            return wholeBlock(*header);
        m_skipped = SkippedBlock{.header = *header, .left = header->totalLength - blockTrailerLength};
    }
    return std::nullopt;
}

std::optional<Block> PcapngReader::wholeBlock(const BlockHeader& header)
{
    if (header.totalLength > largestOptionsLength + m_largestCapturedLength)
        return stop(damagedRecord(place(), "a block length of " + std::to_string(header.totalLength)));
    const std::span<const std::byte> bytes = m_buffer.peek(header.totalLength);
    if (bytes.size() < header.totalLength)
        return stopUnlessGrowing();
    const size_t trailerAt = header.totalLength - blockTrailerLength;
    if (loadNumber<uint32_t>(bytes.data() + trailerAt, header.order) != header.totalLength)
        return stop(damagedRecord(place(), "the two lengths of a block differ"));
    m_buffer.consume(header.totalLength);
    return Block{
        .type = header.type,
        .offset = m_blockOffset,
        .order = header.order,
        .body = bytes.subspan(blockHeaderLength, trailerAt - blockHeaderLength),
    };
}

/// Whether the reader stands before a block header: what was left of a skipped block is consumed.
bool PcapngReader::finishSkipping()
{
    if (!m_skipped)
        return true;
    m_skipped->left -= m_buffer.skip(m_skipped->left);
    const std::span<const std::byte> trailer = m_buffer.peek(m_skipped->left > 0 ? 0 : blockTrailerLength);
    if (trailer.size() < blockTrailerLength) {
        stopUnlessGrowing();
        return false;
    }
    if (loadNumber<uint32_t>(trailer.data(), m_skipped->header.order) != m_skipped->header.totalLength)
        return damaged("the two lengths of a block differ");
    m_buffer.consume(blockTrailerLength);
    m_skipped.reset();
    return true;
}

bool PcapngReader::readSection(const Block& block)
{
    constexpr size_t majorAt = 4;
    constexpr size_t minorAt = 6;
    constexpr size_t fixedLength = 16;
    constexpr uint16_t knownMajor = 1;
    constexpr uint16_t otherMinor = 2; // written by some programs, same format as 0
    if (block.body.size() < fixedLength)
        return damaged("a section header that is too short");
    const uint16_t minor = block.number16(minorAt);
    const uint16_t major = block.number16(majorAt);
    if (major != knownMajor || (minor != 0 && minor != otherMinor)) {
        m_unknownVersion = "pcapng " + std::to_string(major) + "." + std::to_string(minor);
        return damaged(m_unknownVersion);
    }
    m_order = block.order;
    m_sectionInterfaces = m_interfaces.size();
    keepComments(block, fixedLength);
    return true;
}

bool PcapngReader::readInterface(const Block& block)
{
    if (block.body.size() < interfaceFixedLength)
        return damaged("an interface description that is too short");
    m_interfaces.push_back(parseInterface(block));
    const uint32_t largest = largestCapturedLength(m_interfaces.back().linkType);
    m_largestCapturedLength = std::max(m_largestCapturedLength, largest);
    keepComments(block, interfaceFixedLength);
    return true;
}

bool PcapngReader::readStatistics(const Block& block)
{
    constexpr size_t fixedLength = 12;
    if (block.body.size() < fixedLength)
        return damaged("interface statistics that are too short");
    keepComments(block, fixedLength);
    Interface* interface = findInterface(block.number32(0));
    if (!interface)
        return true;
    const Statistics statistics = parseStatistics(block.body.subspan(fixedLength), block.order);
    interface->droppedInStatistics = statistics.dropped; // counted from the start of the capture: the last block counts
    if (statistics.start) {
        const Timestamp start = interface->timeScale.timestamp(*statistics.start);
        m_details.started = std::min(m_details.started.value_or(start), start);
    }
    if (statistics.end) {
        const Timestamp end = interface->timeScale.timestamp(*statistics.end);
        m_details.ended = std::max(m_details.ended.value_or(end), end);
    }
    return true;
}

/// Keeps the comments of a block that describes, whose options stand behind its first `fixedLength` bytes.
void PcapngReader::keepComments(const Block& block, size_t fixedLength)
{
    constexpr size_t mostComments = 1000; // a person writes fewer
    for (std::string& comment : parseComments(block.body.subspan(fixedLength), block.order)) {
        std::vector<std::string>& kept = m_details.captureComments;
        if (kept.size() < mostComments && std::ranges::find(kept, comment) == kept.end())
            kept.push_back(std::move(comment));
    }
}

bool PcapngReader::readDescription(const Block& block)
{
    switch (block.type) {
    case SectionHeader:
        return readSection(block);
    case InterfaceDescription:
        return readInterface(block);
    case NameResolution: {
        const std::vector<HostName> names = parseNames(block);
        m_details.hostNames.insert(m_details.hostNames.end(), names.begin(), names.end());
        return true;
    }
    default:
        return readStatistics(block);
    }
}

Interface* PcapngReader::findInterface(uint32_t indexInSection)
{
    const size_t count = m_interfaces.size() - m_sectionInterfaces;
    return indexInSection < count ? &m_interfaces[m_sectionInterfaces + indexInSection] : nullptr;
}

std::optional<PacketFields> PcapngReader::parsePacket(const Block& block) const
{
    if (block.type != SimplePacket)
        return parseTimedPacket(block);
    const bool hasInterface = m_interfaces.size() > m_sectionInterfaces;
    return parseSimplePacket(block, hasInterface ? m_interfaces[m_sectionInterfaces].snapLength : 0);
}

bool PcapngReader::readPacket(const Block& block, Packet& packet)
{
    const auto fields = parsePacket(block);
    if (!fields)
        return damaged("a packet block that is too short");
    Interface* interface = findInterface(fields->interfaceIndex);
    if (!interface)
        return damaged("interface " + std::to_string(fields->interfaceIndex) + " is not described");
    const uint32_t captured = fields->capturedLength;
    if (captured > fields->dataAndOptions.size() || captured > largestCapturedLength(interface->linkType))
        return damaged("a captured length of " + std::to_string(captured));
    const size_t optionsAt = std::min(padded(captured), fields->dataAndOptions.size());
    const auto options = block.type == SimplePacket
        ? PacketOptions{}
        : parsePacketOptions(fields->dataAndOptions.subspan(optionsAt), block.order);
    interface->droppedBeforePackets += fields->droppedBefore + options.dropped;
    if (options.hasComment) {
        for (std::string& comment : parseComments(fields->dataAndOptions.subspan(optionsAt), block.order))
            m_details.comments.push_back({PacketNumber(m_number + 1), std::move(comment)});
    }
    packet = Packet{
        .number = PacketNumber(++m_number),
        .time = fields->time ? interface->timeScale.timestamp(*fields->time) : Timestamp{},
        .bytes = fields->dataAndOptions.first(captured),
        .originalLength = std::max(fields->originalLength, captured),
        .linkType = interface->linkType,
        .interfaceId = static_cast<uint32_t>(m_sectionInterfaces) + fields->interfaceIndex,
        .direction = options.direction,
        .fileOffset = block.offset,
    };
    return true;
}

ReadStep PcapngReader::next(Packet& packet)
{
    while (!m_stopped) {
        const auto block = readBlock();
        if (!block)
            return m_stopped ? ReadStep::End : ReadStep::NothingYet;
        if (isPacketBlock(block->type))
            return readPacket(*block, packet) ? ReadStep::Packet : ReadStep::End;
        if (!readDescription(*block))
            return ReadStep::End;
    }
    return ReadStep::End;
}

std::optional<Error> PcapngReader::readFirstSection(const std::string& file)
{
    const auto block = readBlock();
    if (block && readSection(*block)) {
        m_buffer.stopWaiting();
        return std::nullopt;
    }
    if (m_buffer.hasGivenUp())
        return captureError(ErrorCode::Cancelled, file);
    if (!m_unknownVersion.empty())
        return captureError(ErrorCode::UnsupportedVersion, file, m_unknownVersion);
    if (const auto failure = m_buffer.failure())
        return captureError(file, *failure);
    return captureError(ErrorCode::Damaged, file, "its first block is not whole", m_buffer.position());
}

std::vector<LinkType> PcapngReader::linkTypes() const
{
    std::vector<LinkType> types;
    for (const Interface& interface : m_interfaces) {
        if (std::find(types.begin(), types.end(), interface.linkType) == types.end())
            types.push_back(interface.linkType);
    }
    return types;
}

uint64_t PcapngReader::droppedByCapture() const
{
    uint64_t dropped = 0;
    for (const Interface& interface : m_interfaces)
        dropped += interface.dropped();
    return dropped;
}

CaptureDetails PcapngReader::details() const
{
    CaptureDetails details = m_details;
    sortNames(details.hostNames);
    return details;
}

std::vector<CaptureNote> PcapngReader::notes() const
{
    std::vector<CaptureNote> notes = m_notes;
    if (const uint64_t dropped = droppedByCapture())
        notes.push_back(droppedWhileCapturing(dropped));
    return notes;
}

} // namespace

bool isPcapng(std::span<const std::byte> start)
{
    return start.size() >= sizeof(uint32_t) && loadBig32(start.data()) == SectionHeader;
}

Result<std::unique_ptr<CaptureReader>> makePcapngReader(RecordBuffer buffer, const std::string& file)
{
    auto reader = std::make_unique<PcapngReader>(std::move(buffer));
    if (const auto error = reader->readFirstSection(file))
        return *error;
    return std::unique_ptr<CaptureReader>(std::move(reader));
}

} // namespace whyrst
