#include "model/packet/wireless_header.h"

#include "model/capture/byte_order.h"
#include "model/packet/ether_type.h"

namespace whyrst {

namespace {

constexpr size_t addressLength = 6;
constexpr size_t firstAddressAt = 4;
constexpr size_t secondAddressAt = firstAddressAt + addressLength;
constexpr size_t thirdAddressAt = secondAddressAt + addressLength;
constexpr size_t sequenceControlAt = thirdAddressAt + addressLength;
constexpr size_t fourthAddressAt = sequenceControlAt + 2;
constexpr size_t shortHeaderLength = fourthAddressAt; // three addresses
constexpr size_t qosLength = 2;

/// The first two bytes (IEEE 802.11-2020 9.2.4.1).
struct FrameControl
{
    uint16_t bits = 0; ///< little endian

    bool isData() const { return (bits & 0x000c) == 0x0008; }
    bool hasBody() const { return !(bits & 0x0040); } ///< else a null data frame
    bool isQos() const { return bits & 0x0080; }
    bool toDistribution() const { return bits & 0x0100; }
    bool fromDistribution() const { return bits & 0x0200; }
    bool isProtected() const { return bits & 0x4000; }
    bool hasHtControl() const { return isQos() && (bits & 0x8000); }
    bool hasFourAddresses() const { return toDistribution() && fromDistribution(); }
};

uint16_t loadLittle16(const std::byte* at)
{
    return loadNumber<uint16_t>(at, std::endian::little);
}

size_t headerLengthOf(FrameControl control)
{
    constexpr size_t htControlLength = 4;
    return shortHeaderLength + (control.hasFourAddresses() ? addressLength : 0) + (control.isQos() ? qosLength : 0)
        + (control.hasHtControl() ? htControlLength : 0);
}

/// Where the address of the station that sent the packet is (9.3.2.1.2, table 9-30).
size_t sourceAddressAt(FrameControl control)
{
    if (!control.fromDistribution())
        return secondAddressAt;
    return control.toDistribution() ? fourthAddressAt : thirdAddressAt;
}

/// Whether the body is an A-MSDU (9.2.4.5.9).
bool isAggregate(FrameControl control, const Layer& layer)
{
    constexpr uint8_t aggregatePresent = 0x80;
    const size_t qosAt = shortHeaderLength + (control.hasFourAddresses() ? addressLength : 0);
    return control.isQos() && (load8(layer.at(qosAt)) & aggregatePresent);
}

/// Goes over the header of the first packet in an A-MSDU (9.3.2.2.2): addresses and length.
std::optional<SkipReason> enterAggregate(Layer& layer)
{
    constexpr size_t subframeHeaderLength = 2 * addressLength + 2;
    if (const auto reason = layer.lacks(subframeHeaderLength))
        return reason;
    layer.sourceMac = loadMac(layer.at(addressLength));
    layer.skip(subframeHeaderLength);
    return std::nullopt;
}

/// Whether the flags field of a radiotap header announces padding between header and body.
BodyPadding paddingOf(const Layer& layer, size_t headerLength)
{
    constexpr size_t presentAt = 4;
    constexpr uint8_t hasTimer = 0x01;
    constexpr uint8_t hasFlags = 0x02;
    constexpr uint8_t moreWords = 0x80; // of the last byte of each word
    constexpr size_t timerLength = 8;
    constexpr uint8_t paddingFlag = 0x20;
    const uint8_t present = load8(layer.at(presentAt));
    size_t at = presentAt + sizeof(uint32_t);
    while (at < headerLength && (load8(layer.at(at - 1)) & moreWords))
        at += sizeof(uint32_t);
    if (present & hasTimer)
        at = (at + timerLength - 1) / timerLength * timerLength + timerLength;
    const bool isPadded = (present & hasFlags) && at < headerLength && (load8(layer.at(at)) & paddingFlag);
    return isPadded ? BodyPadding::ToWords : BodyPadding::None;
}

} // namespace

std::optional<SkipReason> decodeWireless(Layer& layer, BodyPadding padding)
{
    constexpr uint16_t fragmentNumberMask = 0x000f;
    constexpr size_t wordLength = 4;
    if (const auto reason = layer.lacks(2))
        return reason;
    const FrameControl control{loadLittle16(layer.at())};
    if (!control.isData() || !control.hasBody() || control.isProtected())
        return SkipReason::NotIp;
    size_t length = headerLengthOf(control);
    if (padding == BodyPadding::ToWords)
        length = (length + wordLength - 1) / wordLength * wordLength;
    if (const auto reason = layer.lacks(length))
        return reason;
    if (loadLittle16(layer.at(sequenceControlAt)) & fragmentNumberMask)
        return SkipReason::NotIp;
    layer.sourceMac = loadMac(layer.at(sourceAddressAt(control)));
    const bool isAmsdu = isAggregate(control, layer);
    layer.skip(length);
    if (isAmsdu) {
        if (const auto reason = enterAggregate(layer))
            return reason;
    }
    return decodeLlc(layer);
}

std::optional<SkipReason> decodeRadiotap(Layer& layer)
{
    constexpr size_t fixedLength = 8;
    if (const auto reason = layer.lacks(fixedLength))
        return reason;
    const size_t length = loadLittle16(layer.at(2));
    if (length < fixedLength)
        return SkipReason::Malformed;
    if (const auto reason = layer.lacks(length))
        return reason;
    const BodyPadding padding = paddingOf(layer, length);
    layer.skip(length);
    return decodeWireless(layer, padding);
}

std::optional<SkipReason> decodePrism(Layer& layer)
{
    constexpr size_t headerLength = 144;
    constexpr uint32_t avsMagicMask = 0xfffff000;
    constexpr uint32_t avsMagic = 0x80211000;
    if (const auto reason = layer.lacks(sizeof(uint32_t)))
        return reason;
    if ((loadBig32(layer.at()) & avsMagicMask) == avsMagic)
        return decodeAvs(layer);
    if (const auto reason = layer.lacks(headerLength))
        return reason;
    layer.skip(headerLength);
    return decodeWireless(layer);
}

std::optional<SkipReason> decodeAvs(Layer& layer)
{
    constexpr size_t neededLength = 8; // magic and length
    if (const auto reason = layer.lacks(neededLength))
        return reason;
    const size_t length = loadBig32(layer.at(4));
    if (length < neededLength)
        return SkipReason::Malformed;
    if (const auto reason = layer.lacks(length))
        return reason;
    layer.skip(length);
    return decodeWireless(layer);
}

} // namespace whyrst
