#include "tests/app/whyrst_process.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <gtest/gtest.h>

namespace whyrst {

namespace {

const QString soundFile = labCapture(QStringLiteral("control.lossy-recovers--1/client.pcap"));
const QString brokenFile = labCapture(QStringLiteral("path-outage.upload--2/client.pcapng"));
/// Several connections, of which the first ones were reset.
const QString severalFile = labCapture(QStringLiteral("idle-timeout.box-cohort--1/client.pcap"));

ProcessResult compare(const QStringList& arguments)
{
    return runWhyrst(QStringList(QStringLiteral("compare")) + arguments);
}

QStringList both(const QString& good, const QString& bad)
{
    return {QStringLiteral("--good"), good, QStringLiteral("--bad"), bad};
}

QJsonObject jsonOf(const ProcessResult& result)
{
    return QJsonDocument::fromJson(result.out).object();
}

} // namespace

TEST(ContrastCommand, NamesTheFirstDivergenceOfTwoCaptures)
{
    const ProcessResult result
        = compare({QStringLiteral("--good"), QStringLiteral("0"), soundFile, brokenFile}); // --bad: the only one
    EXPECT_EQ(result.status, 0) << result.err.constData();
    const QByteArray text = result.out.simplified();
    EXPECT_TRUE(text.contains("then bytes 212,934 to 214,381 of the client's data were never acknowledged"))
        << text.constData();
    EXPECT_TRUE(
        text.contains("where those of the good one were acknowledged after 22.6 ms (bad #209 to #275, good #235 "
                      "to #272). Diagnosis of the bad connection: Path outage (certain)."))
        << text.constData();
}

TEST(ContrastCommand, OneCaptureMayHoldBoth)
{
    const ProcessResult result = compare(both(QStringLiteral("1"), QStringLiteral("0"))
        + QStringList{QStringLiteral("--format"), QStringLiteral("json"), severalFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    const QJsonObject document = jsonOf(result);
    EXPECT_EQ(document[QStringLiteral("good")][QStringLiteral("connection")].toInt(), 1);
    EXPECT_EQ(document[QStringLiteral("bad")][QStringLiteral("connection")].toInt(), 0);
    EXPECT_EQ(document[QStringLiteral("aligned_at")].toString().toStdString(), "syn");
    EXPECT_FALSE(document[QStringLiteral("summary")].toString().isEmpty());
}

TEST(ContrastCommand, TheFirstDivergenceIsMarkedInJson)
{
    const ProcessResult result = compare(both(QStringLiteral("0"), QStringLiteral("0"))
        + QStringList{QStringLiteral("--format"), QStringLiteral("json"), soundFile, brokenFile});
    const QJsonObject document = jsonOf(result);
    const QJsonObject first
        = document[QStringLiteral("differences")].toArray()[document[QStringLiteral("first")].toInt()].toObject();
    EXPECT_EQ(first[QStringLiteral("kind")].toString().toStdString(), "loss");
    EXPECT_EQ(first[QStringLiteral("weight")].toString().toStdString(), "trouble");
    EXPECT_EQ(first[QStringLiteral("bad")][QStringLiteral("frame")].toInt(), 209);
    EXPECT_EQ(first[QStringLiteral("good")][QStringLiteral("frame")].toInt(), 235);
}

TEST(ContrastCommand, DrawsThePicture)
{
    const QTemporaryDir folder;
    const QString picture = folder.filePath(QStringLiteral("both.png"));
    const ProcessResult result = compare(both(QStringLiteral("0"), QStringLiteral("0"))
        + QStringList{QStringLiteral("-o"), picture, soundFile, brokenFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    EXPECT_TRUE(result.out.isEmpty());
    QFile file(picture);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().startsWith("\x89PNG"));
}

/// A command line that cannot be followed, and a word of the sentence that says so.
struct Misuse
{
    const char* name;
    QStringList arguments;
    const char* word;
};

class ContrastMisuse : public testing::TestWithParam<Misuse>
{
};

TEST_P(ContrastMisuse, IsSaidInOneSentence)
{
    const ProcessResult result = compare(GetParam().arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(result.out.isEmpty());
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_TRUE(result.err.contains(GetParam().word)) << result.err.constData();
}

INSTANTIATE_TEST_SUITE_P(CommandLines, ContrastMisuse,
    testing::Values(Misuse{"NumberTooLarge", both(QStringLiteral("99"), QStringLiteral("0")) + QStringList{severalFile},
                        "has no connection 99"},
        Misuse{"NoNumber", both(QStringLiteral("x"), QStringLiteral("0")) + QStringList{severalFile}, "--good takes"},
        Misuse{"NumberLeftOut", {QStringLiteral("--good"), QStringLiteral("0"), severalFile}, "with --bad"},
        Misuse{"SameConnection", both(QStringLiteral("0"), QStringLiteral("0")) + QStringList{severalFile}, "same one"},
        Misuse{"NoFile", both(QStringLiteral("0"), QStringLiteral("1")), "Name the capture"},
        Misuse{"Pairs",
            both(QStringLiteral("0"), QStringLiteral("1"))
                + QStringList{QStringLiteral("--pairs"), QStringLiteral("x.csv"), severalFile},
            "--pairs"},
        Misuse{"NoSuchFile",
            both(QStringLiteral("0"), QStringLiteral("1")) + QStringList{QStringLiteral("/no/such.pcap")},
            "such.pcap"}),
    [](const testing::TestParamInfo<Misuse>& misuse) { return misuse.param.name; });

} // namespace whyrst
