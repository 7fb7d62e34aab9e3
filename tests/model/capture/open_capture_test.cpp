// What a file is, and the one sentence for what it is not.
#include "tests/support/packet_bytes.h"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

using testing::HasSubstr;

namespace whyrst::test {
namespace {

Error errorOfPath(const std::string& path)
{
    const auto reader = openCapture(path);
    EXPECT_FALSE(reader.ok());
    return reader ? Error{} : reader.error();
}

TEST(OpenCapture, SaysThatAFileIsAbsent)
{
    const Error error = errorOfPath("/no/such/file.pcap");

    EXPECT_EQ(error.code, ErrorCode::CannotOpen);
    EXPECT_EQ(error.file, "/no/such/file.pcap");
    EXPECT_THAT(error.detail, HasSubstr("No such file"));
}

TEST(OpenCapture, SaysThatAFileMayNotBeRead)
{
    if (geteuid() == 0)
        GTEST_SKIP() << "The super user may read every file.";
    const TemporaryFile file(PcapFile().bytes());
    std::filesystem::permissions(file.path(), std::filesystem::perms::none);

    EXPECT_EQ(errorOfPath(file.path()).code, ErrorCode::CannotOpen);
}

TEST(OpenCapture, SaysThatAFolderIsNoCapture)
{
    EXPECT_EQ(errorOfPath(std::filesystem::temp_directory_path().string()).code, ErrorCode::IsDirectory);
}

TEST(OpenCapture, SaysThatAFileIsEmpty)
{
    EXPECT_EQ(openError({}).code, ErrorCode::Empty);
}

TEST(OpenCapture, SaysThatAPcapFileEndsInsideItsHeader)
{
    const Error error = openError(cut(PcapFile().bytes(), 20));

    EXPECT_EQ(error.code, ErrorCode::Damaged);
    EXPECT_EQ(error.offset, 20u);
}

TEST(OpenCapture, SaysThatAPcapngFileEndsInsideItsFirstBlock)
{
    EXPECT_EQ(openError(cut(PcapngFile().bytes(), 20)).code, ErrorCode::Damaged);
}

TEST(OpenCapture, SaysThatTextIsNoCapture)
{
    const Error error = openError(textBytes("time,source,destination\n1.0,a,b\n"));

    EXPECT_EQ(error.code, ErrorCode::NotACapture);
    EXPECT_EQ(error.detail, "it looks like text");
}

TEST(OpenCapture, SaysHowManyBytesATinyFileHas)
{
    const Error error = openError(Bytes(20, std::byte{1}));

    EXPECT_EQ(error.code, ErrorCode::NotACapture);
    EXPECT_EQ(error.detail, "it has only 20 bytes");
}

TEST(OpenCapture, RefusesAnUnknownPcapVersion)
{
    const Error error = openError(PcapFile({.minorVersion = 9}).bytes());

    EXPECT_EQ(error.code, ErrorCode::UnsupportedVersion);
    EXPECT_EQ(error.detail, "pcap 2.9");
}

struct Start
{
    const char* detail;
    Bytes bytes;
    ErrorCode code = ErrorCode::Compressed;
};

void PrintTo(const Start& start, std::ostream* stream)
{
    *stream << start.detail;
}

class OpenCaptureOf : public testing::TestWithParam<Start>
{
};

INSTANTIATE_TEST_SUITE_P(KnownContent, OpenCaptureOf,
    testing::Values(Start{"the old lz4 format", bytesOf({0x02, 0x21, 0x4c, 0x18})},
        Start{"bzip2", textBytes("BZh91AY")}, Start{"xz", bytesOf({0xfd, '7', 'z', 'X', 'Z', 0})},
        Start{"zip", bytesOf({'P', 'K', 3, 4})},
        Start{"a Solaris snoop file", textBytes("snoop") + bytesOf({0, 0, 0}), ErrorCode::ForeignCapture}));

TEST_P(OpenCaptureOf, NamesWhatItIs)
{
    const Error error = openError(GetParam().bytes);

    EXPECT_EQ(error.code, GetParam().code);
    EXPECT_EQ(error.detail, GetParam().detail);
}

TEST(OpenCapture, ReadsStandardInput)
{
    const TemporaryFile file(PcapFile().packet(std::chrono::seconds(1), textBytes("piped")).bytes());
    const int saved = dup(STDIN_FILENO);
    ASSERT_TRUE(std::freopen(file.path().c_str(), "rb", stdin));
    const auto reader = openCapture("-");
    Packet packet;
    const bool isRead = reader.ok() && (*reader)->next(packet) == ReadStep::Packet;
    const size_t length = isRead ? packet.bytes.size() : 0;
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }

    EXPECT_EQ(length, 5u);
}

TEST(NoteIdName, IsTheIdOfTheCommandLineContract)
{
    EXPECT_STREQ(noteIdName(NoteId::CutShort), "cut-short");
    EXPECT_STREQ(noteIdName(NoteId::DamagedRecord), "damaged-record");
    EXPECT_STREQ(noteIdName(NoteId::CaptureDrops), "capture-drops");
}

} // namespace
} // namespace whyrst::test
