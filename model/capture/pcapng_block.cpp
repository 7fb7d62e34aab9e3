#include "model/capture/pcapng_block.h"

#include "model/capture/clean_text.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace whyrst::pcapng {

namespace {

// Option codes; 0 ends the list everywhere.
constexpr uint16_t endOfOptions = 0;
constexpr uint16_t commentOption = 1;
constexpr uint16_t interfaceResolution = 9;
constexpr uint16_t interfaceTimeOffset = 14;
constexpr uint16_t packetFlags = 2;
constexpr uint16_t packetDropCount = 4;
constexpr uint16_t statisticsStart = 2;
constexpr uint16_t statisticsEnd = 3;
constexpr uint16_t statisticsInterfaceDrop = 5;
constexpr uint16_t statisticsSystemDrop = 7;

std::optional<uint64_t> number64(const Option& option, std::endian order)
{
    if (option.value.size() != sizeof(uint64_t))
        return std::nullopt;
    return loadNumber<uint64_t>(option.value.data(), order);
}

/// A timestamp: the high half stands first whatever the byte order.
std::optional<uint64_t> highLow(const Option& option, std::endian order)
{
    if (option.value.size() != sizeof(uint64_t))
        return std::nullopt;
    const uint64_t high = loadNumber<uint32_t>(option.value.data(), order);
    return (high << 32) | loadNumber<uint32_t>(option.value.data() + sizeof(uint32_t), order);
}

/// A drop counter. All bits set means that the counter is not known.
uint64_t counter(const Option& option, std::endian order)
{
    const uint64_t value = number64(option, order).value_or(0);
    return value == std::numeric_limits<uint64_t>::max() ? 0 : value;
}

uint64_t saturatedSum(uint64_t a, uint64_t b)
{
    return a + std::min(b, std::numeric_limits<uint64_t>::max() - a);
}

/// The names, each ended by a NUL, of one address.
void addNames(std::vector<HostName>& names, const IpAddress& address, std::span<const std::byte> text)
{
    while (!text.empty()) {
        const auto end = static_cast<size_t>(std::ranges::find(text, std::byte{0}) - text.begin());
        if (end > 0)
            names.push_back({address, cleanText(text.first(end))});
        text = text.subspan(std::min(end + 1, text.size()));
    }
}

/// epb_flags bits 0 and 1 (4.3.1).
HostDirection directionOf(uint32_t flags)
{
    constexpr uint32_t directionMask = 3;
    constexpr uint32_t inbound = 1;
    constexpr uint32_t outbound = 2;
    switch (flags & directionMask) {
    case inbound:
        return HostDirection::Inbound;
    case outbound:
        return HostDirection::Outbound;
    default:
        return HostDirection::Unknown;
    }
}

} // namespace

std::optional<Option> OptionWalk::next()
{
    constexpr size_t headerLength = 4;
    if (m_rest.size() < headerLength)
        return std::nullopt;
    const auto code = loadNumber<uint16_t>(m_rest.data(), m_order);
    const size_t length = loadNumber<uint16_t>(m_rest.data() + sizeof(uint16_t), m_order);
    if (code == endOfOptions || m_rest.size() - headerLength < length)
        return std::nullopt;
    const Option option{.code = code, .value = m_rest.subspan(headerLength, length)};
    m_rest = m_rest.subspan(std::min(m_rest.size(), headerLength + padded(length)));
    return option;
}

uint64_t Interface::dropped() const
{
    return std::max(droppedBeforePackets, droppedInStatistics);
}

Interface parseInterface(const Block& block)
{
    constexpr size_t snapLengthAt = 4;
    Interface interface;
    interface.linkType = block.number16(0);
    interface.snapLength = block.number32(snapLengthAt);
    OptionWalk options(block.body.subspan(interfaceFixedLength), block.order);
    while (const auto option = options.next()) {
        if (option->code == interfaceResolution && option->value.size() == 1)
            interface.timeScale.setResolution(load8(option->value.data()));
        else if (option->code == interfaceTimeOffset)
            interface.timeScale.setOffset(static_cast<int64_t>(number64(*option, block.order).value_or(0)));
    }
    return interface;
}

