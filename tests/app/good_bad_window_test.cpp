#include "tests/app/main_window_fixture.h"

#include "model/document/document_text.h"
#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/compare/connection_dialog.h"
#include "views/compare/contrast_view.h"
#include "views/compare/step_list.h"
#include "views/connection_list.h"
#include "views/loading_bar.h"
#include "views/message_bar.h"

#include <QAction>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QTableView>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst {
namespace {

using test::MainWindowTest;
using test::patience;

constexpr int idColumn = 0;

/// A window with a capture of several connections, of which some were reset.
class GoodBadWindowTest : public MainWindowTest
{
protected:
    GoodBadWindowTest() { open(test::labPath("application-abort.listener-closed--1/client.pcapng")); }

    QTableView* table() const { return m_window.workspace()->panes().connections->table(); }

    void clickRow(int row, Qt::KeyboardModifiers modifiers = {})
    {
        const QRect cell = table()->visualRect(table()->model()->index(row, idColumn));
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, modifiers, cell.center());
    }

    /// Marks the first and the last connection of the list, as a person does.
    void markTwo()
    {
        clickRow(0);
        table()->scrollToBottom();
        clickRow(table()->model()->rowCount() - 1, Qt::ControlModifier);
    }

    void contrast()
    {
        markTwo();
        QTest::keyClick(&m_window, Qt::Key_B, Qt::ControlModifier);
        ASSERT_TRUE(m_window.isContrasting() && view().contrast());
    }

    QAction* action(const QString& words) const
    {
        const auto actions = m_window.findChildren<QAction*>();
        const auto found = std::ranges::find_if(
            actions, [&](QAction* one) { return one->text().remove(QLatin1Char('&')).startsWith(words); });
        return found == actions.end() ? nullptr : *found;
    }

    const ContrastView& view() const { return *m_window.contrastView(); }
    const Divergence& divergence() const { return view().contrast()->divergence(); }
    int firstNumber() const { return static_cast<int>(*divergence().first) + 1; }
};

TEST_F(GoodBadWindowTest, TheMenuWaitsForTwoConnections)
{
    QAction* entry = action(QStringLiteral("Good against bad"));
    ASSERT_TRUE(entry);
    clickRow(0);
    EXPECT_FALSE(entry->isEnabled());
    clickRow(1, Qt::ControlModifier);
    EXPECT_TRUE(entry->isEnabled());
    clickRow(2, Qt::ControlModifier);
    EXPECT_FALSE(entry->isEnabled());
    clickRow(0);
    EXPECT_FALSE(entry->isEnabled());
}

TEST_F(GoodBadWindowTest, AControlClickShowsTheConnectionAndKeepsTheOther)
{
    markTwo();
    const std::vector<ConnectionId> marked = m_window.workspace()->panes().connections->markedConnections();
    ASSERT_EQ(marked.size(), 2U);
    EXPECT_EQ(m_window.session()->connection()->id, marked.front());
}

TEST_F(GoodBadWindowTest, TheConnectionThatFaredBetterIsTheGoodOne)
{
    contrast();
    const Diagnosis* bad = view().contrast()->details(Outcome::Bad)->diagnosis.primary();
    ASSERT_TRUE(bad);
    EXPECT_NE(bad->harm, Harm::None);
    EXPECT_EQ(view().contrast()->details(Outcome::Good)->diagnosis.primary(), nullptr);
    EXPECT_EQ(view().summary(), toQString(divergence().summary));
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("Good against bad")));
}

TEST_F(GoodBadWindowTest, AClickOnTheFirstDivergenceShowsThePacketsOfBoth)
{
    contrast();
    StepRow* row = view().differences()->rows()[static_cast<size_t>(firstNumber()) - 1];
    QTest::mouseClick(row, Qt::LeftButton, {}, QPoint(3, 3));
    EXPECT_TRUE(row->isSelected());
    const Difference& first = *divergence().firstDifference();
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        const PacketNumber frame = first.place(outcome).frame.value_or(PacketNumber());
        EXPECT_EQ(view().charts()->chart(outcome)->selectedPacket(), frame);
        const uint shown = view().packets(outcome)->currentIndex().data(PacketTableModel::FrameRole).toUInt();
        EXPECT_EQ(shown, frame.value);
    }
    const TimeWindow* time = view().charts()->timeWindow();
    EXPECT_LE(time->begin(), *first.place(Outcome::Bad).since);
    EXPECT_GE(time->end(), *first.place(Outcome::Bad).since);
}

TEST_F(GoodBadWindowTest, TheFirstDivergenceIsHighlightedAtOnce)
{
    contrast();
    EXPECT_TRUE(view().differences()->rows()[*divergence().first]->isSelected());
    const PacketNumber frame = *divergence().firstDifference()->place(Outcome::Bad).frame;
    EXPECT_EQ(view().charts()->chart(Outcome::Bad)->selectedPacket(), frame);
}

