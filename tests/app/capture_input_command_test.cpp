// How captures come in at the command line: whatever holds the packets, the answer is the same.
#include "tests/app/whyrst_process.h"
#include "tests/support/compressed_bytes.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtEndian>

#include <gtest/gtest.h>

namespace whyrst {

namespace {

const QStringList jsonOfInput{
    QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("-")};

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path.toStdString();
    return file.readAll();
}

QByteArray packed(const QByteArray& plain, test::Bytes (*pack)(const test::Bytes&))
{
    const auto* begin = reinterpret_cast<const std::byte*>(plain.constData());
    const test::Bytes bytes = pack(test::Bytes(begin, begin + plain.size()));
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

/// A little-endian pcap file in pieces: its header, then one record after the other.
struct PcapPieces
{
    explicit PcapPieces(const QByteArray& file)
        : header(file.left(headerLength))
    {
        constexpr qsizetype headerOfRecord = 16;
        constexpr qsizetype capturedLengthAt = 8;
        for (qsizetype at = headerLength; at + headerOfRecord <= file.size(); at += records.back().size()) {
            const auto length = qFromLittleEndian<uint32_t>(file.constData() + at + capturedLengthAt);
            records.push_back(file.mid(at, headerOfRecord + length));
        }
    }
    static constexpr qsizetype headerLength = 24;
    QByteArray header;
    QList<QByteArray> records;
};

enum class Split
{
    InPieces,
    Interleaved
};

/// The names of three files into which the records of `capture` went.
QStringList splitIntoThree(const QTemporaryDir& folder, const QString& capture, Split split)
{
    const PcapPieces pieces(contentOf(capture));
    QList<QByteArray> contents(3, pieces.header);
    for (qsizetype i = 0; i < pieces.records.size(); ++i)
        contents[split == Split::InPieces ? i * 3 / pieces.records.size() : i % 3] += pieces.records[i];
    QStringList names;
    for (const QByteArray& content : contents) {
        QFile file(folder.filePath(QStringLiteral("part%1.pcap").arg(names.size())));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(content);
        names << file.fileName();
    }
    return names;
}

/// `value` without the members that tell of files.
QJsonValue withoutFiles(const QJsonValue& value)
{
    if (value.isArray()) {
        QJsonArray array;
        for (const auto& element : value.toArray())
            array.append(withoutFiles(element));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object;
    const QJsonObject from = value.toObject();
    for (auto member = from.begin(); member != from.end(); ++member) {
        if (member.key() != QStringLiteral("file") && member.key() != QStringLiteral("files")
            && member.key() != QStringLiteral("file_frame") && member.key() != QStringLiteral("offset"))
            object.insert(member.key(), withoutFiles(member.value()));
    }
    return object;
}

QByteArray jsonWithoutFiles(const ProcessResult& result)
{
    EXPECT_EQ(result.status, 0) << result.err.constData();
    return QJsonDocument(withoutFiles(QJsonDocument::fromJson(result.out).object()).toObject()).toJson();
}

const QStringList diagnoseAsJson{QStringLiteral("diagnose"), QStringLiteral("--format"), QStringLiteral("json")};
const QStringList mergeAsJson = diagnoseAsJson + QStringList(QStringLiteral("--merge"));

class MergedFiles : public testing::TestWithParam<Split>
{
};

} // namespace

TEST(CompressedInput, GivesTheAnswerOfThePlainFile)
{
    const QByteArray plain = contentOf(sampleCapture());
    const ProcessResult expected = runWhyrst(jsonOfInput, plain);
    ASSERT_EQ(expected.status, 0);

    EXPECT_EQ(runWhyrst(jsonOfInput, packed(plain, test::gzipped)).out, expected.out);
    EXPECT_EQ(runWhyrst(jsonOfInput, packed(plain, test::zstdPacked)).out, expected.out);
    EXPECT_EQ(runWhyrst(jsonOfInput, packed(plain, test::lz4Packed)).out, expected.out);
}

INSTANTIATE_TEST_SUITE_P(Each, MergedFiles, testing::Values(Split::InPieces, Split::Interleaved));

TEST_P(MergedFiles, GiveTheAnswerOfTheWhole)
{
    const QString whole = labCapture(QStringLiteral("close-with-unread-data.sigkill--1/client.pcap"));
    const QTemporaryDir folder;
    const QStringList parts = splitIntoThree(folder, whole, GetParam());

    EXPECT_EQ(jsonWithoutFiles(runWhyrst(mergeAsJson + parts)),
        jsonWithoutFiles(runWhyrst(diagnoseAsJson + QStringList(whole))));
}

TEST(MergeOption, FrameStandsBesideItsFile)
{
    const QTemporaryDir folder;
    const QStringList parts = splitIntoThree(
        folder, labCapture(QStringLiteral("connection-refused.closed-port--1/client.pcap")), Split::Interleaved);
    const QJsonObject document = QJsonDocument::fromJson(runWhyrst(mergeAsJson + parts).out).object();
    const QJsonObject connection = document[QStringLiteral("connections")].toArray().first().toObject();
    const QJsonObject reset = connection[QStringLiteral("resets")].toArray().first().toObject();
    const int frame = reset[QStringLiteral("frame")].toInt();
    ASSERT_GT(frame, 0);

    EXPECT_EQ(reset[QStringLiteral("file")].toString(), parts[(frame - 1) % 3]);
    EXPECT_EQ(reset[QStringLiteral("file_frame")].toInt(), (frame - 1) / 3 + 1);
}

TEST(MergeOption, BadFileIsANote)
{
    const ProcessResult result = runWhyrst(
        {QStringLiteral("diagnose"), QStringLiteral("--merge"), QStringLiteral("/no/such/file.pcap"), sampleCapture()});
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(result.err.isEmpty()) << result.err.constData();
    EXPECT_TRUE(result.out.contains("/no/such/file.pcap")) << result.out.constData();
    EXPECT_TRUE(result.out.contains("segment-black-hole"));
}

TEST(Filter, LeavesTheNumbersOfThePackets)
{
    const ProcessResult all = runWhyrst({QStringLiteral("packets"), sampleCapture()});
    const ProcessResult resets = runWhyrst({QStringLiteral("packets"), QStringLiteral("--filter"),
        QStringLiteral("tcp[tcpflags] & tcp-rst != 0"), sampleCapture()});
    const QList<QByteArray> lines = resets.out.trimmed().split('\n');

    ASSERT_EQ(lines.size(), 2) << resets.err.constData();
    EXPECT_TRUE(lines[1].startsWith("587,"));
    EXPECT_TRUE(all.out.contains("\n587,"));
}

TEST(Filter, AppliesToADiagnosis)
{
    const ProcessResult result = runWhyrst(
        diagnoseAsJson + QStringList{QStringLiteral("--filter"), QStringLiteral("greater 40"), sampleCapture()});
    EXPECT_EQ(result.status, 0) << result.err.constData();
    const ProcessResult none
        = runWhyrst(diagnoseAsJson + QStringList{QStringLiteral("--filter"), QStringLiteral("udp"), sampleCapture()});
    EXPECT_EQ(none.status, 2);
    EXPECT_TRUE(isOneSentence(none.err)) << none.err.constData();
}

TEST(Nanoseconds, ReachTheTableOfPackets)
{
    QByteArray capture = contentOf(labCapture(QStringLiteral("connection-refused.closed-port--1/client.pcap")));
    constexpr uint32_t magicNanoseconds = 0xa1b23c4d;
    const PcapPieces pieces(capture);
    const qsizetype first = PcapPieces::headerLength + pieces.records[0].size() + pieces.records[1].size();
    const qsizetype second = first + pieces.records[2].size();
    const auto put = [&](qsizetype at, uint32_t number) { qToLittleEndian(number, capture.data() + at); };
    put(0, magicNanoseconds);
    put(first, 1'700'000'000);
    put(first + 4, 100);
    put(second, 1'700'000'000);
    put(second + 4, 300);
    const QByteArray table = runWhyrst({QStringLiteral("packets"), QStringLiteral("-")}, capture).out;

    EXPECT_TRUE(table.contains("\n3,1700000000.000000100,")) << table.constData();
    EXPECT_TRUE(table.contains("\n4,1700000000.000000300,")) << table.constData();
}

} // namespace whyrst
