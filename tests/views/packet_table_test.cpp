#include "views/packet_table.h"

#include "tests/support/connection_builder.h"

#include <QApplication>
#include <QFontMetrics>
#include <QHeaderView>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

TEST(PacketTable, TimesInNanosecondsAreNotCutOff)
{
    test::ConnectionBuilder builder;
    builder.handshake().data(Side::Client, 12345s + 1ns, 1, 1000);
    auto details = std::make_shared<ConnectionDetails>();
    details->open.trace = std::make_shared<const Trace>(builder.trace());
    details->analysis = analyzeConnection(details->connection());
    PacketTable table;
    table.setConnection(details);
    const QString time = table.model()->index(3, PacketTableModel::Time).data().toString();
    EXPECT_EQ(time.toStdString(), "12345.000000001");
    QFont bold = table.font();
    bold.setBold(true);
    EXPECT_GT(table.columnWidth(PacketTableModel::Time), QFontMetrics(bold).horizontalAdvance(time));
}

TEST(PacketTable, NumbersOfALongCaptureAreNotCutOff)
{
    test::ConnectionBuilder builder;
    builder.handshake();
    while (builder.lastFrame().value < 123'456'788)
        builder.otherPacket();
    builder.data(Side::Client, 1s, 1, 1000);
    auto details = std::make_shared<ConnectionDetails>();
    details->open.trace = std::make_shared<const Trace>(builder.trace());
    details->analysis = analyzeConnection(details->connection());
    PacketTable table;
    table.setConnection(details);
    QFont bold = table.font();
    bold.setBold(true);
    EXPECT_GT(
        table.columnWidth(PacketTableModel::Frame), QFontMetrics(bold).horizontalAdvance(QStringLiteral("123456789")));
}

TEST(PacketTable, WhatAPacketIsComesBeforeItsSackBlocks)
{
    const PacketTable table;
    const QHeaderView* header = table.horizontalHeader();
    EXPECT_LT(header->visualIndex(PacketTableModel::KindsColumn), header->visualIndex(PacketTableModel::Sack));
}

TEST(PacketTable, TheSelectedPacketStaysInSightInLessRoom)
{
    test::ConnectionBuilder builder;
    builder.handshake();
    for (int packet = 0; packet < 100; ++packet)
        builder.data(Side::Client, packet * 10ms, 1 + 1000 * packet, 1000);
    auto details = std::make_shared<ConnectionDetails>();
    details->open.trace = std::make_shared<const Trace>(builder.trace());
    details->analysis = analyzeConnection(details->connection());
    PacketTable table;
    table.resize(600, 500);
    table.show();
    table.setConnection(details);
    table.setSelected(builder.lastFrame());
    table.resize(600, 150);
    QApplication::processEvents();
    EXPECT_TRUE(table.viewport()->rect().contains(table.visualRect(table.currentIndex())));
}

} // namespace
} // namespace whyrst
