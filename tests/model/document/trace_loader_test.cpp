#include "model/document/trace_loader.h"

#include "model/diagnosis/trace_context.h"
#include "tests/support/growing_pipe.h"
#include "tests/support/open_trace_maker.h"
#include "tests/support/packet_bytes.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace whyrst {
namespace {

using namespace std::chrono_literals;

constexpr int patience = 60000; // ms; a busy machine is no failure

/// Far more packets than are read between two looks at the cancel flag.
test::TemporaryFile longCapture()
{
    const test::Bytes frame = test::ethernetFrame({});
    test::PcapFile file;
    for (int packet = 0; packet < 200'000; ++packet)
        file.packet(packet * 1us, frame);
    return test::TemporaryFile(file.bytes());
}

TEST(TraceLoader, GivesTraceAndDiagnosis)
{
    TraceLoader loader;
    QSignalSpy loaded(&loader, &TraceLoader::loaded);
    loader.start({{QString::fromStdString(test::samplePath())}});
    ASSERT_TRUE(loaded.wait(patience));
    const auto open = loaded.front().front().value<OpenTrace>();
    ASSERT_TRUE(open);
    EXPECT_EQ(open.trace->connections.size(), open.diagnosis->connections.size());
    EXPECT_FALSE(loader.isLoading());
}

TEST(TraceLoader, SaysInOneSentenceWhyAFileCannotBeOpened)
{
    TraceLoader loader;
    QSignalSpy failed(&loader, &TraceLoader::failed);
    loader.start({{QStringLiteral("/there/is/no/such.pcap")}});
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("such.pcap")));
}

TEST(TraceLoader, CancelKeepsWhatWasRead)
{
    const test::TemporaryFile file = longCapture();
    TraceLoader loader;
    QSignalSpy cancelled(&loader, &TraceLoader::cancelled);
    loader.start({{QString::fromStdString(file.path())}});
    loader.cancel();
    ASSERT_TRUE(cancelled.wait(patience));
    const auto open = cancelled.front().front().value<OpenTrace>();
    ASSERT_TRUE(open);
    EXPECT_GT(open.trace->capture.packets, 0U);
    EXPECT_LT(open.trace->capture.packets, 200'000U);
    EXPECT_EQ(open.diagnosis->connections.size(), 1U);
}

TEST(TraceLoader, AFurtherStartAbandonsTheLoadBefore)
{
    const test::TemporaryFile file = longCapture();
    TraceLoader loader;
    QSignalSpy loaded(&loader, &TraceLoader::loaded);
    loader.start({{QString::fromStdString(file.path())}});
    loader.start({{QString::fromStdString(test::samplePath())}});
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(loaded.size(), 1);
    EXPECT_EQ(loaded.front().front().value<OpenTrace>().trace->capture.file, test::samplePath());
}

TEST(TraceLoader, ReadsSeveralFilesAsOneTrace)
{
    TraceLoader loader;
    QSignalSpy loaded(&loader, &TraceLoader::loaded);
    const QString sample = QString::fromStdString(test::samplePath());
    loader.start({{sample, sample}});
    ASSERT_TRUE(loaded.wait(patience));
    EXPECT_EQ(loaded.front().front().value<OpenTrace>().trace->capture.packets, 2 * 587U);
}

TEST(TraceLoader, ReadsOnlyWhatTheFilterLetsThrough)
{
    TraceLoader loader;
    QSignalSpy loaded(&loader, &TraceLoader::loaded);
    loader.start({{QString::fromStdString(test::samplePath())}, {}, QStringLiteral("src port 3389")});
    ASSERT_TRUE(loaded.wait(patience));
    const auto open = loaded.front().front().value<OpenTrace>();
    EXPECT_TRUE(open.trace->connections.front().flow(Side::Client).empty());
}

TEST(TraceLoader, SaysWhyAFilterCannotBeUsed)
{
    TraceLoader loader;
    QSignalSpy failed(&loader, &TraceLoader::failed);
    loader.start({{QString::fromStdString(test::samplePath())}, {}, QStringLiteral("port and")});
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("syntax error")));
}

TEST(TraceLoader, SaysWhyAnInterfaceCannotBeCapturedFrom)
{
    TraceLoader loader;
    QSignalSpy failed(&loader, &TraceLoader::failed);
    loader.start({{}, QStringLiteral("nosuchif0")});
    ASSERT_TRUE(failed.wait(patience));
    EXPECT_TRUE(failed.front().front().toString().contains(QStringLiteral("nosuchif0")));
}