TEST_F(GoodBadWindowTest, TheHeadingNamesCapturesWithoutTheirFolders)
{
    contrast();
    int named = 0;
    for (const QLabel* label : view().findChildren<QLabel*>()) {
        EXPECT_FALSE(label->text().contains(QStringLiteral("application-abort."))) << label->text().toStdString();
        named += label->text().contains(QStringLiteral(" of client.pcapng, ")) ? 1 : 0;
    }
    EXPECT_EQ(named, 2);
}

TEST_F(GoodBadWindowTest, KeysStepThroughTheDifferences)
{
    contrast();
    const auto& rows = view().differences()->rows();
    ASSERT_GE(rows.size(), 2U);
    for (size_t row = 0; row < rows.size(); ++row)
        QTest::keyClick(&m_window, Qt::Key_F8, Qt::ShiftModifier);
    EXPECT_TRUE(rows[0]->isSelected());
    QTest::keyClick(&m_window, Qt::Key_F8);
    EXPECT_TRUE(rows[1]->isSelected());
}

TEST_F(GoodBadWindowTest, KeysChangeLayoutAndDirection)
{
    contrast();
    const Side direction = view().charts()->direction();
    QTest::keyClick(&m_window, Qt::Key_D);
    EXPECT_EQ(view().charts()->direction(), otherSide(direction));
    QTest::keyClick(&m_window, Qt::Key_L, Qt::ControlModifier);
    EXPECT_EQ(view().charts()->layoutKind(), ContrastCharts::Layout::Overlay);
    EXPECT_FALSE(view().charts()->chart(Outcome::Good)->isVisible());
    const ChartData& overlaid = view().charts()->chart(Outcome::Bad)->charts().front();
    EXPECT_EQ(overlaid.series.front().id.substr(0, 5), "good-");
    QTest::keyClick(&m_window, Qt::Key_L, Qt::ControlModifier);
    EXPECT_TRUE(view().charts()->chart(Outcome::Good)->isVisible());
}

TEST_F(GoodBadWindowTest, APacketOfATableIsSelectedOnItsChart)
{
    contrast();
    PacketTable* packets = view().packets(Outcome::Good);
    const PacketNumber other = view().charts()->chart(Outcome::Bad)->selectedPacket();
    packets->setCurrentIndex(packets->model()->index(3, 0));
    const PacketNumber frame(packets->currentIndex().data(PacketTableModel::FrameRole).toUInt());
    EXPECT_EQ(view().charts()->chart(Outcome::Good)->selectedPacket(), frame);
    EXPECT_EQ(view().charts()->chart(Outcome::Bad)->selectedPacket(), other); // it stays
}

TEST_F(GoodBadWindowTest, RolesCanBeSwapped)
{
    contrast();
    const ConnectionId bad = view().contrast()->details(Outcome::Bad)->id;
    action(QStringLiteral("Swap good and bad"))->trigger();
    EXPECT_EQ(view().contrast()->details(Outcome::Good)->id, bad);
    EXPECT_FALSE(divergence().remarks.empty());
}

TEST_F(GoodBadWindowTest, LeavingGoesBackToTheCapture)
{
    contrast();
    QTest::keyClick(&m_window, Qt::Key_W, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_FALSE(m_window.isContrasting());
    EXPECT_EQ(view().contrast(), nullptr);
    EXPECT_TRUE(m_window.windowTitle().startsWith(QStringLiteral("client.pcap")));
    EXPECT_TRUE(action(QStringLiteral("Good against bad"))->isEnabled()); // both are marked still
}

TEST_F(GoodBadWindowTest, OnlyOtherThresholdsLeaveIt)
{
    contrast();
    m_window.setThresholds({});
    EXPECT_TRUE(m_window.isContrasting());
    m_window.setThresholds({.idle = std::chrono::hours(2)});
    EXPECT_FALSE(m_window.isContrasting());
}

TEST_F(GoodBadWindowTest, AnotherCaptureTakesItsPlace)
{
    contrast();
    QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
    m_window.openFile(toQString(test::samplePath()));
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_FALSE(m_window.isContrasting());
    EXPECT_EQ(view().contrast(), nullptr);
}

TEST_F(GoodBadWindowTest, AConnectionOfAnotherCaptureMayBeTheOther)
{
    QSignalSpy loaded(m_window.otherLoader(), &TraceLoader::loaded);
    m_window.contrastWith(toQString(test::samplePath())); // it has a single connection
    ASSERT_TRUE(loaded.wait(patience));
    ASSERT_TRUE(m_window.isContrasting());
    EXPECT_FALSE(view().contrast()->isOneTrace());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
}

TEST_F(GoodBadWindowTest, OfSeveralConnectionsOneIsChosen)
{
    QSignalSpy loaded(m_window.otherLoader(), &TraceLoader::loaded);
    m_window.contrastWith(toQString(test::labPath("application-abort.listener-closed--1/server.pcap")));
    ASSERT_TRUE(loaded.wait(patience));
    auto* dialog = m_window.findChild<ConnectionDialog*>();
    ASSERT_TRUE(dialog);
    dialog->connections()->table()->setCurrentIndex(dialog->connections()->table()->model()->index(1, 0));
    dialog->accept();
    ASSERT_TRUE(m_window.isContrasting());
    const ConnectionId chosen = *dialog->chosen();
    const bool isShown = view().contrast()->details(Outcome::Good)->id == chosen
        || view().contrast()->details(Outcome::Bad)->id == chosen;
    EXPECT_TRUE(isShown);
}

TEST_F(GoodBadWindowTest, ACaptureThatCannotBeReadChangesNothing)
{
    QSignalSpy failed(m_window.otherLoader(), &TraceLoader::failed);
    m_window.contrastWith(QStringLiteral("/there/is/no/such.pcap"));
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_FALSE(m_window.isContrasting());
    EXPECT_FALSE(m_window.loadingBar()->isVisible());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("such.pcap")));
}

