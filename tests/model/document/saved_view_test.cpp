#include "model/document/saved_view.h"

#include "tests/support/open_trace_maker.h"

#include <QFile>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <array>

namespace whyrst {
namespace {

SavedView exampleView()
{
    SavedView view;
    view.files = {*fingerprintOf(QString::fromStdString(test::samplePath()))};
    view.filter = QStringLiteral("tcp");
    view.choices.keepDuplicates = true;
    view.choices.diagnosis.vantage = VantagePlace::Middle;
    view.choices.swapped = {ConnectionId(3)};
    view.choices.windowScales = {{ConnectionId(3), Side::Server, 7}};
    view.connection = ConnectionId(3);
    view.reset = PacketNumber(46);
    view.packet = PacketNumber(12);
    view.direction = Side::Server;
    view.begin = Duration(-5);
    view.end = Duration(7'000'000'001);
    return view;
}

TEST(SavedView, ComesBackFromJson)
{
    const SavedView view = exampleView();
    const std::optional<SavedView> read = viewFromJson(toJson(view));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->files, view.files);
    EXPECT_EQ(read->filter, view.filter);
    EXPECT_EQ(read->choices, view.choices);
    EXPECT_EQ(read->connection, view.connection);
    EXPECT_EQ(read->reset, view.reset);
    EXPECT_EQ(read->packet, view.packet);
    EXPECT_EQ(read->direction, view.direction);
    EXPECT_EQ(read->begin, view.begin);
    EXPECT_EQ(read->end, view.end);
}

/// The files are also what the schema is checked with, in the folder that WHYRST_VIEWS names.
TEST(SavedView, IsWrittenToAFile)
{
    const QTemporaryDir own;
    const QString folder = qEnvironmentVariable("WHYRST_VIEWS", own.path());
    SavedView plain;
    plain.files = exampleView().files;
    const std::array views{exampleView(), plain};
    for (size_t index = 0; index < views.size(); ++index) {
        QFile file(QStringLiteral("%1/%2.whyrst").arg(folder).arg(index));
        ASSERT_TRUE(file.open(QIODevice::ReadWrite));
        EXPECT_GT(file.write(toJson(views[index])), 0);
        file.seek(0);
        EXPECT_TRUE(viewFromJson(file.readAll()));
    }
}

TEST(SavedView, WhatIsNoViewIsRefused)
{
    EXPECT_FALSE(viewFromJson("no JSON"));
    EXPECT_FALSE(viewFromJson("{}"));
    EXPECT_FALSE(viewFromJson("[1, 2]"));
    QByteArray later = toJson(exampleView());
    EXPECT_FALSE(viewFromJson(later.replace("\"whyrst_view\": 1", "\"whyrst_view\": 2")));
    QByteArray negative = toJson(exampleView());
    EXPECT_FALSE(viewFromJson(negative.replace("\"packet\": 12", "\"packet\": -12")));
}

TEST(SavedView, TimesBeyondAllCapturesAreBounded)
{
    QByteArray json = toJson(exampleView());
    json.replace("7000000001", "9223372036854775807");
    const std::optional<SavedView> view = viewFromJson(json);
    ASSERT_TRUE(view);
    EXPECT_LT(view->end, Duration::max() / 2);
}

TEST(SavedView, CapturesAreFoundBesideTheView)
{
    const QTemporaryDir folder;
    SavedView view = exampleView();
    ASSERT_TRUE(QFile::copy(view.files[0].path, folder.filePath(QStringLiteral("moved.pcapng"))));
    view.files[0].path = QStringLiteral("/there/is/no/such/moved.pcapng");
    QString missing;
    EXPECT_EQ(findCaptures(view, folder.path(), missing), QStringList{folder.filePath(QStringLiteral("moved.pcapng"))});
}

TEST(SavedView, ACaptureWithAnotherContentIsNotTheOne)
{
    const QTemporaryDir folder;
    SavedView view = exampleView();
    view.files[0].fingerprint = "00";
    QString missing;
    EXPECT_FALSE(findCaptures(view, folder.path(), missing));
    EXPECT_EQ(missing, QStringLiteral("upload-stalls.pcapng"));
}

} // namespace
} // namespace whyrst
