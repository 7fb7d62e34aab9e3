// A view that is saved, closed and opened again, as a person or a colleague does.
#include "tests/app/main_window_fixture.h"

#include "views/charts/chart_stack.h"
#include "views/charts/time_window.h"
#include "views/message_bar.h"

#include <QFile>
#include <QTemporaryDir>

#include <chrono>

namespace whyrst {
namespace {

using namespace std::chrono_literals;
using test::patience;

class SavedViewWindowTest : public test::MainWindowTest
{
protected:
    QString viewFile() const { return m_folder.filePath(QStringLiteral("stuck.whyrst")); }

    /// Shows a part of the connection, selects a packet, and saves it.
    void save()
    {
        openSample();
        m_window.session()->setDirection(Side::Server);
        m_window.session()->selectPacket(PacketNumber(40));
        panes().charts->showSpan(1s, 2s);
        ASSERT_TRUE(m_window.saveView(viewFile()));
        m_window.closeTrace();
    }

    QTemporaryDir m_folder;
};

TEST_F(SavedViewWindowTest, ComesBackAsItWas)
{
    save();
    open(viewFile().toStdString());
    EXPECT_EQ(session().packet(), PacketNumber(40));
    EXPECT_EQ(session().direction(), Side::Server);
    EXPECT_EQ(panes().charts->timeWindow()->begin(), Duration(1s));
    EXPECT_EQ(panes().charts->timeWindow()->end(), Duration(2s));
    EXPECT_TRUE(m_window.windowTitle().contains(QStringLiteral("upload-stalls.pcapng")));
}

TEST_F(SavedViewWindowTest, AFileThatIsNoViewIsToldAndKeepsWhatIsOpen)
{
    QFile file(viewFile());
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("{}");
    file.close();
    openSample();
    m_window.openFile(viewFile());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("stuck.whyrst is no view")));
    EXPECT_TRUE(session().isOpen());
}

TEST_F(SavedViewWindowTest, ACaptureThatIsGoneIsNamed)
{
    const QString capture = m_folder.filePath(QStringLiteral("gone.pcapng"));
    ASSERT_TRUE(QFile::copy(QString::fromStdString(test::samplePath()), capture));
    open(capture.toStdString());
    ASSERT_TRUE(m_window.saveView(viewFile()));
    m_window.closeTrace();
    ASSERT_TRUE(QFile::remove(capture));
    m_window.openFile(viewFile());
    EXPECT_TRUE(m_window.messageBar()->message().contains(QStringLiteral("gone.pcapng is not there")));
    EXPECT_FALSE(session().isOpen());
}

TEST_F(SavedViewWindowTest, WithoutACaptureThereIsNothingToSave)
{
    EXPECT_FALSE(m_window.saveView(viewFile()));
    EXPECT_FALSE(QFile::exists(viewFile()));
}

} // namespace
} // namespace whyrst
