// Pictures of two captures, as a person saves them.
#include "tests/app/compare_window_fixture.h"

#include "views/compare/comparison_image.h"
#include "views/compare/finding_list.h"
#include "views/compare/ladder_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QImage>
#include <QMenu>
#include <QTemporaryDir>

namespace whyrst {
namespace {

using CompareExportTest = test::CompareWindowTest;

TEST_F(CompareExportTest, TheComparisonIsSavedAsAPicture)
{
    compare();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("sides.png"));
    ASSERT_TRUE(m_window.saveComparison(file));
    const QImage picture(file);
    EXPECT_EQ(picture.size(), QSize(3200, 2000));
    EXPECT_TRUE(picture.text(QStringLiteral("Findings")).contains(QStringLiteral("58,313")));
    EXPECT_FALSE(m_window.saveComparison(QStringLiteral("/there/is/no/such/sides.png")));
}

TEST_F(CompareExportTest, TheSavedPictureShowsWhatIsOnTheScreen)
{
    compare();
    zoomIn();
    m_window.comparison()->setDirection(Side::Server);
    m_window.compareView()->setShown(ShownPanes::Charts);
    charts().showDelay(true);
    charts().overlay(true);
    charts().ladder()->setFoldsSilence(false);
    charts().ladder()->swapClock();
    const ComparisonImageRequest request = charts().imageRequest();
    EXPECT_EQ(request.span.begin, charts().timeWindow()->begin());
    EXPECT_EQ(request.span.end, charts().timeWindow()->end());
    EXPECT_EQ(request.direction, Side::Server);
    EXPECT_EQ(request.panes, ShownPanes::Charts);
    EXPECT_TRUE(request.hasDelay);
    EXPECT_TRUE(request.isOverlaid);
    EXPECT_FALSE(request.foldsSilence);
    EXPECT_EQ(request.clock, charts().ladder()->clock());
    EXPECT_TRUE(request.clock.has_value());
}

TEST_F(CompareExportTest, TwoRangesOfTimeAreTwoPictures)
{
    compare();
    const QTemporaryDir folder;
    const QString whole = folder.filePath(QStringLiteral("whole.png"));
    const QString zoomed = folder.filePath(QStringLiteral("zoomed.png"));
    ASSERT_TRUE(m_window.saveComparison(whole));
    zoomIn();
    ASSERT_TRUE(m_window.saveComparison(zoomed));
    EXPECT_NE(QImage(whole), QImage(zoomed));
}

TEST_F(CompareExportTest, TheMenuOfAFindingOffersItsPicture)
{
    compare();
    QSignalSpy requested(m_window.compareView(), &CompareView::findingPictureRequested);
    m_window.compareView()->disconnect(&m_window); // the dialog would wait for an answer
    FindingList* findings = m_window.compareView()->findings();
    const StepRow* row = findings->rows().at(1);
    const QPoint place = row->mapTo(findings, row->rect().center());
    QWidget* under = findings->childAt(place);
    QContextMenuEvent event(QContextMenuEvent::Mouse, under->mapFrom(findings, place), findings->mapToGlobal(place));
    QApplication::sendEvent(under, &event);
    auto* menu = m_window.compareView()->findChild<QMenu*>();
    ASSERT_TRUE(menu);
    for (QAction* action : menu->actions()) {
        if (action->text().contains(QStringLiteral("Picture")))
            action->trigger();
    }
    ASSERT_EQ(requested.size(), 1);
    EXPECT_EQ(requested.front().front().toInt(), 2);
}

TEST_F(CompareExportTest, OneFindingIsSavedAsAPicture)
{
    compare();
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("finding.png"));
    ExportChoice choice;
    choice.finding = 2;
    ASSERT_TRUE(m_window.saveComparison(file, choice));
    const std::string& text = m_window.comparison()->details()->pair().findings[1].text;
    EXPECT_EQ(QImage(file).text(QStringLiteral("Findings")), toQString(text));
    choice.finding = 99;
    EXPECT_FALSE(m_window.saveComparison(file, choice));
}

TEST_F(CompareExportTest, TheDialogOffersFindings)
{
    ExportDialog dialog(ExportChoice(), &m_window);
    EXPECT_FALSE(dialog.choice().finding);
    dialog.offerFindings({QStringLiteral("lost"), QStringLiteral("forged")}, 2);
    EXPECT_EQ(dialog.choice().finding, 2);
    dialog.offerFindings({QStringLiteral("lost"), QStringLiteral("forged")}, std::nullopt);
    EXPECT_FALSE(dialog.choice().finding);
}

TEST_F(CompareExportTest, TheSavedPictureCanMaskAddresses)
{
    compare();
    ExportChoice choice;
    choice.masksAddresses = true;
    const QImage picture
        = savedPicture(qOverload<const QString&, const ExportChoice&>(&MainWindow::saveComparison), choice);
    EXPECT_TRUE(picture.text(QStringLiteral("Source")).contains(QStringLiteral("Connection A:")));
}

} // namespace
} // namespace whyrst
