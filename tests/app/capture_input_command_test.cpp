// How captures come in at the command line: whatever holds the packets, the answer is the same.
#include "tests/app/whyrst_process.h"
#include "tests/support/compressed_bytes.h"

#include <QFile>

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

} // namespace whyrst
