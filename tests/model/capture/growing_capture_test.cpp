// Captures that are still being written: no byte yet is neither the end nor a cut.
#include "model/capture/pcap_reader.h"
#include "model/capture/pcapng_reader.h"
#include "tests/support/packet_bytes.h"

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace whyrst::test {
namespace {

/// A named pipe with a writer.
class NamedPipe
{
public:
    NamedPipe()
    {
        std::filesystem::remove(m_path);
        EXPECT_EQ(mkfifo(m_path.c_str(), S_IRUSR | S_IWUSR), 0);
        m_descriptor = ::open(m_path.c_str(), O_RDWR); // does not wait for a reader
        EXPECT_GE(m_descriptor, 0);
    }
    NamedPipe(const NamedPipe&) = delete;
    NamedPipe& operator=(const NamedPipe&) = delete;
    ~NamedPipe()
    {
        close();
        std::filesystem::remove(m_path);
    }

    void write(const Bytes& bytes)
    {
        EXPECT_EQ(::write(m_descriptor, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }
    void close()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = -1;
    }
    const std::string& path() const { return m_path; }

private:
    std::string m_path
        = (std::filesystem::temp_directory_path() / ("whyrst-pipe-" + std::to_string(getpid()))).string();
    int m_descriptor = -1;
};

Bytes part(const Bytes& bytes, size_t from, size_t to)
{
    return Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to));
}

TEST(GrowingCapture, GivesThePacketWhenItIsWhole)
{
    const Bytes whole = PcapFile().packet(1s, textBytes("first")).packet(2s, textBytes("second")).bytes();
    NamedPipe pipe;
    pipe.write(part(whole, 0, 50));
    const auto reader = openCapture(pipe.path());
    ASSERT_TRUE(reader.ok());
    Packet packet;

    EXPECT_EQ((*reader)->next(packet), ReadStep::Packet);
    EXPECT_EQ((*reader)->next(packet), ReadStep::NothingYet);
    pipe.write(part(whole, 50, whole.size()));
    EXPECT_EQ((*reader)->next(packet), ReadStep::Packet);
    EXPECT_EQ(packet.time, Timestamp(2s));
    pipe.close();
    EXPECT_EQ((*reader)->next(packet), ReadStep::End);
    EXPECT_TRUE((*reader)->notes().empty());
}

TEST(GrowingCapture, IsCutShortOnlyWhenTheWriterHasGone)
{
    const Bytes whole = PcapFile().packet(1s, textBytes("first")).bytes();
    NamedPipe pipe;
    pipe.write(cut(whole, 42));
    const auto reader = openCapture(pipe.path());
    ASSERT_TRUE(reader.ok());
    Packet packet;

    EXPECT_EQ((*reader)->next(packet), ReadStep::NothingYet);
    pipe.close();
    EXPECT_EQ((*reader)->next(packet), ReadStep::End);
    ASSERT_EQ((*reader)->notes().size(), 1u);
    EXPECT_EQ((*reader)->notes()[0].id, NoteId::CutShort);
}

TEST(GrowingCapture, AnswersSoonWhileNothingComes)
{
    NamedPipe pipe;
    pipe.write(PcapFile().bytes());
    const auto reader = openCapture(pipe.path());
    ASSERT_TRUE(reader.ok());
    Packet packet;
    const auto before = std::chrono::steady_clock::now();

    EXPECT_EQ((*reader)->next(packet), ReadStep::NothingYet);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1s) << "50 ms, and much patience for a busy machine";
}

TEST(GrowingCapture, WaitingForTheFirstBytesCanBeGivenUp)
{
    NamedPipe pipe;
    pipe.write(cut(PcapFile().bytes(), 10));
    int asked = 0;
    const auto reader = openCapture(pipe.path(), {.filter = {}, .keepWaiting = [&] { return ++asked < 3; }});

    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(asked, 3);
}

/// Has nothing yet before each byte.
class HesitatingSource final : public ByteSource
{
public:
    explicit HesitatingSource(Bytes bytes)
        : m_bytes(std::move(bytes))
    {
    }
    std::optional<size_t> read(std::span<std::byte> into) override
    {
        m_hesitates = !m_hesitates;
        if (m_hesitates)
            return std::nullopt;
        if (m_at == m_bytes.size())
            return 0;
        into.front() = m_bytes[m_at++];
        return 1;
    }
    std::optional<SourceFailure> failure() const override { return std::nullopt; }
    uint64_t size() const override { return 0; }
    uint64_t position() const override { return m_at; }

private:
    Bytes m_bytes;
    size_t m_at = 0;
    bool m_hesitates = false;
};

RecordBuffer hesitating(const Bytes& bytes)
{
    RecordBuffer buffer(std::make_unique<HesitatingSource>(bytes));
    buffer.startWaiting({});
    return buffer;
}

std::vector<Bytes> readPatiently(CaptureReader& reader)
{
    std::vector<Bytes> packets;
    Packet packet;
    for (ReadStep step{}; (step = reader.next(packet)) != ReadStep::End;) {
        if (step == ReadStep::Packet)
            packets.emplace_back(packet.bytes.begin(), packet.bytes.end());
    }
    return packets;
}

TEST(GrowingCapture, PcapMayCeaseAfterEachByte)
{
    const auto reader = makePcapReader(
        hesitating(PcapFile().packet(1s, textBytes("first")).packet(2s, textBytes("second")).bytes()), "pipe");
    ASSERT_TRUE(reader.ok());

    EXPECT_EQ(readPatiently(**reader), (std::vector{textBytes("first"), textBytes("second")}));
    EXPECT_TRUE((*reader)->notes().empty());
}

TEST(GrowingCapture, PcapngMayCeaseAfterEachByteAlsoInBlocksThatAreSkipped)
{
    constexpr uint32_t customBlock = 0xbad;
    PcapngFile file;
    file.interface().packet(1, textBytes("first")).block(customBlock, Bytes(100)).packet(2, textBytes("second"));
    const auto reader = makePcapngReader(hesitating(file.bytes()), "pipe");
    ASSERT_TRUE(reader.ok());

    EXPECT_EQ(readPatiently(**reader), (std::vector{textBytes("first"), textBytes("second")}));
    EXPECT_TRUE((*reader)->notes().empty());
}

} // namespace
} // namespace whyrst::test
