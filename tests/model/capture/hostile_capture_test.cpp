// Captures that were cut or changed byte by byte: whatever they hold, reading and decoding ends without a fault.
#include "tests/support/packet_bytes.h"

#include <filesystem>
#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace whyrst::test {
namespace {

/// Reads and decodes all; a file that cannot be opened must give a sentence.
void readEverything(const std::string& path)
{
    const auto reader = openCapture(path);
    if (!reader) {
        EXPECT_NE(sentenceFor(reader.error()), "");
        return;
    }
    Packet packet;
    while ((*reader)->next(packet) == ReadStep::Packet)
        decodePacket(packet);
    for (const CaptureNote& note : (*reader)->notes())
        EXPECT_EQ(note.text.back(), '.') << note.text;
}

void readEverything(const Bytes& bytes)
{
    const TemporaryFile file(bytes);
    readEverything(file.path());
}

Bytes smallPcap()
{
    TcpPacket segment{.options = timestampsOption(1, 2), .payload = textBytes("data")};
    const Bytes v4 = ethernetFrame(segment);
    segment.source = "2001:db8::1";
    segment.destination = "2001:db8::2";
    return PcapFile().packet(1s, v4).packet(2s, ethernetFrame(segment)).bytes();
}

Bytes smallPcapng()
{
    PcapngFile file;
    file.interface(1, file.option(9, bytesOf({9})));
    file.packet(1, ethernetFrame({.options = mssOption(1460)}), file.option(2, file.number(1, 4)));
    file.statistics(0, file.option(5, file.number(1, 8))).block(4, Bytes(8));
    return file.simplePacket(Bytes(10), 20).bytes();
}

class HostileCapture : public testing::TestWithParam<Bytes>
{
};

INSTANTIATE_TEST_SUITE_P(Small, HostileCapture, testing::Values(smallPcap(), smallPcapng()),
    [](const auto& test) { return std::string(test.index == 0 ? "Pcap" : "Pcapng"); });

TEST_P(HostileCapture, CutAtEveryByteIsReadUpToThere)
{
    for (size_t length = 0; length < GetParam().size(); ++length) {
        SCOPED_TRACE(length);
        readEverything(cut(GetParam(), length));
    }
}

TEST_P(HostileCapture, AnyByteSetToExtremesDoesNoHarm)
{
    for (size_t at = 0; at < GetParam().size(); ++at) {
        for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
            SCOPED_TRACE(testing::Message() << "byte " << at << " = " << value);
            readEverything(patched(GetParam(), at, bytesOf({value})));
        }
    }
}

TEST(HostileTraces, EachFileThatOnceDidHarmIsReadWithoutFault)
{
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(WHYRST_SOURCE_DIR "/tests/traces/hostile")) {
        SCOPED_TRACE(entry.path().filename());
        readEverything(entry.path().string());
        ++files;
    }
    EXPECT_GT(files, 0u);
}

} // namespace
} // namespace whyrst::test
