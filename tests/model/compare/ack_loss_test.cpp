#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

constexpr int rounds = 10;

/// Data that arrives four times and is acknowledged each time; what becomes of the acknowledgments is up to `fate`.
template <typename Fate> void sendUnanswered(TwoCaptures& path, const Fate& fate)
{
    path.handshake();
    for (int i = 0; i < rounds; ++i)
        path.data(Side::Client, 100).wait(25ms).acknowledge(Side::Server, 1 + 100 * (i + 1)).wait(25ms);
    path.data(Side::Client, 500);
    for (int i = 0; i < 4; ++i) {
        fate(path.wait(25ms)).acknowledge(Side::Server, 1501);
        path.wait(200ms).resend(Side::Client, 1001, 500);
    }
}

const CompareFinding* find(const ConnectionPair& pair)
{
    const auto found = std::ranges::find(pair.findings, CauseId::AckPathLoss, &CompareFinding::cause);
    return found == pair.findings.end() ? nullptr : &*found;
}

TwoCaptures& getLost(TwoCaptures& path)
{
    return path.lost();
}

TwoCaptures& getMissed(TwoCaptures& path)
{
    return path.unseenBy(Side::Client);
}

} // namespace

TEST(AckLoss, AcknowledgmentsThatWereCertainlyLostMakeItCertain)
{
    TwoCaptures path;
    sendUnanswered(path, getLost);
    path.newConnection().handshake(); // the client's capture goes on
    const ConnectionPair pair = path.compare().pairs.at(0);
    const CompareFinding* finding = find(pair);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->confidence, Confidence::Certain);
    EXPECT_EQ(finding->text,
        "The data from byte 1,001 on arrived 5 times, but all 4 acknowledgments of it were lost on the way back.");
}

TEST(AckLoss, AcknowledgmentsThatOnlyTheCaptureMissedAreNotLost)
{
    TwoCaptures::Path settings;
    settings.withTimestamps = true;
    settings.echoesTimestamps = true; // the client's next packets show that it had them
    TwoCaptures path(settings);
    sendUnanswered(path, getMissed);
    path.newConnection().handshake();
    const ConnectionPair pair = path.compare().pairs.at(0);
    EXPECT_EQ(pair.way(Side::Server).sent.back(), SentVerdict::MissedByCapture);
    EXPECT_EQ(find(pair), nullptr);
}

TEST(AckLoss, AcknowledgmentsAfterTheEndOfTheCaptureMakeItNoMoreThanLikely)
{
    TwoCaptures path;
    path.handshake();
    for (int i = 0; i < rounds; ++i)
        path.data(Side::Client, 100).wait(25ms).acknowledge(Side::Server, 1 + 100 * (i + 1)).wait(25ms);
    path.data(Side::Client, 500);
    for (int i = 0; i < 3; ++i)
        path.wait(1ms).resend(Side::Client, 1001, 500);
    path.wait(7ms); // the copies arrive
    for (int i = 0; i < 3; ++i)
        path.lost().acknowledge(Side::Server, 1501).wait(500us);
    const ConnectionPair pair = path.compare().pairs.at(0);
    EXPECT_EQ(pair.way(Side::Server).sent.back(), SentVerdict::AfterEnd);
    const CompareFinding* finding = find(pair);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->confidence, Confidence::Likely);
    EXPECT_NE(finding->text.find("(none certainly; 3 if the client's capture was still running and complete)"),
        std::string::npos)
        << finding->text;
}

} // namespace whyrst::test