/// A pipe into which the capture of a cohort of idle connections flows.
class GrowingTrace : public testing::Test
{
protected:
    void start() { m_loader.start({{QString::fromStdString(m_pipe.path())}}); }

    const test::CutCapture m_capture{test::labPath("idle-timeout.box-cohort--1/client.pcap"), 30};
    test::GrowingPipe m_pipe;
    TraceLoader m_loader;
    QSignalSpy m_grown{&m_loader, &TraceLoader::grown};
    QSignalSpy m_loaded{&m_loader, &TraceLoader::loaded};
    QSignalSpy m_failed{&m_loader, &TraceLoader::failed};
};

TEST_F(GrowingTrace, IsShownWhileItGrows)
{
    start();
    m_pipe.write(m_capture.begin);
    ASSERT_TRUE(m_grown.wait(patience));
    const auto first = m_grown.back().front().value<OpenTrace>();
    EXPECT_EQ(first.trace->capture.packets, 30U);
    EXPECT_EQ(first.diagnosis->connections.size(), first.trace->connections.size());
    m_pipe.write(m_capture.rest);
    ASSERT_TRUE(m_grown.wait(patience));
    const auto second = m_grown.back().front().value<OpenTrace>();
    EXPECT_GT(second.trace->capture.packets, 30U);
    EXPECT_EQ(second.trace->connections.front().firstFrame, first.trace->connections.front().firstFrame);
    EXPECT_TRUE(m_loader.isLoading());
}

TEST_F(GrowingTrace, IsJudgedByTheThresholdsOfTheSession)
{
    LoadRequest request{{QString::fromStdString(m_pipe.path())}};
    request.choices.diagnosis.idle = 2h;
    m_loader.start(request);
    m_pipe.write(m_capture.begin);
    ASSERT_TRUE(m_grown.wait(patience));
    EXPECT_EQ(m_grown.back().front().value<OpenTrace>().diagnosis->context->settings, request.choices.diagnosis);
}

TEST_F(GrowingTrace, ThatIsReadOnceMoreStaysAsItIs)
{
    LoadRequest request{{QString::fromStdString(m_pipe.path())}};
    request.isAgain = true;
    m_loader.start(request);
    m_pipe.write(m_capture.begin);
    EXPECT_FALSE(m_grown.wait(1500));
    m_pipe.close();
    ASSERT_TRUE(m_loaded.wait(patience));
}

TEST_F(GrowingTrace, IsQuietWhenNothingComes)
{
    start();
    m_pipe.write(m_capture.begin);
    ASSERT_TRUE(m_grown.wait(patience));
    EXPECT_FALSE(m_grown.wait(1500));
}

TEST_F(GrowingTrace, EndsWithItsSource)
{
    start();
    m_pipe.write(m_capture.begin);
    ASSERT_TRUE(m_grown.wait(patience));
    m_pipe.write(m_capture.rest);
    m_pipe.close();
    ASSERT_TRUE(m_loaded.wait(patience));
    const auto open = m_loaded.front().front().value<OpenTrace>();
    const OpenTrace whole = test::openCaptureFile(test::labPath("idle-timeout.box-cohort--1/client.pcap"));
    EXPECT_EQ(open.trace->capture.packets, whole.trace->capture.packets);
    EXPECT_EQ(open.diagnosis->headlines, whole.diagnosis->headlines);
}

TEST_F(GrowingTrace, IsCompleteWhenItIsStopped)
{
    start();
    m_pipe.write(m_capture.begin);
    ASSERT_TRUE(m_grown.wait(patience));
    m_loader.cancel();
    ASSERT_TRUE(m_loaded.wait(patience));
    EXPECT_EQ(m_loaded.front().front().value<OpenTrace>().trace->capture.packets, 30U);
}

TEST_F(GrowingTrace, CanBeGivenUpWhileItIsSilent)
{
    start();
    m_loader.cancel();
    ASSERT_TRUE(m_failed.wait(patience));
    EXPECT_FALSE(m_loader.isLoading());
}

TEST_F(GrowingTrace, IsForgottenWhenItIsAbandoned)
{
    start();
    m_pipe.write(m_capture.begin);
    m_loader.abandon();
    EXPECT_FALSE(m_loader.isLoading());
    EXPECT_FALSE(m_loaded.wait(200));
    EXPECT_EQ(m_grown.size(), 0);
}

} // namespace
} // namespace whyrst
