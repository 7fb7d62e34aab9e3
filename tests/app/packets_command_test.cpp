#include "tests/app/whyrst_process.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <gtest/gtest.h>

namespace whyrst {

TEST(PacketsCommand, PrintsOneLineASegmentUnderItsHeader)
{
    const ProcessResult result = runWhyrst({QStringLiteral("packets"), sampleCapture()});
    EXPECT_EQ(result.status, 0);
    const QList<QByteArray> lines = result.out.trimmed().split('\n');
    ASSERT_EQ(lines.size(), 588);
    EXPECT_EQ(lines[0].toStdString(), "frame,time,connection,flow,seq,ack,length,window,flags,kinds,wireshark_flags");
    EXPECT_TRUE(lines[1].startsWith("1,1749892396.069603000,0,client,")) << lines[1].constData();
    EXPECT_TRUE(lines[587].startsWith("587,1749892415.372136000,0,client,128479299,1082727939,0,0,RST+ACK,"))
        << lines[587].constData();
}

TEST(PacketsCommand, PrintsJsonLines)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("packets"), QStringLiteral("--format"), QStringLiteral("jsonl"), sampleCapture()});
    const QList<QByteArray> lines = result.out.trimmed().split('\n');
    ASSERT_EQ(lines.size(), 587);
    const QJsonObject last = QJsonDocument::fromJson(lines.last()).object();
    EXPECT_EQ(last[QStringLiteral("frame")].toInt(), 587);
    EXPECT_EQ(last[QStringLiteral("flags")].toString().toStdString(), "RST+ACK");
}

TEST(PacketsCommand, RefusesAConnectionThatIsNotThere)
{
    const ProcessResult result
        = runWhyrst({QStringLiteral("packets"), QStringLiteral("--connection"), QStringLiteral("1"), sampleCapture()});
    EXPECT_EQ(result.status, 2);
    EXPECT_TRUE(result.out.isEmpty());
    EXPECT_TRUE(isOneSentence(result.err)) << result.err.constData();
}

} // namespace whyrst
