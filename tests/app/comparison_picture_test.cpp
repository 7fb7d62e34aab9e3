#include "app/comparison_picture.h"

#include "model/compare/compare.h"
#include "tests/support/open_trace_maker.h"

#include <QImage>
#include <QTemporaryDir>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

/// Two compared captures of a run.
struct Compared
{
    std::shared_ptr<const Trace> first;
    std::shared_ptr<const Trace> second;
    std::shared_ptr<const Comparison> comparison;

    Compared(const std::string& client, const std::string& server)
        : first(test::openCaptureFile(client).trace)
        , second(test::openCaptureFile(server).trace)
    {
        NoProgress progress;
        comparison = std::make_shared<const Comparison>(compareTraces(*first, *second, {}, progress));
    }
};

TEST(ComparisonPicture, WritesBothSidesOfThePair)
{
    const Compared run(test::labPath("injected-reset.client-only--1/client.pcap"),
        test::labPath("injected-reset.client-only--1/server.pcap"));
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("sides.png"));
    ComparisonPicture picture;
    picture.size = QSize(1200, 800);
    picture.scale = 1;
    const Result<qint64> written = writeComparisonPicture(run.first, run.second, run.comparison, picture, file);
    ASSERT_TRUE(written);
    const QImage image(file);
    EXPECT_EQ(image.size(), QSize(1200, 800));
    EXPECT_TRUE(image.text(QStringLiteral("Description")).contains(QStringLiteral("RST")));
}

TEST(ComparisonPicture, ShowsConnectionsWithIcmpErrorsInBothCaptures)
{
    const Compared run(test::labPath("icmp-unreachable.connect-rejected--1/client.pcapng"),
        test::labPath("icmp-unreachable.connect-rejected--1/server.pcapng"));
    const QTemporaryDir folder;
    EXPECT_TRUE(
        writeComparisonPicture(run.first, run.second, run.comparison, {}, folder.filePath(QStringLiteral("icmp.png"))));
}

TEST(ComparisonPicture, TheEnvironmentMaySetTheDayOfMaking)
{
    qputenv("SOURCE_DATE_EPOCH", "1772996400"); // 2026-03-08 19:00 UTC
    EXPECT_EQ(dayOfMaking(), QDate(2026, 3, 8));
    qunsetenv("SOURCE_DATE_EPOCH");
    EXPECT_TRUE(dayOfMaking().isValid());
}

TEST(ComparisonPicture, SaysWhenThereIsNoSuchConnection)
{
    const Compared run(test::samplePath(), test::labPath("injected-reset.client-only--1/server.pcap"));
    const Result<qint64> written
        = writeComparisonPicture(run.first, run.second, run.comparison, {}, QStringLiteral("/tmp/never.png"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::NotFound);
}

} // namespace
} // namespace whyrst