TEST_F(GoodBadWindowTest, ItIsSavedAsAPicture)
{
    contrast();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("both.png"));
    ASSERT_TRUE(m_window.saveContrast(file));
    EXPECT_EQ(QImage(file).size(), QSize(3200, 2000));
    EXPECT_FALSE(m_window.saveContrast(QStringLiteral("/there/is/no/such/both.png")));
    EXPECT_TRUE(m_window.messageBar()->isVisible());
}

TEST_F(GoodBadWindowTest, ItIsSavedAsTheJsonOfTheCommandLine)
{
    contrast();
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("both.json")));
    ASSERT_TRUE(m_window.saveAsJson(file.fileName()));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QJsonObject document = QJsonDocument::fromJson(file.readAll()).object();
    EXPECT_EQ(document[QStringLiteral("summary")].toString(), view().summary());
    EXPECT_FALSE(m_window.saveAsJson(QStringLiteral("/there/is/no/such/both.json")));
}

TEST_F(GoodBadWindowTest, AComparisonOfTwoCapturesIsSavedAsJsonAndAsPairs)
{
    QSignalSpy compared(m_window.comparison(), &ComparisonSession::compared);
    m_window.compareWith(toQString(test::labPath("application-abort.listener-closed--1/server.pcap")));
    ASSERT_TRUE(compared.wait(patience));
    const QTemporaryDir folder;
    QFile json(folder.filePath(QStringLiteral("sides.json")));
    QFile pairs(folder.filePath(QStringLiteral("pairs.csv")));
    ASSERT_TRUE(m_window.saveAsJson(json.fileName()));
    ASSERT_TRUE(m_window.savePairs(pairs.fileName()));
    ASSERT_TRUE(json.open(QIODevice::ReadOnly) && pairs.open(QIODevice::ReadOnly));
    EXPECT_FALSE(QJsonDocument::fromJson(json.readAll()).object()[QStringLiteral("pairs")].toArray().isEmpty());
    EXPECT_TRUE(pairs.readAll().startsWith("client_frame,server_frame,relation,delay_ns\n"));
}

TEST_F(GoodBadWindowTest, TheTablesShowThePacketsOfTheFirstDivergence)
{
    contrast();
    QTest::qWait(50); // rows come into sight when the tables have got their size
    for (const Outcome outcome : {Outcome::Good, Outcome::Bad}) {
        const PacketTable* table = view().packets(outcome);
        const QRect row = table->visualRect(table->currentIndex());
        EXPECT_TRUE(table->viewport()->rect().intersects(row)) << outcomeName(outcome);
    }
}

TEST_F(GoodBadWindowTest, AnotherLayoutKeepsWhatIsSelected)
{
    contrast();
    const PacketNumber selected = view().charts()->chart(Outcome::Bad)->selectedPacket();
    QTest::keyClick(&m_window, Qt::Key_L, Qt::ControlModifier);
    EXPECT_EQ(view().charts()->chart(Outcome::Bad)->selectedPacket(), selected);
}

TEST_F(GoodBadWindowTest, EveryTextCanBeReadInTheDark)
{
    m_window.setTheme(ThemeChoice::Dark);
    contrast();
    QTest::qWait(50); // palettes change by events
    for (const QLabel* label : view().findChildren<QLabel*>()) {
        if (label->isVisible()) {
            const QPalette& palette = label->palette();
            EXPECT_GE(contrastRatio(palette.color(QPalette::WindowText), palette.color(QPalette::Window)), 4.5)
                << label->text().toStdString();
        }
    }
    m_window.setTheme(ThemeChoice::Light);
}

TEST_F(GoodBadWindowTest, TheWindowFitsOnASmallScreen)
{
    contrast();
    EXPECT_LE(m_window.minimumSizeHint().width(), 1024);
    EXPECT_LE(m_window.minimumSizeHint().height(), 720);
}

} // namespace
} // namespace whyrst
