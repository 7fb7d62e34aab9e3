#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

constexpr uint32_t firstRow = 12; ///< of the client's flow after talk()

} // namespace

TEST(WayVerdicts, PacketThatTheWitnessDoesNotHaveIsLost)
{
    TwoCaptures path;
    path.talk().lost().data(Side::Client, 500).wait(200ms).resend(Side::Client, 1001, 500).wait(25ms);
    path.acknowledge(Side::Server, 1501);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.at(0).way(Side::Client).sent[firstRow], SentVerdict::Lost);
    EXPECT_EQ(comparison.pairs.at(0).way(Side::Client).sent[firstRow + 1], SentVerdict::Delivered);
    const auto loss = std::ranges::find(comparison.pairs.at(0).findings, "loss", &CompareFinding::id);
    ASSERT_NE(loss, comparison.pairs.at(0).findings.end());
    EXPECT_TRUE(loss->text.ends_with(" packets from the client was lost on the way to the server."));
}

TEST(WayVerdicts, AcknowledgmentConvictsTheReceiversCapture)
{
    TwoCaptures path;
    path.talk().unseenBy(Side::Server).data(Side::Client, 500).wait(25ms).acknowledge(Side::Server, 1501).wait(50ms);
    path.data(Side::Client, 10).wait(25ms).acknowledge(Side::Server, 1511);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.at(0).way(Side::Client).sent[firstRow], SentVerdict::MissedByCapture);
}

TEST(WayVerdicts, SackConvictsItToo)
{
    TwoCaptures path;
    path.talk().lost().data(Side::Client, 500).unseenBy(Side::Server).data(Side::Client, 500).wait(25ms);
    path.acknowledge(Side::Server, 1001, {{1501, 2001}}).wait(50ms);
    path.resend(Side::Client, 1001, 500).wait(25ms).acknowledge(Side::Server, 2001);
    const Comparison comparison = path.compare();
    const Way& way = comparison.pairs.at(0).way(Side::Client);
    EXPECT_EQ(way.sent[firstRow], SentVerdict::Lost);
    EXPECT_EQ(way.sent[firstRow + 1], SentVerdict::MissedByCapture);
}

TEST(WayVerdicts, PacketAfterTheOtherCapturesLastOneIsNotCalledLost)
{
    TwoCaptures path;
    path.talk().lost().data(Side::Client, 500).wait(300ms).lost().resend(Side::Client, 1001, 500).wait(600ms);
    path.lost().resend(Side::Client, 1001, 500);
    const Comparison comparison = path.compare();
    const Way& way = comparison.pairs.at(0).way(Side::Client);
    for (uint32_t row = firstRow; row < firstRow + 3; ++row)
        EXPECT_EQ(way.sent[row], SentVerdict::AfterEnd);
    CompareOptions options;
    options.stillRunning = true;
    const Comparison running = path.compare(options);
    EXPECT_EQ(running.pairs.at(0).way(Side::Client).sent[firstRow], SentVerdict::Lost);
}

TEST(WayVerdicts, PacketRightBehindOneThatArrivedHasNoTimeToBeLate)
{
    // The delays of this path vary by 30 ms; the server's capture ends 6 ms after the time at which the lost one was
    // due.
    TwoCaptures path;
    path.handshake();
    for (int i = 0; i < 10; ++i) {
        path.late(i % 3 == 0 ? 30ms : 0ms).data(Side::Client, 100).wait(60ms);
        path.acknowledge(Side::Server, 1 + 100 * (i + 1)).wait(25ms);
    }
    path.data(Side::Client, 100).lost().data(Side::Client, 500).wait(16ms).acknowledge(Side::Server, 1101);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.at(0).way(Side::Client).sent[firstRow + 1], SentVerdict::Lost);
}

TEST(WayVerdicts, SenderCannotSkipBytes)
{
    TwoCaptures path;
    path.talk().unseenBy(Side::Client).data(Side::Client, 500).data(Side::Client, 500).wait(25ms);
    path.acknowledge(Side::Server, 2001);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.at(0).way(Side::Client).arrived[firstRow], ArrivedVerdict::MissedBySenderCapture);
}

TEST(WayVerdicts, ForeignTtlConvictsAForgedReset)
{
    TwoCaptures path;
    path.talk().forgeReset(Side::Server, 1, 61).wait(5ms).data(Side::Client, 10);
    const Comparison comparison = path.compare();
    const ConnectionPair& pair = comparison.pairs.at(0);
    EXPECT_EQ(pair.way(Side::Server).arrived.back(), ArrivedVerdict::Injected);
    ASSERT_EQ(pair.resets.size(), 1U);
    EXPECT_EQ(pair.resets[0].sentBy, ResetSender::Middlebox);
    EXPECT_EQ(pair.resets[0].confidence, Confidence::Certain);
}

TEST(WayVerdicts, EqualTtlDoesNotSaveIt)
{
    TwoCaptures path;
    path.talk().forgeReset(Side::Server, 1, 59).wait(60ms);
    // The server goes on as if it had sent nothing.
    path.data(Side::Server, 300).wait(25ms).reset(Side::Client, 1001);
    const Comparison comparison = path.compare();
    EXPECT_EQ(comparison.pairs.at(0).resets.front().sentBy, ResetSender::Middlebox);
}

