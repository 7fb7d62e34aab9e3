// The window as the driven tests use it.
#pragma once

#include "app/main_window.h"

#include "tests/support/open_trace_maker.h"
#include "views/packet_table.h"
#include "views/workspace.h"

#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

namespace whyrst::test {

constexpr int patience = 60000; ///< ms; a busy machine is no failure

/// A window as a person has it after opening a capture.
class MainWindowTest : public testing::Test
{
protected:
    MainWindowTest()
    {
        m_window.resize(1280, 720);
        m_window.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&m_window));
    }

    void open(const std::string& file)
    {
        QSignalSpy loaded(m_window.loader(), &TraceLoader::loaded);
        m_window.openFile(QString::fromStdString(file));
        ASSERT_TRUE(loaded.wait(patience));
    }

    void openSample() { open(samplePath()); }

    const WorkspacePanes& panes() const { return m_window.workspace()->panes(); }
    const Session& session() { return *m_window.session(); }

    /// Packet of the selected row of the packet table; 0 without one.
    uint32_t selectedRowsFrame() const
    {
        return panes().packets->currentIndex().data(PacketTableModel::FrameRole).toUInt();
    }

    /// The picture that the window's function `save` writes with `choice`.
    template <typename Save> QImage savedPicture(Save save, const ExportChoice& choice)
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("why.png"));
        EXPECT_TRUE((m_window.*save)(file, choice));
        return QImage(file);
    }

    MainWindow m_window;
};

} // namespace whyrst::test