std::optional<PacketFields> parseTimedPacket(const Block& block)
{
    constexpr size_t timeAt = 4;
    constexpr size_t capturedLengthAt = 12;
    constexpr size_t originalLengthAt = 16;
    constexpr size_t fixedLength = 20;
    constexpr uint16_t unknownDrops = 0xffff;
    if (block.body.size() < fixedLength)
        return std::nullopt;
    PacketFields fields{
        .interfaceIndex = block.number32(0),
        .time = block.highLow(timeAt),
        .capturedLength = block.number32(capturedLengthAt),
        .originalLength = block.number32(originalLengthAt),
        .dataAndOptions = block.body.subspan(fixedLength),
    };
    if (block.type == ObsoletePacket) {
        fields.interfaceIndex = block.number16(0);
        const uint16_t drops = block.number16(sizeof(uint16_t));
        fields.droppedBefore = drops == unknownDrops ? 0 : drops;
    }
    return fields;
}

std::optional<PacketFields> parseSimplePacket(const Block& block, uint32_t snapLength)
{
    constexpr size_t fixedLength = 4;
    if (block.body.size() < fixedLength)
        return std::nullopt;
    const uint32_t originalLength = block.number32(0);
    const uint32_t limit = snapLength ? snapLength : originalLength;
    return PacketFields{
        .time = std::nullopt,
        .capturedLength = std::min(originalLength, limit),
        .originalLength = originalLength,
        .dataAndOptions = block.body.subspan(fixedLength),
    };
}

PacketOptions parsePacketOptions(std::span<const std::byte> options, std::endian order)
{
    PacketOptions result;
    OptionWalk walk(options, order);
    while (const auto option = walk.next()) {
        if (option->code == packetFlags && option->value.size() == sizeof(uint32_t))
            result.direction = directionOf(loadNumber<uint32_t>(option->value.data(), order));
        else if (option->code == packetDropCount)
            result.dropped = counter(*option, order);
        else if (option->code == commentOption)
            result.hasComment = true;
    }
    return result;
}

Statistics parseStatistics(std::span<const std::byte> options, std::endian order)
{
    Statistics statistics;
    OptionWalk walk(options, order);
    while (const auto option = walk.next()) {
        switch (option->code) {
        case statisticsStart:
            statistics.start = highLow(*option, order);
            break;
        case statisticsEnd:
            statistics.end = highLow(*option, order);
            break;
        case statisticsInterfaceDrop:
        case statisticsSystemDrop:
            statistics.dropped = saturatedSum(statistics.dropped, counter(*option, order));
            break;
        default:
            break;
        }
    }
    return statistics;
}

std::vector<std::string> parseComments(std::span<const std::byte> options, std::endian order)
{
    std::vector<std::string> comments;
    OptionWalk walk(options, order);
    while (const auto option = walk.next()) {
        if (option->code == commentOption)
            comments.push_back(cleanText(option->value));
    }
    return comments;
}

std::vector<HostName> parseNames(const Block& block)
{
    constexpr uint16_t ipv4Record = 1;
    constexpr uint16_t ipv6Record = 2;
    constexpr size_t ipv4Length = 4;
    constexpr size_t ipv6Length = 16;
    std::vector<HostName> names;
    OptionWalk records(block.body, block.order); // records and options are built alike
    while (const auto record = records.next()) {
        const size_t addressLength = record->code == ipv4Record ? ipv4Length : ipv6Length;
        if (record->code > ipv6Record || record->value.size() <= addressLength)
            continue;
        IpAddress address;
        address.isV6 = record->code == ipv6Record;
        std::memcpy(address.bytes.data(), record->value.data(), addressLength);
        addNames(names, address, record->value.subspan(addressLength));
    }
    return names;
}

} // namespace whyrst::pcapng
