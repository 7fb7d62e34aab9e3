// libpcap is the oracle: what it reads of a capture, we read too and find the same packets.
#include "tests/support/lab_captures.h"
#include "tests/support/packet_bytes.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <pcap/pcap.h>

namespace whyrst::test {
namespace {

constexpr size_t errorLength = PCAP_ERRBUF_SIZE;
constexpr int64_t nanosecondsPerSecond = 1'000'000'000;

struct PcapCloser
{
    void operator()(pcap_t* pcap) const { pcap_close(pcap); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapCloser>;

PcapHandle openWithLibpcap(const std::string& path)
{
    char reason[errorLength] = {};
    return PcapHandle(pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, reason));
}

/// The time that libpcap gave; nothing for one that no clock gives, which damaged files hold and each reader bends in
/// its own way. The seconds of pcap files are unsigned, but libpcap keeps them signed.
std::optional<Timestamp> timeOf(const pcap_pkthdr& header)
{
    constexpr int64_t earliest = std::numeric_limits<int32_t>::min();
    constexpr int64_t latest = std::numeric_limits<uint32_t>::max();
    const int64_t seconds = header.ts.tv_sec;
    const int64_t fraction = header.ts.tv_usec;
    if (seconds < earliest || seconds > latest || fraction < 0 || fraction >= nanosecondsPerSecond)
        return std::nullopt;
    return Timestamp(Duration(int64_t{static_cast<uint32_t>(seconds)} * nanosecondsPerSecond + fraction));
}

/// Whether our packet is the one that libpcap gave. libpcap cuts at the snap length of the file and leaves original
/// lengths below the captured one as they are; we do neither.
bool isSamePacket(const Packet& ours, const pcap_pkthdr& header, const u_char* bytes, int snapLength)
{
    const size_t captured = std::min<size_t>(ours.bytes.size(), static_cast<size_t>(snapLength));
    const bool sameBytes = captured == header.caplen
        && std::equal(bytes, bytes + captured, reinterpret_cast<const u_char*>(ours.bytes.data()));
    return sameBytes && ours.time == timeOf(header).value_or(ours.time)
        && ours.originalLength == std::max(header.len, static_cast<bpf_u_int32>(ours.bytes.size()));
}

/// Reads `path` with both. Returns whether libpcap could open it.
bool compareWithLibpcap(const std::string& path)
{
    SCOPED_TRACE(path);
    const PcapHandle oracle = openWithLibpcap(path);
    if (!oracle)
        return false;
    const auto reader = openCapture(path);
    if (!reader) {
        ADD_FAILURE() << sentenceFor(reader.error());
        return true;
    }
    Packet packet;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    uint32_t number = 0;
    int state = 0;
    while ((state = pcap_next_ex(oracle.get(), &header, &bytes)) == 1) {
        if ((*reader)->next(packet) != ReadStep::Packet || packet.number != PacketNumber(++number)
            || !isSamePacket(packet, *header, bytes, pcap_snapshot(oracle.get()))) {
            ADD_FAILURE() << "packet " << number << " differs";
            return true;
        }
    }
    const bool isWhole = state == PCAP_ERROR_BREAK; // else libpcap gave up, and we may read on
    EXPECT_FALSE(isWhole && (*reader)->next(packet) == ReadStep::Packet) << "we read more packets than libpcap";
    return true;
}

size_t compareAll(const std::vector<std::string>& files)
{
    return static_cast<size_t>(std::count_if(files.begin(), files.end(), compareWithLibpcap));
}

TEST(LibpcapOracle, AgreesOnBuiltFiles)
{
    PcapngFile pcapng(std::endian::big);
    pcapng.interface(101, pcapng.option(9, bytesOf({9})), 262144).packet(1'000'000'005, textBytes("one"));
    const TemporaryFile first(pcapng.bytes());
    const TemporaryFile second(PcapFile().packet(std::chrono::microseconds(7), textBytes("two"), 60).bytes());

    EXPECT_EQ(compareAll({first.path(), second.path()}), 2u);
}

TEST(LibpcapOracle, AgreesOnEveryTraceOfTheTests)
{
    compareAll(filesBelow(WHYRST_SOURCE_DIR "/tests/traces"));
}

TEST(LibpcapOracle, AgreesOnEveryLabCapture)
{
    if (!captureFolder())
        GTEST_SKIP() << "WHYRST_CAPTURES does not name the folder of recorded captures.";
    EXPECT_GT(compareAll(filesBelow(std::string(captureFolder()) + "/lab")), 0u);
}

TEST(LibpcapOracle, AgreesOnEveryPublicCapture)
{
    if (!captureFolder())
        GTEST_SKIP() << "WHYRST_CAPTURES does not name the folder of recorded captures.";
    EXPECT_GT(compareAll(filesBelow(std::string(captureFolder()) + "/public")), 0u);
}

TEST(PublicCaptures, EachOpensOrGivesOneSentence)
{
    if (!captureFolder())
        GTEST_SKIP() << "WHYRST_CAPTURES does not name the folder of recorded captures.";
    for (const std::string& path : filesBelow(std::string(captureFolder()) + "/public")) {
        SCOPED_TRACE(path);
        const auto reader = openCapture(path);
        if (reader)
            continue;
        const std::string sentence = sentenceFor(reader.error());
        EXPECT_NE(sentence.find(path), std::string::npos) << sentence;
        EXPECT_EQ(sentence.back(), '.') << sentence;
    }
}

TEST(LinkTypeName, IsLibpcapsForEveryNumberThatAFileMayHold)
{
    constexpr uint32_t count = 320; // a little beyond the last number that libpcap knows
    for (uint32_t type = 0; type < count; ++type) {
        SCOPED_TRACE(type);
        const TemporaryFile file(PcapFile({.linkType = type}).bytes());
        const PcapHandle oracle = openWithLibpcap(file.path());
        ASSERT_TRUE(oracle);
        const char* name = pcap_datalink_val_to_name(pcap_datalink(oracle.get()));
        EXPECT_EQ(linkTypeName(static_cast<LinkType>(type)), name ? name : "LINKTYPE_" + std::to_string(type));
    }
}

TEST(LinkTypeName, NamesTheLinksThatWeDecode)
{
    EXPECT_EQ(linkTypeName(1), "EN10MB");
    EXPECT_EQ(linkTypeName(101), "RAW");
    EXPECT_EQ(linkTypeName(228), "IPV4");
    EXPECT_EQ(linkTypeName(276), "LINUX_SLL2");
}

} // namespace
} // namespace whyrst::test
