// What the texts of the answer lead to.
#include "tests/app/main_window_fixture.h"

#include "views/message_bar.h"
#include "views/plain_label.h"
#include "views/why_panel.h"

#include <QAction>
#include <QRegularExpression>

#include <algorithm>

namespace whyrst {
namespace {

class AnswerLinks : public test::MainWindowTest
{
protected:
    /// The text of the answer that begins with `words`; null without it.
    PlainLabel* label(const QString& words) const
    {
        for (PlainLabel* each : panes().why->findChildren<PlainLabel*>()) {
            if (each->plainText().startsWith(words))
                return each;
        }
        return nullptr;
    }

    void trigger(const QString& text)
    {
        for (QAction* action : m_window.findChildren<QAction*>()) {
            if (action->text().remove(QLatin1Char('&')) == text)
                action->trigger();
        }
    }
};

TEST_F(AnswerLinks, APacketNumberOfAConditionSelectsThePacket)
{
    open(test::labPath("connection-refused.closed-port--1/client.pcap"));
    static const QRegularExpression link(QStringLiteral("<a href=\"([0-9]+)\""));
    PlainLabel* linked = nullptr;
    QString frame;
    for (PlainLabel* each : panes().why->findChildren<PlainLabel*>()) {
        const QRegularExpressionMatch found = link.match(each->text());
        if (!linked && found.hasMatch() && found.captured(1).toUInt() != session().packet().value) {
            linked = each;
            frame = found.captured(1);
        }
    }
    ASSERT_TRUE(linked);
    emit linked->linkActivated(frame);
    QCoreApplication::processEvents();
    EXPECT_EQ(session().packet(), PacketNumber(frame.toUInt()));
    EXPECT_EQ(selectedRowsFrame(), frame.toUInt());
}

TEST_F(AnswerLinks, ThePreviousUseOfThePortsIsOneClickAway)
{
    open(test::labPath("control.port-reuse-clean--1/client.pcap"));
    const Trace& trace = *session().openTrace().trace;
    const auto reuse = std::ranges::find_if(trace.connections, [](const Connection& one) { return one.reusesPort(); });
    ASSERT_NE(reuse, trace.connections.end());
    m_window.session()->selectConnection(reuse->id);
    PlainLabel* before = label(QStringLiteral("Previous use of these addresses and ports: "));
    ASSERT_TRUE(before);
    const Connection& earlier = trace.connection(reuse->previous);
    emit before->linkActivated(QString::number(earlier.firstFrame.value));
    QCoreApplication::processEvents();
    EXPECT_EQ(session().connection()->id, earlier.id);
    EXPECT_EQ(session().packet(), earlier.firstFrame);
    EXPECT_TRUE(label(QStringLiteral("Next use of these addresses and ports: ")));
}

TEST_F(AnswerLinks, TheMenuGoesThroughTheUsesOfThePorts)
{
    open(test::labPath("control.port-reuse-clean--1/client.pcap"));
    const Trace& trace = *session().openTrace().trace;
    const auto reuse = std::ranges::find_if(trace.connections, [](const Connection& one) { return one.reusesPort(); });
    ASSERT_NE(reuse, trace.connections.end());
    m_window.session()->selectConnection(reuse->id);
    trigger(QStringLiteral("Previous use of these ports"));
    EXPECT_EQ(session().connection()->id, reuse->previous);
    trigger(QStringLiteral("Next use of these ports"));
    EXPECT_EQ(session().connection()->id, reuse->id);
}

TEST_F(AnswerLinks, WithoutAnotherUseTheMenuSaysSo)
{
    openSample();
    const ConnectionId shown = session().connection()->id;
    trigger(QStringLiteral("Next use of these ports"));
    EXPECT_EQ(session().connection()->id, shown);
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("no later connection")));
}

} // namespace
} // namespace whyrst
