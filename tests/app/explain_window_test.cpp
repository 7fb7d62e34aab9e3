#include "tests/app/main_window_fixture.h"

#include <QToolTip>

namespace whyrst {
namespace {

using test::MainWindowTest;

/// A window with the sample, in which #582 is sent again by the timer.
class ExplainWindow : public MainWindowTest
{
protected:
    ExplainWindow()
    {
        openSample();
        m_window.session()->selectPacket(PacketNumber(582));
    }
    ~ExplainWindow() override { QToolTip::hideText(); }

    PacketTable* packets() const { return m_window.workspace()->panes().packets; }
    QModelIndex kindsCell() const { return packets()->currentIndex().siblingAtColumn(PacketTableModel::KindsColumn); }
};

TEST_F(ExplainWindow, TheKeyExplainsTheSelectedPacket)
{
    QTest::keyClick(&m_window, Qt::Key_X);
    const QString text = QToolTip::text();
    EXPECT_TRUE(text.contains(QStringLiteral("rto-retransmission"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("the same bytes as #247"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("116,801"))) << text.toStdString();
}

TEST_F(ExplainWindow, AClickOnTheMarkExplainsIt)
{
    packets()->scrollTo(kindsCell());
    QTest::mouseClick(packets()->viewport(), Qt::LeftButton, {}, packets()->visualRect(kindsCell()).center());
    EXPECT_TRUE(QToolTip::text().contains(QStringLiteral("the same bytes as #247")));
}

TEST_F(ExplainWindow, AResetIsExplainedByItsDiagnosis)
{
    m_window.session()->selectPacket(PacketNumber(587));
    QTest::keyClick(&m_window, Qt::Key_X);
    EXPECT_TRUE(QToolTip::text().contains(QStringLiteral("RST (ABORT, accepted): Bytes 116,801 to 118,260")))
        << QToolTip::text().toStdString();
}

TEST_F(ExplainWindow, AClickElsewhereSelectsOnly)
{
    const QModelIndex time = packets()->currentIndex().siblingAtColumn(PacketTableModel::Time);
    packets()->scrollTo(time);
    QTest::mouseClick(packets()->viewport(), Qt::LeftButton, {}, packets()->visualRect(time).center());
    EXPECT_TRUE(QToolTip::text().isEmpty());
}

TEST_F(ExplainWindow, TheTipOfTheMarkSaysTheSame)
{
    EXPECT_TRUE(kindsCell().data(Qt::ToolTipRole).toString().contains(QStringLiteral("the same bytes as #247")));
}

} // namespace
} // namespace whyrst
