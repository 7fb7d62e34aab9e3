#include "model/packet/checksum.h"

#include "model/capture/byte_order.h"
#include "model/packet/ip_header.h"

#include <cstring>

namespace whyrst {

namespace {

constexpr size_t checksumAt = 16; // in the TCP header

uint16_t fold(uint64_t sum)
{
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

// Clang wants the attribute at the definition; the runtime of the thread sanitizer begins too late for it.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
/// The loader takes the variant with the widest vectors that the processor has.
[[gnu::target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")]] uint64_t nativeSum(
    const std::byte* at, size_t length);
#endif

/// Sum in the machine's byte order, which only needs a swap at the end (RFC 1071 section 2 B). Words of 32 bits in an
/// accumulator of 64 never overflow, and compilers make vector instructions of the loop.
uint64_t nativeSum(const std::byte* at, size_t length)
{
    const size_t count = length / sizeof(uint32_t);
    uint64_t sum = 0;
    for (size_t i = 0; i < count; ++i) {
        uint32_t word;
        std::memcpy(&word, at + i * sizeof word, sizeof word);
        sum += word;
    }
    uint32_t rest = 0;
    for (size_t i = count * sizeof rest; i < length; ++i)
        std::memcpy(reinterpret_cast<std::byte*>(&rest) + i % sizeof rest, at + i, 1);
    return sum + rest;
}

/// `number` as a sum in the machine's byte order.
uint64_t nativeTerm(uint16_t number)
{
    return std::endian::native == std::endian::big ? number : byteSwapped(number);
}

/// Class of a checksum that is not valid.
ChecksumClass classifyWrong(std::span<const std::byte> addresses, std::span<const std::byte> segment)
{
    const uint64_t length = segment.size();
    const uint16_t withoutLength = fold(uint64_t{onesComplementSum(addresses)} + protocolTcp);
    const uint16_t pseudoHeader = fold(withoutLength + (length >> 16) + (length & 0xffff));
    const uint16_t field = loadBig16(segment.data() + checksumAt);
    if (field == 0)
        return ChecksumClass::Zero;
    return field == pseudoHeader || field == withoutLength ? ChecksumClass::Partial : ChecksumClass::Bad;
}

} // namespace

uint16_t onesComplementSum(std::span<const std::byte> bytes)
{
    return static_cast<uint16_t>(nativeTerm(fold(nativeSum(bytes.data(), bytes.size()))));
}

ChecksumClass classifyChecksum(std::span<const std::byte> addresses, std::span<const std::byte> segment)
{
    constexpr uint64_t validSum = 0xffff; // with the checksum in place (RFC 1071 section 1); in any byte order
    const uint64_t length = segment.size();
    const uint64_t sum = nativeSum(segment.data(), segment.size()) + nativeSum(addresses.data(), addresses.size())
        + nativeTerm(protocolTcp) + nativeTerm(static_cast<uint16_t>(length))
        + nativeTerm(static_cast<uint16_t>(length >> 16));
    return fold(sum) == validSum ? ChecksumClass::Valid : classifyWrong(addresses, segment);
}

} // namespace whyrst
