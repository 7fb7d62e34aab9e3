// Captures of other programs, which Wireshark's editcap converts: the oracle is the capture that they were made of.
#include "tests/support/packet_bytes.h"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace whyrst::test {
namespace {

using namespace std::chrono_literals;

bool hasEditcap()
{
    return std::system("editcap --version >/dev/null 2>&1") == 0;
}

/// A file of the format that editcap calls `format`, which it makes of `pcap`.
class ForeignFile
{
public:
    ForeignFile(const Bytes& pcap, const std::string& format)
        : m_original(pcap)
        , m_path(m_original.path() + "." + format)
    {
        const std::string command
            = "editcap -F " + format + " " + m_original.path() + " " + m_path + " >/dev/null 2>&1";
        m_isMade = std::system(command.c_str()) == 0;
    }
    ForeignFile(const ForeignFile&) = delete;
    ForeignFile& operator=(const ForeignFile&) = delete;
    ~ForeignFile() { std::filesystem::remove(m_path); }

    bool isMade() const { return m_isMade; }
    const std::string& path() const { return m_path; }

private:
    TemporaryFile m_original;
    std::string m_path;
    bool m_isMade = false;
};

Bytes threePackets()
{
    PcapFile file;
    for (int second = 1; second <= 3; ++second)
        file.packet(
            std::chrono::seconds(1'700'000'000 + second), ethernetFrame({.seq = static_cast<uint32_t>(second)}));
    return file.bytes();
}

std::vector<Bytes> packetsOf(CaptureReader& reader)
{
    std::vector<Bytes> packets;
    Packet packet;
    while (reader.next(packet) != ReadStep::End) {
        if (packet.number.value > packets.size())
            packets.emplace_back(packet.bytes.begin(), packet.bytes.end());
    }
    return packets;
}

class ConvertedCapture : public testing::TestWithParam<const char*>
{
};

INSTANTIATE_TEST_SUITE_P(Formats, ConvertedCapture,
    testing::Values("snoop", "netmon1", "netmon2", "ngsniffer", "ngwsniffer_1_1", "ngwsniffer_2_0", "visual", "5views",
        "lanalyzer"),
    [](const auto& format) { return "F" + std::string(format.param); });

TEST_P(ConvertedCapture, HasThePacketsOfTheCaptureItWasMadeOf)
{
    if (!hasEditcap())
        GTEST_SKIP() << "editcap is not installed.";
    const ForeignFile file(threePackets(), GetParam());
    ASSERT_TRUE(file.isMade());
    const auto reader = openCapture(file.path());

    ASSERT_TRUE(reader.ok()) << sentenceFor(reader.error());
    const std::vector<Bytes> packets = packetsOf(**reader);
    ASSERT_EQ(packets.size(), 3u);
    for (uint32_t index = 0; index < packets.size(); ++index)
        EXPECT_EQ(packets[index], ethernetFrame({.seq = index + 1})) << index;
    EXPECT_TRUE((*reader)->notes().empty());
}

TEST(ConvertedCapture, IsNotTriedWhereItIsNotWanted)
{
    const ForeignFile file(threePackets(), "snoop");
    const auto reader = openCapture(file.path(), {.filter = {}, .convertsForeign = false});

    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, hasEditcap() ? ErrorCode::ForeignCapture : ErrorCode::CannotOpen);
}

TEST(ConvertedCapture, GivesWhatStandsBeforeTheDamage)
{
    if (!hasEditcap())
        GTEST_SKIP() << "editcap is not installed.";
    const ForeignFile file(threePackets(), "snoop");
    std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 20);
    const auto reader = openCapture(file.path());

    ASSERT_TRUE(reader.ok()) << sentenceFor(reader.error());
    EXPECT_EQ(packetsOf(**reader).size(), 2u);
    const std::vector<CaptureNote> notes = (*reader)->notes();
    ASSERT_THAT(notes, testing::SizeIs(1));
    EXPECT_THAT(notes.front().text, testing::StartsWith("The file is cut or damaged before packet 3"));
    EXPECT_EQ(notes.front().packet, PacketNumber(3));
    EXPECT_EQ(notes.front().offset, 0u) << "nobody has the bytes that the converter wrote";
}

TEST(ConvertedCapture, OfANameThatLooksLikeAnOptionIsAFile)
{
    if (!hasEditcap())
        GTEST_SKIP() << "editcap is not installed.";
    const ForeignFile file(threePackets(), "snoop");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(std::filesystem::path(file.path()).parent_path());
    const std::string name = "-v" + std::filesystem::path(file.path()).filename().string();
    std::filesystem::copy_file(file.path(), name);
    const auto reader = openCapture(name);
    std::filesystem::remove(name);
    std::filesystem::current_path(before);

    EXPECT_TRUE(reader.ok());
}

TEST(ConvertedCapture, EndsItsProcessWhenItIsClosedEarly)
{
    if (!hasEditcap())
        GTEST_SKIP() << "editcap is not installed.";
    const ForeignFile file(threePackets(), "snoop");
    openCapture(file.path());

    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "no child is left";
}

} // namespace
} // namespace whyrst::test
