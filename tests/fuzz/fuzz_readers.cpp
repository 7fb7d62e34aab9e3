// The targets that read packets and do not look into them.
#include "tests/fuzz/fuzz_targets.h"

#include "model/capture/byte_order.h"
#include "model/capture/capture_limits.h"
#include "model/capture/merged_reader.h"
#include "model/capture/pcap_reader.h"
#include "model/capture/pcapng_reader.h"
#include "tests/support/memory_source.h"

#include <algorithm>

namespace whyrst::fuzz {

namespace {

constexpr uint64_t mostPackets = 100'000; ///< of one input; few unpacked bytes can be many packets

/// A sum that needs every byte of the packet, so that the sanitizers see a view that is not valid.
unsigned sumOf(std::span<const std::byte> bytes)
{
    unsigned sum = 0;
    for (const std::byte byte : bytes)
        sum += static_cast<unsigned>(byte);
    return sum;
}

void readAll(const Result<std::unique_ptr<CaptureReader>>& opened)
{
    if (!opened) {
        const std::string sentence = sentenceFor(opened.error());
        require(!sentence.empty() && sentence.back() == '.', "an error is one sentence");
        return;
    }
    CaptureReader& reader = **opened;
    Packet packet;
    uint64_t count = 0;
    volatile unsigned sum = 0;
    while (count < mostPackets && reader.next(packet) == ReadStep::Packet) {
        ++count;
        require(packet.number.value == count, "packets are numbered from 1");
        require(packet.originalLength >= packet.bytes.size(), "a packet is no longer than on the wire");
        require(packet.bytes.size() <= largestCapturedLength(packet.linkType), "no packet is larger than possible");
        sum = sum + sumOf(packet.bytes);
    }
    for (const CaptureNote& note : reader.notes())
        require(!note.text.empty() && note.text.back() == '.', "a note is a sentence");
    reader.details();
    reader.formatName();
    for (const LinkType type : reader.linkTypes())
        require(!linkTypeName(type).empty(), "each link type has a name");
}

} // namespace

void runPcap(Input input)
{
    readAll(makePcapReader(RecordBuffer(std::make_unique<test::MemorySource>(input)), "input"));
}

void runPcapng(Input input)
{
    readAll(makePcapngReader(RecordBuffer(std::make_unique<test::MemorySource>(input)), "input"));
}

void runCompressed(Input input)
{
    const test::MemoryFile file(input);
    readAll(openCapture(file.path(), {.filter = {}, .convertsForeign = false}));
}

void runMerged(Input input)
{
    constexpr size_t lengthSize = 2;
    if (input.size() < lengthSize)
        return;
    const size_t firstLength = std::min<size_t>(loadBig16(input.data()), input.size() - lengthSize);
    const test::MemoryFile first(input.subspan(lengthSize, firstLength));
    const test::MemoryFile second(input.subspan(lengthSize + firstLength));
    readAll(openCaptures({first.path(), second.path()}));
}

} // namespace whyrst::fuzz
