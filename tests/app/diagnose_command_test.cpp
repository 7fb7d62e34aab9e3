#include "tests/app/whyrst_process.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <gtest/gtest.h>

namespace whyrst {

namespace {

const QString refusedFile = labCapture(QStringLiteral("connection-refused.closed-port--1/client.pcap"));
const QString controlFile = labCapture(QStringLiteral("control.long-idle--1/client.pcapng"));

QJsonObject jsonOf(const ProcessResult& result)
{
    return QJsonDocument::fromJson(result.out).object();
}

QJsonObject firstReset(const QJsonObject& connection)
{
    return connection[QStringLiteral("resets")].toArray().first().toObject();
}

} // namespace

TEST(DiagnoseCommand, TellsTheStoryOfTheSampleAsText)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), sampleCapture()});
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(result.err.isEmpty()) << result.err.constData();
    EXPECT_TRUE(result.out.contains("segment-black-hole")) << result.out.constData();
    EXPECT_TRUE(result.out.contains("RST #587"));
    EXPECT_TRUE(result.out.contains("\n     1  #"));
    EXPECT_TRUE(result.out.contains("What to do"));
}

TEST(DiagnoseCommand, ExplainPrintsRulesAndThresholdsAfterTheFindings)
{
    const ProcessResult alone = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--explain")});
    EXPECT_EQ(alone.status, 0);
    EXPECT_TRUE(alone.out.startsWith("Rules,")) << alone.out.constData();
    EXPECT_TRUE(alone.out.contains("\nThresholds\n"));
    const ProcessResult with = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--explain"), sampleCapture()});
    EXPECT_LT(with.out.indexOf("RST #587"), with.out.indexOf("\nRules,"));
    EXPECT_TRUE(with.out.endsWith(alone.out));
}

TEST(DiagnoseCommand, ExplainTellsWhyTheNearestOtherCausesLost)
{
    const ProcessResult with = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--explain"), sampleCapture()});
    const qsizetype others = with.out.indexOf("   Other causes\n");
    EXPECT_GT(with.out.indexOf("(not met)", others), others) << with.out.constData();
    const ProcessResult usual = runWhyrst({QStringLiteral("diagnose"), sampleCapture()});
    EXPECT_EQ(usual.out.indexOf("(not met)", usual.out.indexOf("   Other causes\n")), -1) << usual.out.constData();
}

TEST(DiagnoseCommand, StatisticsGiveTheFiguresOfBothDirections)
{
    const QStringList call{QStringLiteral("diagnose"), QStringLiteral("--statistics"), sampleCapture()};
    const ProcessResult text = runWhyrst(call);
    EXPECT_TRUE(text.out.contains("\nStatistics of connection 0: ")) << text.out.constData();
    EXPECT_TRUE(text.out.contains("max # retrans"));
    EXPECT_TRUE(text.out.contains("\nHandshake of connection 0: "));
    const ProcessResult json = runWhyrst(call + QStringList{QStringLiteral("--format"), QStringLiteral("json")});
    const QJsonObject connection = jsonOf(json)[QStringLiteral("connections")].toArray().first().toObject();
    const QJsonObject client = connection[QStringLiteral("statistics")][QStringLiteral("client")].toObject();
    EXPECT_EQ(client[QStringLiteral("total_packets")], connection[QStringLiteral("packets")][QStringLiteral("client")]);
    EXPECT_EQ(client.size(), 70);
}

TEST(DiagnoseCommand, EpisodesGiveTheTroubleAndWhereTheTimeWent)
{
    const QStringList call{QStringLiteral("diagnose"), QStringLiteral("--episodes"), sampleCapture()};
    const ProcessResult text = runWhyrst(call);
    EXPECT_TRUE(text.out.contains("\nEpisodes of connection 0: ")) << text.out.constData();
    EXPECT_TRUE(text.out.contains("211 duplicate ACKs up to #581"));
    const ProcessResult json = runWhyrst(call + QStringList{QStringLiteral("--format"), QStringLiteral("json")});
    const QJsonObject connection = jsonOf(json)[QStringLiteral("connections")].toArray().first().toObject();
    const QJsonArray episodes = connection[QStringLiteral("episodes")].toArray();
    ASSERT_EQ(episodes.size(), 4);
    EXPECT_EQ(episodes[0].toObject()[QStringLiteral("kind")].toString().toStdString(), "backoff");
    EXPECT_EQ(episodes[0].toObject()[QStringLiteral("facts")].toObject()[QStringLiteral("sends")].toInt(), 7);
    EXPECT_EQ(episodes[1].toObject()[QStringLiteral("packets")].toInt(), 211);
    EXPECT_EQ(episodes[1].toObject()[QStringLiteral("ended")].toString().toStdString(), "reset");
    const QJsonObject share = connection[QStringLiteral("time_share")].toObject();
    EXPECT_GT(share[QStringLiteral("loss_recovery_ns")].toDouble(), 18e9);
}

