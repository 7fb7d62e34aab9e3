// Several files as one capture.
#include "model/capture/merged_reader.h"
#include "tests/support/packet_bytes.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

namespace whyrst::test {
namespace {

/// A capture whose packets hold the given texts, one a second from `start` on.
PcapFile captureOf(std::chrono::seconds start, std::initializer_list<const char*> texts)
{
    PcapFile file;
    for (const char* text : texts)
        file.packet(start++, textBytes(text));
    return file;
}

std::vector<std::string> textsOf(CaptureReader& reader)
{
    std::vector<std::string> texts;
    Packet packet;
    uint32_t number = 0;
    while (reader.next(packet) == ReadStep::Packet) {
        EXPECT_EQ(packet.number, PacketNumber(++number));
        texts.emplace_back(reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size());
    }
    return texts;
}

size_t openDescriptors()
{
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

TEST(MergedCapture, IsInOrderOfTimeWhateverTheOrderOfTheFiles)
{
    const TemporaryFile late(captureOf(10s, {"k", "l"}).bytes());
    const TemporaryFile early(captureOf(1s, {"a", "b"}).bytes());
    const auto reader = openCaptures({late.path(), early.path()});
    ASSERT_TRUE(reader.ok());

    EXPECT_THAT(textsOf(**reader), ElementsAre("a", "b", "k", "l"));
    EXPECT_EQ((*reader)->position(), (*reader)->size());
    EXPECT_EQ((*reader)->formatName(), "pcap (us)");
}

TEST(MergedCapture, TakesPacketsOfEqualTimeInTheOrderOfTheFiles)
{
    const TemporaryFile first(captureOf(1s, {"a", "b", "c"}).bytes());
    const TemporaryFile second(captureOf(1s, {"A", "B", "C"}).bytes());
    const auto reader = openCaptures({first.path(), second.path()});
    ASSERT_TRUE(reader.ok());

    EXPECT_THAT(textsOf(**reader), ElementsAre("a", "A", "b", "B", "c", "C"));
}

TEST(MergedCapture, KnowsWhereEachPacketIs)
{
    const TemporaryFile first(captureOf(1s, {"a", "b", "c"}).bytes());
    const TemporaryFile second(captureOf(2s, {"B"}).bytes());
    const auto reader = openCaptures({first.path(), second.path()});
    ASSERT_TRUE(reader.ok());
    textsOf(**reader);
    const MergedFrames frames = (*reader)->mergedFrames();

    EXPECT_EQ(frames.runs.size(), 3u);
    const auto third = frames.originOf(PacketNumber(3)); // a b B c
    const auto fourth = frames.originOf(PacketNumber(4));
    ASSERT_TRUE(third && fourth);
    EXPECT_EQ(third->file, second.path());
    EXPECT_EQ(third->packet, PacketNumber(1));
    EXPECT_EQ(fourth->file, first.path());
    EXPECT_EQ(fourth->packet, PacketNumber(3));
    EXPECT_FALSE(frames.originOf(PacketNumber(0)));
}

TEST(MergedCapture, HoldsOpenOnlyWhatIsDue)
{
    std::vector<std::unique_ptr<TemporaryFile>> ring;
    std::vector<std::string> names;
    for (int i = 0; i < 100; ++i) {
        ring.push_back(std::make_unique<TemporaryFile>(captureOf(std::chrono::seconds(10 * i), {"a", "b"}).bytes()));
        names.push_back(ring.back()->path());
    }
    const size_t before = openDescriptors();
    const auto reader = openCaptures(names);
    ASSERT_TRUE(reader.ok());
    Packet packet;
    size_t packets = 0;
    size_t most = 0;
    while ((*reader)->next(packet) == ReadStep::Packet) {
        ++packets;
        most = std::max(most, openDescriptors() - before);
    }

    EXPECT_EQ(packets, 200u);
    EXPECT_LE(most, 2u);
}

TEST(MergedCapture, SaysWhichFileCannotBeOpenedAndReadsTheOthers)
{
    const TemporaryFile good(captureOf(1s, {"a"}).bytes());
    const TemporaryFile text(textBytes("no capture at all"));
    const auto reader = openCaptures({text.path(), good.path(), "/no/such/file"});
    ASSERT_TRUE(reader.ok());

    EXPECT_THAT(textsOf(**reader), ElementsAre("a"));
    const auto notes = (*reader)->notes();
    ASSERT_EQ(notes.size(), 2u);
    EXPECT_EQ(notes[0].id, NoteId::UnreadableFile);
    EXPECT_EQ(notes[0].file, text.path());
    EXPECT_THAT(notes[1].text, HasSubstr("/no/such/file"));
}

TEST(MergedCapture, OfNothingThatOpensIsTheFirstError)
{
    const auto reader = openCaptures({"/no/such/file", "/not/this/either"});

    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, ErrorCode::CannotOpen);
    EXPECT_EQ(reader.error().file, "/no/such/file");
}

TEST(MergedCapture, NotesNameTheirFile)
{
    const TemporaryFile whole(captureOf(1s, {"a"}).bytes());
    const Bytes bytes = captureOf(2s, {"b", "c"}).bytes();
    const TemporaryFile damaged(cut(bytes, bytes.size() - 1));
    const auto reader = openCaptures({whole.path(), damaged.path()});
    ASSERT_TRUE(reader.ok());

    EXPECT_THAT(textsOf(**reader), ElementsAre("a", "b"));
    const auto notes = (*reader)->notes();
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes[0].id, NoteId::CutShort);
    EXPECT_EQ(notes[0].file, damaged.path());
    EXPECT_EQ(notes[0].packet, PacketNumber(2));
    EXPECT_THAT(notes[0].text, HasSubstr(damaged.path()));
}

TEST(MergedCapture, CommentsMoveWithTheirPackets)
{
    PcapngFile commented;
    commented.interface()
        .packet(1'000'000, textBytes("a"))
        .packet(3'000'000, textBytes("c"), commented.option(1, textBytes("third of all")));
    const TemporaryFile first(commented.bytes());
    const TemporaryFile second(captureOf(2s, {"b"}).bytes());
    const auto reader = openCaptures({first.path(), second.path()});
    ASSERT_TRUE(reader.ok());
    textsOf(**reader);

    EXPECT_THAT((*reader)->details().comments, ElementsAre(PacketComment{PacketNumber(3), "third of all"}));
}

} // namespace
} // namespace whyrst::test