TEST(BoxDistance, IsToldByTtlAndByTheTimeAfterWhatTheResetAnswers)
{
    TwoCaptures path; // 10 ms each way, 5 hops
    path.talk().data(Side::Client, 1000).acknowledge(Side::Server, 2001).forgeReset(Side::Server, 1, 254).wait(60ms);
    path.data(Side::Server, 300).wait(25ms).reset(Side::Client, 1001);
    const Comparison comparison = path.compare();
    const CompareFinding& finding = comparison.pairs.at(0).findings.front();
    ASSERT_EQ(finding.cause, CauseId::InjectedReset);
    EXPECT_NE(finding.text.find("Its TTL of 254 fits a sender 1 hop from the client"), std::string::npos)
        << finding.text;
    EXPECT_NE(
        finding.text.find("the way to the server and back takes 20 ms: the box is at most 51 % of that distance away."),
        std::string::npos)
        << finding.text;
}

TEST(WayVerdicts, ResetThatTheSendersCaptureMissedIsNotCalledForged)
{
    TwoCaptures path;
    path.talk().unseenBy(Side::Server).reset(Side::Server, 1).wait(100ms);
    path.lost().data(Side::Client, 10); // both captures go on
    const Comparison comparison = path.compare();
    ASSERT_EQ(comparison.pairs.at(0).resets.size(), 1U);
    EXPECT_NE(comparison.pairs.at(0).resets.front().sentBy, ResetSender::Middlebox);
}

TEST(WayVerdicts, ResetThatNeverArrivedIsItsHosts)
{
    TwoCaptures path;
    path.talk().lost().reset(Side::Server, 1).wait(50ms).data(Side::Client, 10).wait(30ms);
    path.lost().reset(Side::Server, 1).wait(50ms).data(Side::Client, 10);
    const Comparison comparison = path.compare();
    const ConnectionPair& pair = comparison.pairs.at(0);
    EXPECT_EQ(pair.resets.front().sentBy, ResetSender::Endpoint);
    EXPECT_TRUE(pair.resets.front().neverArrived);
    EXPECT_EQ(pair.findings.front().id, "reset-lost");
}

TEST(WayVerdicts, OldDataThatPassesMeanwhileIsNotCalledEmpty)
{
    TwoCaptures path;
    path.talk().lost().data(Side::Client, 100);
    for (int i = 0; i < 3; ++i)
        path.wait(200ms).lost().resend(Side::Client, 1001, 100).wait(200ms).resend(Side::Client, 901, 100);
    const Comparison comparison = path.compare();
    const CompareFinding& finding = comparison.pairs.at(0).findings.at(0);
    EXPECT_EQ(finding.cause, CauseId::SegmentBlackHole);
    EXPECT_EQ(finding.text,
        "Bytes 1,001 to 1,100 were sent 4 times by the client and never reached the server's capture; other packets "
        "did arrive meanwhile.");
}

TEST(WayVerdicts, MissingDirectionIsNotLoss)
{
    TwoCaptures path;
    path.talk(30);
    // A mirror that shows what comes to the server only.
    Trace oneSided = path.server();
    TwoCaptures mirror;
    mirror.handshake();
    for (int i = 0; i < 30; ++i) {
        mirror.data(Side::Client, 100).wait(25ms);
        mirror.unseenBy(Side::Server).acknowledge(Side::Server, 1 + 100 * (i + 1)).wait(25ms);
    }
    const Comparison comparison = mirror.compare();
    ASSERT_EQ(comparison.pairs.size(), 1U);
    const Way& back = comparison.pairs[0].way(Side::Server);
    EXPECT_EQ(std::ranges::count(back.arrived, ArrivedVerdict::Injected), 0);
    EXPECT_TRUE(back.isSideMissing);
    EXPECT_EQ(comparison.pairs[0].way(Side::Client).sent[5], SentVerdict::Delivered);
}

TEST(WayVerdicts, CopiesOfWhatArrivedBrokenAreNotNeedless)
{
    TwoCaptures path;
    const auto breakIt = [](SegmentHeader& header) { header.checksumClass = ChecksumClass::Bad; };
    path.talk().altered(breakIt).data(Side::Client, 500).wait(200ms).resend(Side::Client, 1001, 500).wait(25ms);
    path.acknowledge(Side::Server, 1501);
    const ConnectionPair pair = path.compare().pairs.at(0);
    EXPECT_EQ(std::ranges::find(pair.findings, "needless", &CompareFinding::id), pair.findings.end());
    const auto broken = std::ranges::find(pair.findings, "arrived-broken", &CompareFinding::id);
    ASSERT_NE(broken, pair.findings.end());
    EXPECT_EQ(broken->place, ComparePlace::PathToServer);
    EXPECT_EQ(broken->text, "1 packet of the client reached the server with a wrong checksum: it drops it.");
}

TEST(WayVerdicts, ATimestampBetweenItsNeighboursShowsThatTheSendersCaptureMissesPackets)
{
    TwoCaptures::Path settings;
    settings.withIds = false;
    settings.withTimestamps = true;
    TwoCaptures path(settings);
    path.talk().wait(5ms).unseenBy(Side::Server).acknowledge(Side::Server, 1001).wait(20ms);
    path.data(Side::Client, 100).wait(25ms).acknowledge(Side::Server, 1101).wait(25ms);
    path.reset(Side::Client, 1101).wait(20ms).forgeReset(Side::Server, 1, 59).wait(5ms);
    path.newConnection();
    path.talk();
    const ConnectionPair pair = path.compare().pairs.at(0);
    const Way& way = pair.way(Side::Server);
    EXPECT_EQ(std::ranges::count(way.arrived, ArrivedVerdict::MissedBySenderCapture), 1);
    EXPECT_EQ(way.arrived.back(), ArrivedVerdict::UnknownOrigin) << "a capture that misses packets proves no forgery";
}

} // namespace whyrst::test