TEST(DiagnoseCommand, WritesOneJsonDocument)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("json"), sampleCapture()});
    const QJsonObject document = jsonOf(result);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(document[QStringLiteral("schema")].toInt(), 1);
    EXPECT_EQ(document[QStringLiteral("captures")].toArray().size(), 1);
    const QJsonArray connections = document[QStringLiteral("connections")].toArray();
    ASSERT_EQ(connections.size(), 1);
    const QJsonObject reset = firstReset(connections.first().toObject());
    EXPECT_EQ(reset[QStringLiteral("frame")].toInt(), 587);
    EXPECT_EQ(reset[QStringLiteral("cause")].toString().toStdString(), "segment-black-hole");
}

TEST(DiagnoseCommand, WritesOneConnectionALineWithItsFile)
{
    const ProcessResult result = runWhyrst(
        {QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("jsonl"), refusedFile, controlFile});
    const QList<QByteArray> lines = result.out.trimmed().split('\n');
    ASSERT_EQ(lines.size(), 2);
    const QJsonObject first = QJsonDocument::fromJson(lines[0]).object();
    const QJsonObject second = QJsonDocument::fromJson(lines[1]).object();
    EXPECT_EQ(first[QStringLiteral("file")].toString(), refusedFile);
    EXPECT_EQ(second[QStringLiteral("file")].toString(), controlFile);
}

TEST(DiagnoseCommand, ReadsStandardInput)
{
    QFile capture(sampleCapture());
    ASSERT_TRUE(capture.open(QIODevice::ReadOnly));
    const ProcessResult result = runWhyrst(
        {QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("-")},
        capture.readAll());
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(jsonOf(result)[QStringLiteral("connections")].toArray().size(), 1);
}

TEST(DiagnoseCommand, BadFileDoesNotStopTheBatch)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"),
        QStringLiteral("json"), sourceFile(QStringLiteral("README.md")), refusedFile});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_EQ(jsonOf(result)[QStringLiteral("captures")].toArray().size(), 1);
    EXPECT_EQ(jsonOf(result)[QStringLiteral("connections")].toArray().size(), 1);
}

TEST(DiagnoseCommand, WritesNothingWhenNoFileCanBeRead)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"),
        QStringLiteral("json"), QStringLiteral("no-such-file.pcap")});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(result.out.isEmpty());
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

TEST(DiagnoseCommand, ErrorStaysOneLineWhateverTheFileIsCalled)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("no\nsuch\tfile.pcap")});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_TRUE(result.err.contains("no?such?file.pcap"));
}

TEST(DiagnoseCommand, NamesTheFileOfAConnectionWhenThereAreSeveral)
{
    const ProcessResult result = runWhyrst(
        {QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("json"), refusedFile, controlFile});
    const QJsonArray connections = jsonOf(result)[QStringLiteral("connections")].toArray();
    ASSERT_EQ(connections.size(), 2);
    EXPECT_EQ(connections[1].toObject()[QStringLiteral("file")].toString(), controlFile);
}

TEST(DiagnoseCommand, SelectsOneReset)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"),
        QStringLiteral("json"), QStringLiteral("--reset"), QStringLiteral("587"), sampleCapture()});
    EXPECT_EQ(result.status, 0);
    const QJsonArray connections = jsonOf(result)[QStringLiteral("connections")].toArray();
    EXPECT_EQ(firstReset(connections.first().toObject())[QStringLiteral("frame")].toInt(), 587);
}

TEST(DiagnoseCommand, SelectsOneConnection)
{
    const QString cohort = labCapture(QStringLiteral("idle-timeout.box-cohort--1/client.pcap"));
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"),
        QStringLiteral("jsonl"), QStringLiteral("--connection"), QStringLiteral("3"), cohort});
    EXPECT_EQ(result.out.count('\n'), 1);
    EXPECT_EQ(QJsonDocument::fromJson(result.out).object()[QStringLiteral("id")].toInt(), 3);
}

