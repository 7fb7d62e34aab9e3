#include "views/window_scale_dialog.h"

#include "tests/support/conversation.h"

#include <QComboBox>

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

TEST(WindowScaleDialogTest, WhatWasCapturedCannotBeChanged)
{
    Conversation talk;
    talk.handshake();
    const WindowScaleDialog dialog(talk.connection(), talk.analysis());
    EXPECT_FALSE(dialog.box(Side::Server)->isEnabled());
    EXPECT_EQ(dialog.box(Side::Server)->currentText(), QStringLiteral("As captured: 7 (\u00d7 128)"));
    EXPECT_EQ(dialog.scale(Side::Server), std::nullopt);
}

TEST(WindowScaleDialogTest, AnUnknownScaleIsBoundedAndCanBeGiven)
{
    Conversation talk;
    talk.says(Side::Server, 9000, 5001, 0, 0x10);
    for (uint32_t sent = 0; sent < 20; ++sent)
        talk.says(Side::Client, 5001 + 1000 * sent, 9000, 1000, 0x10);
    const WindowScaleDialog dialog(talk.connection(), talk.analysis());
    EXPECT_EQ(dialog.box(Side::Client)->currentText(), QStringLiteral("Not known"));
    QComboBox* box = dialog.box(Side::Server);
    EXPECT_EQ(box->currentText(), QStringLiteral("Not known: at least 5 (\u00d7 32)"));
    EXPECT_EQ(dialog.scale(Side::Server), std::nullopt);
    box->setCurrentIndex(box->findText(QStringLiteral("8 (\u00d7 256)")));
    EXPECT_EQ(dialog.scale(Side::Server), 8);
}

} // namespace
} // namespace whyrst::test
