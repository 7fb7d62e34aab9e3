// Captures of the lab, cut and changed at random: they open or are refused with one sentence, and take no more memory
// than the file's size warrants. WHYRST_HOSTILE_FULL=1: all captures, 200 cuts and 200 changes each.
#include "tests/support/lab_captures.h"
#include "tests/support/memory_source.h"

#include "model/tcp/load_trace.h"

#include <gtest/gtest.h>
#include <random>

namespace whyrst::test {
namespace {

constexpr size_t shardCount = 8;

bool isFull()
{
    return std::getenv("WHYRST_HOSTILE_FULL") != nullptr;
}

/// The captures of a shard: all, or those of the repository and every tenth of the others that is not large.
std::vector<std::string> capturesOf(size_t shard)
{
    constexpr size_t sampledShare = 10;
    constexpr uintmax_t largestSampled = 200'000;
    std::vector<std::string> files;
    const std::vector<std::string> more = moreCaptures();
    for (size_t index = 0; index < more.size(); ++index) {
        if (isFull() || (index % sampledShare == 0 && std::filesystem::file_size(more[index]) <= largestSampled))
            files.push_back(more[index]);
    }
    std::ranges::copy(smallLabCaptures(), std::back_inserter(files));
    std::vector<std::string> own;
    for (size_t index = shard; index < files.size(); index += shardCount)
        own.push_back(files[index]);
    return own;
}

template <typename Element> size_t bytesIn(const std::vector<Element>& elements)
{
    return elements.capacity() * sizeof(Element);
}

/// Memory of all that a trace keeps of its segments and connections.
size_t storeMemory(const Trace& trace)
{
    size_t bytes = trace.arena->used() + trace.resets.size() * sizeof(ResetRef);
    for (const Connection& connection : trace.connections) {
        bytes += sizeof(Connection);
        for (const Flow& flow : connection.flows) {
            bytes += bytesIn(flow.rare->sackBlocks) + bytesIn(flow.rare->macChanges) + bytesIn(flow.rare->icmpErrors)
                + bytesIn(flow.rare->resetTexts) + bytesIn(flow.rare->resentData);
        }
    }
    return bytes;
}

/// A SYN of 40 bytes in a record of 56 begins a connection of some 420 bytes: the worst case.
constexpr size_t memoryFactor = 8;
constexpr size_t memoryOfAnyTrace = 4096;

void expectToSurvive(const Bytes& bytes)
{
    const MemoryFile file(bytes);
    LoadOptions options;
    options.threads = 1;
    NoProgress progress;
    const Result<Trace> trace = loadTrace(file.path(), options, progress);
    if (!trace) {
        const std::string sentence = sentenceFor(trace.error());
        EXPECT_TRUE(sentence.ends_with('.') && sentence.find('\n') == std::string::npos) << sentence;
        return;
    }
    EXPECT_LE(storeMemory(*trace), memoryFactor * bytes.size() + memoryOfAnyTrace) << "file of " << bytes.size();
}

class HostileMutation : public testing::TestWithParam<size_t>
{
protected:
    /// `count` random positions of a file of `size` bytes, the same each time.
    static std::vector<size_t> positions(const std::string& file, size_t size)
    {
        const size_t count = isFull() ? 200 : 4;
        std::mt19937_64 random(std::hash<std::string>()(std::filesystem::path(file).filename().string()) + size);
        std::vector<size_t> result(size > 0 ? count : 0);
        std::ranges::generate(result, [&] { return random() % size; });
        return result;
    }
};

INSTANTIATE_TEST_SUITE_P(
    Shards, HostileMutation, testing::Range(size_t{0}, shardCount), testing::PrintToStringParamName());

TEST_P(HostileMutation, CutCapturesOpenOrAreRefusedWithASentence)
{
    for (const std::string& file : capturesOf(GetParam())) {
        const Bytes bytes = bytesOfFile(file);
        for (const size_t length : positions(file, bytes.size())) {
            SCOPED_TRACE(testing::Message() << file << " cut to " << length);
            expectToSurvive(cut(bytes, length));
        }
    }
}

TEST_P(HostileMutation, CapturesWithAChangedByteOpenOrAreRefusedWithASentence)
{
    for (const std::string& file : capturesOf(GetParam())) {
        Bytes bytes = bytesOfFile(file);
        for (const size_t at : positions(file, bytes.size())) {
            const std::byte before = bytes[at];
            bytes[at] ^= static_cast<std::byte>(1 + at * 89 % 255);
            SCOPED_TRACE(testing::Message() << file << " changed at " << at);
            expectToSurvive(bytes);
            bytes[at] = before;
        }
    }
}

TEST(HostileMemory, AScanTakesNoMoreThanItsShareOfTheFile)
{
    constexpr uint32_t connections = 20'000;
    PcapFile file({.linkType = 101});
    const Bytes syn = ipPacket({.sourcePort = 0, .flags = flagSyn});
    constexpr size_t lastOfSource = 12;
    for (uint32_t index = 0; index < connections; ++index)
        file.packet(std::chrono::microseconds(index), patched(syn, lastOfSource, big32(index)));
    expectToSurvive(file.bytes());
}

} // namespace
} // namespace whyrst::test