TEST(DiagnoseCommand, FailsOnACauseThatIsNamed)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--fail-on"),
        QStringLiteral("teardown,segment-black-hole"), sampleCapture()});
    EXPECT_EQ(result.status, 1);
    EXPECT_FALSE(result.out.isEmpty());
}

TEST(DiagnoseCommand, DoesNotFailOnAnotherCause)
{
    const QStringList arguments{
        QStringLiteral("diagnose"), QStringLiteral("--fail-on"), QStringLiteral("teardown"), sampleCapture()};
    EXPECT_EQ(runWhyrst(arguments).status, 0);
}

TEST(DiagnoseCommand, FailsOnAnyHarm)
{
    const QStringList arguments{
        QStringLiteral("diagnose"), QStringLiteral("--fail-on"), QStringLiteral("any"), refusedFile};
    EXPECT_EQ(runWhyrst(arguments).status, 1);
}

TEST(DiagnoseCommand, DoesNotFailWhenNothingIsWrong)
{
    const QStringList arguments{
        QStringLiteral("diagnose"), QStringLiteral("--fail-on"), QStringLiteral("any"), controlFile};
    const ProcessResult result = runWhyrst(arguments);
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(result.out.contains("1 connection without a finding.")) << result.out.constData();
}

TEST(DiagnoseCommand, TellsTimesAndMemoryOnStandardError)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--stats"), refusedFile, sampleCapture()});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err.count("stats: "), 2);
    EXPECT_TRUE(result.err.contains("peak memory")) << result.err.constData();
}

TEST(DiagnoseCommand, ShowsItsHelp)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--help")});
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(result.out.startsWith("Usage: whyrst diagnose [options] FILE...")) << result.out.constData();
    EXPECT_TRUE(result.out.contains("--fail-on"));
}

TEST(DiagnoseCommand, VantageIsWhatTheUserSays)
{
    const ProcessResult said = runWhyrst(
        {QStringLiteral("diagnose"), QStringLiteral("--vantage"), QStringLiteral("server"), sampleCapture()});
    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(said.out.contains("captured at: server (as you said)")) << said.out.constData();
    const ProcessResult wrong
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--vantage"), QStringLiteral("moon"), sampleCapture()});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_TRUE(wrong.err.contains("\"moon\" is no place: use client, server or middle.")) << wrong.err.constData();
}

TEST(DiagnoseCommand, ThresholdsAreWhatTheUserSays)
{
    const QString idle = labCapture(QStringLiteral("idle-timeout.server-resets--1/client.pcap"));
    const auto withThreshold = [&](const QString& setting) {
        return runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--threshold"), setting, idle});
    };
    EXPECT_TRUE(withThreshold(QStringLiteral("idle=30")).out.contains("[idle-timeout"));
    const ProcessResult changed = withThreshold(QStringLiteral("idle=7200"));
    EXPECT_FALSE(changed.out.contains("[idle-timeout")) << changed.out.constData();
    EXPECT_TRUE(changed.out.contains("thresholds: idle 7200 s instead of 30 s")) << changed.out.constData();
    for (const char* wrong : {"moon=1", "idle=soon", "idle=0", "idle", "re-sends=2.5"}) {
        const ProcessResult result = withThreshold(QString::fromLatin1(wrong));
        EXPECT_EQ(result.status, 2) << wrong;
        EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    }
}

TEST(DiagnoseCommand, CopiesCountOnlyWhenTheUserSaysSo)
{
    const QString file = labCapture(QStringLiteral("control.duplicates--1/client.pcap"));
    const ProcessResult without = runWhyrst({QStringLiteral("diagnose"), file});
    const ProcessResult with = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--keep-duplicates"), file});
    EXPECT_TRUE(without.out.contains("recorded twice; the copies do not count.")) << without.out.constData();
    EXPECT_TRUE(with.out.contains("recorded twice; the copies count, as was asked for.")) << with.out.constData();
}

TEST(DiagnoseCommand, JsonHasTheWordsOfOtherTools)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("jsonl"), refusedFile});
    const QJsonObject connection = QJsonDocument::fromJson(result.out.trimmed()).object();
    EXPECT_EQ(connection[QStringLiteral("conn_state")].toString().toStdString(), "REJ");
    EXPECT_EQ(connection[QStringLiteral("history")].toString().toStdString(), "Sr");
    EXPECT_EQ(connection[QStringLiteral("completeness")].toInt(), 37); // as tcp.completeness of tshark 4.0
}

} // namespace whyrst
