#include "model/packet/tcp_header.h"

#include "model/capture/byte_order.h"
#include "model/packet/checksum.h"

#include <algorithm>
#include <limits>

namespace whyrst {

namespace {

using Bytes = std::span<const std::byte>;

constexpr uint32_t fixedLength = 20;

// Kinds of options (IANA TCP parameters).
constexpr uint8_t endOfList = 0;
constexpr uint8_t noOperation = 1;
constexpr uint8_t maximumSegmentSize = 2;
constexpr uint8_t windowScale = 3;
constexpr uint8_t sackPermitted = 4;
constexpr uint8_t sack = 5;
constexpr uint8_t timestamps = 8;
constexpr uint8_t md5Signature = 19;
constexpr uint8_t userTimeout = 28;
constexpr uint8_t authenticationOption = 29;
constexpr uint8_t multipath = 30;
constexpr uint8_t fastOpen = 34;
constexpr uint8_t experiment = 254;

void addToOrder(uint8_t kind, TcpOptions& options)
{
    if (options.orderLength < options.order.size())
        options.order[options.orderLength++] = kind;
}

/// SACK blocks (RFC 2018 3): pairs of edges.
void addSackBlocks(Bytes value, TcpOptions& options)
{
    constexpr size_t blockLength = 2 * sizeof(uint32_t);
    for (; value.size() >= blockLength && options.sackBlockCount < maxSackBlocks; value = value.subspan(blockLength)) {
        const SeqNum left{loadBig32(value.data())};
        const SeqNum right{loadBig32(value.data() + sizeof(uint32_t))};
        options.sackBlocks[options.sackBlockCount++] = {left, right};
    }
}

void setFastOpen(Bytes cookie, TcpOptions& options)
{
    options.fastOpen = true;
    options.fastOpenCookieLength = static_cast<uint8_t>(cookie.size());
}

/// Fast Open before it had a kind of its own (RFC 7413 appendix A); other experiments (RFC 6994) are passed over.
void addExperiment(Bytes value, TcpOptions& options)
{
    constexpr uint16_t fastOpenMagic = 0xf989;
    if (value.size() >= sizeof fastOpenMagic && loadBig16(value.data()) == fastOpenMagic)
        setFastOpen(value.subspan(sizeof fastOpenMagic), options);
}

/// Multipath TCP (RFC 8684 3): the subtype is the first half byte; MP_TCPRST has flags and a reason behind it.
void addMultipath(Bytes value, TcpOptions& options)
{
    constexpr unsigned tcpReset = 8;
    options.multipath = true;
    if (value.empty())
        return;
    const unsigned subtype = load8(value.data()) >> 4;
    options.multipathSubtypes = static_cast<uint16_t>(options.multipathSubtypes | (1u << subtype));
    if (subtype == tcpReset && value.size() == 2)
        options.multipathResetReason = load8(value.data() + 1);
}

/// Options without or with hardly any fields, and rare ones.
void addRareOption(uint8_t kind, Bytes value, TcpOptions& options)
{
    switch (kind) {
    case md5Signature:
        options.md5 = true;
        break;
    case authenticationOption:
        options.authentication = true;
        break;
    case multipath:
        addMultipath(value, options);
        break;
    case fastOpen:
        setFastOpen(value, options);
        break;
    case experiment:
        addExperiment(value, options);
        break;
    case userTimeout:
        if (value.size() == sizeof(uint16_t))
            options.userTimeout = loadBig16(value.data());
        break;
    default:
        break;
    }
}

/// An option of a length that its kind does not allow is passed over, as stacks do.
void addOption(uint8_t kind, Bytes value, TcpOptions& options)
{
    constexpr size_t timestampsLength = 2 * sizeof(uint32_t);
    switch (kind) {
    case timestamps:
        if (value.size() == timestampsLength)
            options.timestamps = Timestamps{loadBig32(value.data()), loadBig32(value.data() + sizeof(uint32_t))};
        break;
    case sack:
        addSackBlocks(value, options);
        break;
    case maximumSegmentSize:
        if (value.size() == sizeof(uint16_t))
            options.maximumSegmentSize = loadBig16(value.data());
        break;
    case windowScale:
        if (value.size() == sizeof(uint8_t))
            options.windowScale = load8(value.data());
        break;
    case sackPermitted:
        options.sackPermitted = value.empty();
        break;
    default:
        addRareOption(kind, value, options);
        break;
    }
}

void parseInto(Bytes bytes, TcpOptions& options)
{
    constexpr size_t optionHeaderLength = 2; // kind and length
    while (!bytes.empty()) {
        const uint8_t kind = load8(bytes.data());
        const bool isSingleByte = kind == endOfList || kind == noOperation;
        if (!isSingleByte && bytes.size() < optionHeaderLength)
            return;
        const size_t length = isSingleByte ? 1 : load8(bytes.data() + 1);
        if (!isSingleByte && (length < optionHeaderLength || length > bytes.size()))
            return;
        addToOrder(kind, options);
        if (kind == endOfList)
            return;
        if (!isSingleByte)
            addOption(kind, bytes.subspan(optionHeaderLength, length - optionHeaderLength), options);
        bytes = bytes.subspan(length);
    }
}

/// What nearly every segment has (RFC 7323 appendix A): NOP, NOP, timestamps, and no more.
bool isTimestampsOnly(Bytes bytes)
{
    constexpr size_t length = 12;
    constexpr uint32_t start = 0x0101080a;
    return bytes.size() == length && loadBig32(bytes.data()) == start;
}

void setTimestampsOnly(const std::byte* at, TcpOptions& options)
{
    options.timestamps = Timestamps{loadBig32(at + 4), loadBig32(at + 8)};
    options.order = {noOperation, noOperation, timestamps};
    options.orderLength = 3;
}

void setIpFields(const IpHeader& ip, SegmentHeader& segment)
{
    segment.source.address = ip.source();
    segment.destination.address = ip.destination();
    segment.ttl = ip.ttl;
    segment.ipId = ip.ipId;
    segment.dontFragment = ip.dontFragment;
    segment.trafficClass = ip.trafficClass;
}

void setTcpFields(const std::byte* at, SegmentHeader& segment)
{
    constexpr uint16_t flagMask = 0x01ff;
    segment.source.port = loadBig16(at);
    segment.destination.port = loadBig16(at + 2);
    segment.seq = SeqNum{loadBig32(at + 4)};
    segment.flags = TcpFlags{static_cast<uint16_t>(loadBig16(at + 12) & flagMask)};
    segment.ack = segment.flags.ack() ? SeqNum{loadBig32(at + 8)} : SeqNum{};
    segment.rawWindow = loadBig16(at + 14);
    segment.checksum = loadBig16(at + 16);
    segment.urgentPointer = loadBig16(at + 18);
}

} // namespace

TcpOptions parseTcpOptions(Bytes bytes)
{
    TcpOptions options;
    parseInto(bytes, options);
    return options;
}

std::optional<SkipReason> decodeTcpHeader(const IpHeader& ip, SegmentHeader& segment)
{
    const Bytes bytes = ip.payload;
    if (bytes.size() < fixedLength)
        return ip.payloadLength < fixedLength ? SkipReason::Malformed : SkipReason::Truncated;
    constexpr size_t dataOffsetAt = 12;
    const uint32_t headerLength = (load8(bytes.data() + dataOffsetAt) >> 4) * 4u;
    const bool contradicts = headerLength < fixedLength || headerLength > ip.payloadLength;
    if (contradicts || ip.headerLength + headerLength > std::numeric_limits<uint16_t>::max())
        return SkipReason::Malformed;
    setIpFields(ip, segment);
    setTcpFields(bytes.data(), segment);
    const size_t capturedHeader = std::min<size_t>(headerLength, bytes.size());
    const Bytes options = bytes.subspan(fixedLength, capturedHeader - fixedLength);
    if (isTimestampsOnly(options)) [[likely]]
        setTimestampsOnly(options.data(), segment.options);
    else
        parseInto(options, segment.options);
    segment.options.cut = capturedHeader < headerLength;
    segment.headerLength = static_cast<uint16_t>(ip.headerLength + headerLength);
    segment.payloadLength = ip.payloadLength - headerLength;
    segment.payload = bytes.subspan(capturedHeader);
    if (ip.isPayloadWhole())
        segment.checksumClass = classifyChecksum(ip.addresses, bytes);
    return std::nullopt;
}

} // namespace whyrst
