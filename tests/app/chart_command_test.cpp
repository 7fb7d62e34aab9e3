#include "tests/app/whyrst_process.h"

#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <array>

namespace whyrst {

namespace {

/// Width and height of a PNG; zeros when it is none.
std::array<int, 2> sizeOfPng(const QByteArray& png)
{
    constexpr int sizeAt = 16; // the IHDR chunk is the first one
    if (!png.startsWith("\x89PNG") || png.size() < sizeAt + 8)
        return {0, 0};
    const auto number = [&png](int at) {
        int value = 0;
        for (int i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(png[at + i]);
        return value;
    };
    return {number(sizeAt), number(sizeAt + 4)};
}

ProcessResult runChart(const QStringList& options)
{
    return runWhyrst(QStringList(QStringLiteral("chart")) + options + QStringList(sampleCapture()));
}

} // namespace

TEST(ChartCommand, WritesAPictureOfTheSizeThatWasAskedFor)
{
    const ProcessResult result = runChart({QStringLiteral("--size"), QStringLiteral("800x600"),
        QStringLiteral("--scale"), QStringLiteral("2"), QStringLiteral("-o"), QStringLiteral("-")});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(sizeOfPng(result.out), (std::array{1600, 1200}));
}

TEST(ChartCommand, SamePictureTwice)
{
    const QStringList options{QStringLiteral("-o"), QStringLiteral("-")};
    EXPECT_EQ(runChart(options).out, runChart(options).out);
}

TEST(ChartCommand, WritesAFile)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("chart.png"));
    EXPECT_EQ(runChart({QStringLiteral("--reset"), QStringLiteral("587"), QStringLiteral("-o"), file}).status, 0);
    QFile picture(file);
    ASSERT_TRUE(picture.open(QIODevice::ReadOnly));
    EXPECT_EQ(sizeOfPng(picture.readAll()), (std::array{1920, 1080}));
}

TEST(ChartCommand, MasksAddressesAlsoInTheTitleOfTheUser)
{
    const ProcessResult result = runChart({QStringLiteral("--mask-addresses"), QStringLiteral("--title"),
        QStringLiteral("Ticket 7: why does 198.51.100.77 lose uploads?"), QStringLiteral("-o"), QStringLiteral("-")});
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(result.out.contains("tEXtTitle"));
    EXPECT_TRUE(result.out.contains("Ticket 7: why does C lose uploads?"));
    EXPECT_TRUE(result.out.contains("client A:"));
    EXPECT_FALSE(result.out.contains("198.51.100."));
}

/// Options that are refused.
class ChartRefusal : public testing::TestWithParam<const char*>
{
};

TEST_P(ChartRefusal, IsOneSentenceAndStatusTwo)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("chart.png"));
    const QStringList options = QString::fromLatin1(GetParam()).split(u' ', Qt::SkipEmptyParts);
    const ProcessResult result = runChart(QStringList{QStringLiteral("-o"), file} + options);
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_FALSE(QFile::exists(file));
}

INSTANTIATE_TEST_SUITE_P(Options, ChartRefusal,
    testing::Values("--fold", "--peer other.pcap", "--dpi 300", "--charts nonsense", "--size 10x10", "--scale 99",
        "--theme pink", "--connection 7", "--connection x", "--reset 1", "--reset 587 --connection 0", "-o out.svg",
        "-o absent-folder/out.png"));

} // namespace whyrst
