#include "views/plain_label.h"

#include "model/document/document_text.h"

#include <QTest>
#include <QTextDocument>
#include <QVBoxLayout>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace whyrst {

namespace {

TEST(PlainLabel, AFaintEndDoesNotMakeTheTextATag)
{
    PlainLabel label(QStringLiteral("It says <b>no</b> & goes."), PlainLabel::Style::Normal);
    label.setFaintEnd(QStringLiteral("#3 \u00b7 <i>2 s</i>"));
    QTextDocument shown;
    shown.setHtml(label.text());
    EXPECT_EQ(shown.toPlainText().replace(QChar(QChar::Nbsp), QLatin1Char(' ')), label.plainText());
}

TEST(PlainLabel, AFaintEndIsBrokenAfterDotsOnly)
{
    PlainLabel label(QStringLiteral("Sent."), PlainLabel::Style::Normal);
    label.setFaintEnd(QStringLiteral("#3\u2013#4 \u00b7 2 s"));
    EXPECT_TRUE(label.text().contains(QStringLiteral("#3\u2013\u2060#4\u00a0\u00b7 2\u00a0s")));
    EXPECT_EQ(label.plainText(), QStringLiteral("Sent. #3\u2013#4 \u00b7 2 s"));
}

TEST(PlainLabel, PacketNumbersThatAreKnownAreLinks)
{
    PlainLabel label(QStringLiteral("Sent <b> in #12, not in #13 or #1200."), PlainLabel::Style::Normal);
    const QString plain = label.text();
    label.linkPackets([](PacketNumber frame) { return frame == PacketNumber(12); });
    EXPECT_EQ(label.text().count(QStringLiteral("<a href")), 1);
    EXPECT_TRUE(label.text().contains(QStringLiteral("href=\"12\"")));
    EXPECT_EQ(label.plainText(), plain);
    QTextDocument shown;
    shown.setHtml(label.text());
    EXPECT_EQ(shown.toPlainText(), plain);
}

TEST(PlainLabel, ATextWithoutPacketNumbersStaysPlain)
{
    PlainLabel label(QStringLiteral("Nothing & nobody."), PlainLabel::Style::Normal);
    label.linkPackets([](PacketNumber) { return true; });
    EXPECT_EQ(label.textFormat(), Qt::PlainText);
    EXPECT_FALSE(label.focusPolicy() & Qt::TabFocus);
}

/// Two texts with links, one below the other.
class LinkedLabels : public testing::Test
{
protected:
    LinkedLabels()
    {
        auto* column = new QVBoxLayout(&m_window);
        for (PlainLabel* label : {m_first, m_second}) {
            column->addWidget(label);
            label->linkPackets([](PacketNumber) { return true; });
            QObject::connect(label, &PlainLabel::packetActivated, &m_window,
                [this](PacketNumber frame) { m_followed.push_back(frame.value); });
        }
        m_window.show();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&m_window));
        m_second->setFocus(); // the window gives the keyboard to the first one, not by Tab
    }

    void press(std::initializer_list<Qt::Key> keys)
    {
        for (const Qt::Key key : keys)
            QTest::keyClick(m_window.focusWidget(), key);
    }

    QWidget m_window;
    PlainLabel* m_first = new PlainLabel(QStringLiteral("From #7 to #9"), PlainLabel::Style::Normal);
    PlainLabel* m_second = new PlainLabel(QStringLiteral("Then #12"), PlainLabel::Style::Normal);
    std::vector<uint32_t> m_followed;
};

TEST_F(LinkedLabels, TabGoesFromLinkToLinkAndReturnFollows)
{
    m_first->setFocus(Qt::TabFocusReason);
    press({Qt::Key_Return, Qt::Key_Tab, Qt::Key_Return, Qt::Key_Tab, Qt::Key_Return});
    EXPECT_THAT(m_followed, testing::ElementsAre(7, 9, 12));
}

TEST_F(LinkedLabels, BackTabComesToTheLastLink)
{
    m_first->setFocus(Qt::TabFocusReason);
    press({Qt::Key_Tab, Qt::Key_Tab, Qt::Key_Backtab, Qt::Key_Return, Qt::Key_Backtab, Qt::Key_Return});
    EXPECT_THAT(m_followed, testing::ElementsAre(9, 7));
}

} // namespace

} // namespace whyrst
