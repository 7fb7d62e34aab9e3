#include "tests/app/whyrst_process.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTemporaryFile>

#include <gtest/gtest.h>

#include <array>

namespace whyrst {

namespace {

const QString clientFile = labCapture(QStringLiteral("injected-reset.client-only--1/client.pcap"));
const QString serverFile = labCapture(QStringLiteral("injected-reset.client-only--1/server.pcap"));
const QString otherFile = labCapture(QStringLiteral("connection-refused.closed-port--1/client.pcap"));

/// Of both ends of the connection in `clientFile`.
constexpr std::array addresses{"203.0.113.196", "192.0.2.123"};

QJsonObject jsonOf(const ProcessResult& result)
{
    return QJsonDocument::fromJson(result.out).object();
}

ProcessResult compareAsJson(const QString& first, const QString& second)
{
    return runWhyrst({QStringLiteral("compare"), QStringLiteral("--format"), QStringLiteral("json"), first, second});
}

} // namespace

TEST(CompareCommand, TellsWhoSentTheReset)
{
    const ProcessResult result = runWhyrst({QStringLiteral("compare"), clientFile, serverFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    EXPECT_TRUE(result.out.simplified().contains("was not sent by the server but by a box on the path in its name"))
        << result.out.constData();
    EXPECT_TRUE(result.out.contains("clock is"));
}

TEST(CompareCommand, OrderOfTheCapturesDoesNotMatter)
{
    const ProcessResult result = compareAsJson(clientFile, serverFile);
    EXPECT_EQ(result.out, compareAsJson(serverFile, clientFile).out);
    const QJsonObject document = jsonOf(result);
    EXPECT_TRUE(document[QStringLiteral("captures")][0][QStringLiteral("file")].toString().endsWith(
        QStringLiteral("client.pcap")));
    const QJsonObject pair = document[QStringLiteral("pairs")][0].toObject();
    EXPECT_EQ(pair[QStringLiteral("verdict")][QStringLiteral("where")].toString().toStdString(), "box");
    const QJsonObject reset = pair[QStringLiteral("resets")][0].toObject();
    EXPECT_EQ(reset[QStringLiteral("sent_by")].toString().toStdString(), "middlebox");
    EXPECT_EQ(reset[QStringLiteral("confidence")].toString().toStdString(), "certain");
    EXPECT_EQ(reset[QStringLiteral("cause")].toString().toStdString(), "injected-reset");
}

TEST(CompareCommand, OneCaptureAgreesWithItself)
{
    const ProcessResult result = runWhyrst({QStringLiteral("compare"), clientFile, clientFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    EXPECT_TRUE(result.out.contains("taken at the same point")) << result.out.constData();
    EXPECT_TRUE(result.out.contains("The clocks of both captures agree.")) << result.out.constData();
}

TEST(CompareCommand, WritesThePairsOfPackets)
{
    const QTemporaryDir folder;
    const QString pairs = folder.filePath(QStringLiteral("pairs.csv"));
    const ProcessResult result
        = runWhyrst({QStringLiteral("compare"), QStringLiteral("--pairs"), pairs, clientFile, serverFile});
    EXPECT_EQ(result.status, 0);
    QFile file(pairs);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    EXPECT_TRUE(text.startsWith("client_frame,server_frame,relation,delay_ns\n"));
    EXPECT_TRUE(text.contains("\n13,,injected,\n")) << text.constData();
    EXPECT_TRUE(text.contains(",same,"));
}

TEST(CompareCommand, CapturesWithNothingInCommonAreRefusedWithTheReason)
{
    const ProcessResult result = runWhyrst({QStringLiteral("compare"), clientFile, otherFile});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(result.out.isEmpty());
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_TRUE(result.err.contains("no connection in common"));
}

TEST(CompareCommand, JsonTellsOfCapturesWithNothingInCommonWhatIsApart)
{
    const ProcessResult result = compareAsJson(clientFile, otherFile);
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    const QJsonObject document = jsonOf(result);
    EXPECT_TRUE(document[QStringLiteral("pairs")].toArray().isEmpty());
    EXPECT_TRUE(document.contains(QStringLiteral("refused")));
    const QJsonObject unpaired = document[QStringLiteral("unpaired")].toObject();
    EXPECT_FALSE(unpaired[QStringLiteral("client")].toArray().isEmpty());
    EXPECT_FALSE(unpaired[QStringLiteral("server")].toArray().isEmpty());
}

TEST(CompareCommand, RulesOfPairsWithoutAFindingAreSaidOnce)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("compare"), labCapture(QStringLiteral("control.nat--1/client.pcap")),
            labCapture(QStringLiteral("control.nat--1/server.pcapng"))});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    const QByteArray text = result.out.simplified();
    EXPECT_TRUE(text.contains("5 pairs without a finding: no difference but the rules.")) << text.constData();
    EXPECT_TRUE(
        text.contains("changed on the way in 5 pairs: 203.0.113.33:35075 is 198.18.138.188:41866 at the server, "
                      "and 4 more like it"))
        << text.constData();
    EXPECT_TRUE(text.contains("TTL falls by 7 hops on the way to the server (136 packets)")) << text.constData();
}

TEST(CompareCommand, APairWithoutDifferenceHasASummary)
{
    const ProcessResult result = compareAsJson(labCapture(QStringLiteral("control.nat--1/client.pcap")),
        labCapture(QStringLiteral("control.nat--1/server.pcapng")));
    const QJsonObject pair = jsonOf(result)[QStringLiteral("pairs")][0].toObject();
    EXPECT_TRUE(pair[QStringLiteral("verdict")][QStringLiteral("summary")].toString().startsWith(
        QStringLiteral("No difference but the rules")));
    for (const QJsonValue& rule : pair[QStringLiteral("rules")].toArray())
        EXPECT_TRUE(rule[QStringLiteral("exceptions")].isDouble());
}

TEST(CompareCommand, PlaceThatCannotBeWrittenIsSaid)
{
    const ProcessResult result = runWhyrst({QStringLiteral("compare"), QStringLiteral("--pairs"),
        QStringLiteral("/no/such/folder/pairs.csv"), clientFile, serverFile});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

TEST(CompareCommand, DrawsThePicture)
{
    const QTemporaryDir folder;
    const QString picture = folder.filePath(QStringLiteral("compared.png"));
    const ProcessResult result
        = runWhyrst({QStringLiteral("compare"), QStringLiteral("-o"), picture, clientFile, serverFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    EXPECT_TRUE(result.out.isEmpty());
    QFile file(picture);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().startsWith("\x89PNG"));
    const ProcessResult other = runWhyrst({QStringLiteral("compare"), QStringLiteral("-o"),
        folder.filePath(QStringLiteral("compared.gif")), clientFile, serverFile});
    EXPECT_EQ(other.status, 2);
    EXPECT_TRUE(isOneSentence(other.err)) << other.err.constData();
}

TEST(CompareCommand, OptionsOfThePictureNeedOne)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("compare"), QStringLiteral("--mask-addresses"), clientFile, serverFile});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    EXPECT_TRUE(result.err.contains("--mask-addresses"));
}

TEST(CompareCommand, DrawsTheDelayWhenAsked)
{
    const QTemporaryDir folder;
    const auto pictureWith = [&](const QStringList& options) {
        const QString file = folder.filePath(QStringLiteral("compared.png"));
        const ProcessResult result = runWhyrst(QStringList{QStringLiteral("compare"), QStringLiteral("-o"), file}
            + options + QStringList{clientFile, serverFile});
        EXPECT_EQ(result.status, 0) << result.err.constData();
        QFile picture(file);
        EXPECT_TRUE(picture.open(QIODevice::ReadOnly));
        return picture.readAll();
    };
    EXPECT_NE(pictureWith({}), pictureWith({QStringLiteral("--delay")}));
}

TEST(CompareCommand, PutsTheTitleOfTheUserOnThePicture)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("titled.png"));
    const ProcessResult result = runWhyrst({QStringLiteral("compare"), QStringLiteral("--title"),
        QStringLiteral("Ticket 7"), QStringLiteral("-o"), file, clientFile, serverFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    QFile picture(file);
    ASSERT_TRUE(picture.open(QIODevice::ReadOnly));
    EXPECT_TRUE(picture.readAll().contains(QByteArray("tEXtTitle\0Ticket 7", 18)));
}

TEST(CompareCommand, DrawsOneFinding)
{
    const QTemporaryDir folder;
    const auto runWith = [&](const char* number) {
        return runWhyrst({QStringLiteral("compare"), QStringLiteral("--finding"), QString::fromLatin1(number),
            QStringLiteral("-o"), folder.filePath(QStringLiteral("finding.png")), clientFile, serverFile});
    };
    EXPECT_EQ(runWith("1").status, 0);
    QFile picture(folder.filePath(QStringLiteral("finding.png")));
    ASSERT_TRUE(picture.open(QIODevice::ReadOnly));
    EXPECT_TRUE(picture.readAll().contains("Finding 1 of"));
    for (const char* wrong : {"0", "99", "x"}) {
        const ProcessResult result = runWith(wrong);
        EXPECT_EQ(result.status, 2);
        EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
    }
}

TEST(CompareCommand, MasksTheAddressesOfThePicture)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("compared.png"));
    const ProcessResult result = runWhyrst({QStringLiteral("compare"), QStringLiteral("--mask-addresses"),
        QStringLiteral("-o"), file, clientFile, serverFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    QFile picture(file);
    ASSERT_TRUE(picture.open(QIODevice::ReadOnly));
    const QByteArray png = picture.readAll();
    EXPECT_TRUE(png.contains("Connection A:"));
    for (const char* address : addresses)
        EXPECT_FALSE(png.contains(address));
}

TEST(CompareCommand, ThresholdsAreWhatTheUserSays)
{
    const QString run = QStringLiteral("idle-timeout.server-resets--1/");
    const QStringList captures{
        labCapture(run + QStringLiteral("client.pcap")), labCapture(run + QStringLiteral("server.pcap"))};
    const QStringList call{QStringLiteral("compare"), QStringLiteral("--threshold"), QStringLiteral("idle=7200")};
    const ProcessResult changed = runWhyrst(call + captures);
    EXPECT_TRUE(changed.out.contains("Thresholds: idle 7200 s instead of 30 s.")) << changed.out.constData();
    EXPECT_NE(changed.out, runWhyrst(QStringList{QStringLiteral("compare")} + captures).out);
    const ProcessResult wrong = runWhyrst(
        QStringList{QStringLiteral("compare"), QStringLiteral("--threshold"), QStringLiteral("moon=1")} + captures);
    EXPECT_EQ(wrong.status, 2);
    EXPECT_TRUE(isOneSentence(wrong.err)) << wrong.err.constData();
}

TEST(CompareCommand, WantsTwoCaptures)
{
    EXPECT_EQ(runWhyrst({QStringLiteral("compare"), clientFile}).status, 2);
}

TEST(DiagnoseCommand, PeerMakesAForgedResetCertainAndNamesThePlace)
{
    const ProcessResult result = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--format"),
        QStringLiteral("json"), QStringLiteral("--peer"), serverFile, clientFile});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    const QJsonObject document = jsonOf(result);
    EXPECT_EQ(document[QStringLiteral("captures")].toArray().size(), 2);
    const QJsonObject reset = document[QStringLiteral("connections")][0][QStringLiteral("resets")][0].toObject();
    EXPECT_EQ(reset[QStringLiteral("cause")].toString().toStdString(), "injected-reset");
    EXPECT_EQ(reset[QStringLiteral("confidence")].toString().toStdString(), "certain");
    EXPECT_EQ(reset[QStringLiteral("place")].toString().toStdString(), "box");
}

TEST(DiagnoseCommand, PeerWithNothingInCommonIsRefused)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--peer"), otherFile, clientFile});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

TEST(DiagnoseCommand, PeerWithoutPacketsIsToldAndTheOtherCaptureAnswers)
{
    QTemporaryFile empty;
    ASSERT_TRUE(empty.open());
    empty.write(QByteArray::fromHex("d4c3b2a1020004000000000000000000ffff000001000000"));
    empty.close();
    const ProcessResult alone = runWhyrst({QStringLiteral("diagnose"), clientFile});
    const ProcessResult result
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--peer"), empty.fileName(), clientFile});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, alone.out);
    EXPECT_EQ(result.err.count('\n'), 1) << result.err.constData();
    EXPECT_TRUE(result.err.contains(empty.fileName().toUtf8() + " holds no TCP packet")) << result.err.constData();
}

TEST(DiagnoseCommand, PeerGoesWithOneFile)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("diagnose"), QStringLiteral("--peer"), serverFile, clientFile, otherFile});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

} // namespace whyrst
