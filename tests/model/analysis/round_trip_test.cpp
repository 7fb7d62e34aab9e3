#include "model/analysis/round_trip.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace whyrst::test {

TEST(RoundTripEstimator, FirstSampleSetsTheTimerToThreeTimesItself)
{
    RoundTripEstimator estimator;
    estimator.add(200ms);
    EXPECT_EQ(estimator.retransmissionTimeout(Duration()), 600ms); // SRTT + 4 * RTTVAR, RFC 6298 2.2
}

TEST(RoundTripEstimator, TimerIsNeverBelow200Milliseconds)
{
    RoundTripEstimator estimator;
    estimator.add(1ms);
    EXPECT_EQ(estimator.retransmissionTimeout(Duration()), 200ms);
}

TEST(RoundTripEstimator, WithoutSampleTheTimerIsOneSecond)
{
    EXPECT_EQ(RoundTripEstimator().retransmissionTimeout(Duration()), 1s);
}

TEST(RoundTrip, HandshakeGivesASampleOfTheServer)
{
    Conversation talk;
    talk.handshake();
    const Analysis analysis = talk.analysis();
    ASSERT_EQ(analysis.flow(Side::Server).roundTrip.samples, 1U);
    EXPECT_NEAR(toMilliseconds(analysis.flow(Side::Server).roundTrip.minimum), 20, 0.1);
}

TEST(RoundTrip, ResentDataGivesNoSample)
{
    Conversation talk;
    talk.handshake()
        .lost()
        .sends(Side::Client, 1000)
        .wait(300ms)
        .resends(Side::Client, 1, 1000)
        .wait(5ms)
        .acks(Side::Server);
    EXPECT_EQ(talk.analysis().flow(Side::Server).roundTripSamples.size(), 1U); // the handshake's alone (Karn)
}

/// Two segments that are lost and sent again by the timer; 30 ms later they are acknowledged one after the other, with
/// the echo of the re-sends where there are timestamps.
Conversation& repaired(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
    talk.lost().sends(Side::Client, 1000).lost().sends(Side::Client, 1000).wait(300ms);
    talk.resends(Side::Client, 101, 1000).resends(Side::Client, 1101, 1000).wait(30ms).clockOff(Side::Client, -30ms);
    return talk.says(Side::Server, 1, 1101, 0, 0x10).says(Side::Server, 1, 2101, 0, 0x10);
}

TEST(RoundTrip, ATimestampEchoTellsWhichTransmissionIsAcknowledged)
{
    Conversation talk;
    talk.timestamps(true);
    const Analysis analysis = repaired(talk).analysis();
    const auto& samples = analysis.flow(Side::Server).roundTripSamples;
    ASSERT_EQ(samples.size(), 3U) << "of both the first acknowledgment alone: the other one echoes the same";
    EXPECT_NEAR(toMilliseconds(samples.back().value), 30, 1.1); // timestamps tick once a millisecond
}

TEST(RoundTrip, WithoutTimestampsTheAcknowledgmentOfAResendIsNoSample)
{
    Conversation talk;
    EXPECT_EQ(repaired(talk).analysis().flow(Side::Server).roundTripSamples.size(), 2U);
}

TEST(RoundTripSummary, ManySamplesGiveTheSameRanksAsASort)
{
    constexpr uint32_t count = 150'000;
    std::vector<RoundTripSample> samples;
    RoundTripEstimator estimator;
    uint32_t state = 1;
    for (uint32_t row = 0; row < count; ++row) {
        state = state * 1'664'525 + 1'013'904'223; // Numerical Recipes
        samples.push_back({row, RoundTripSample::Value(state % 3'000'000)});
        estimator.add(samples.back().value);
    }
    const RoundTrip summary = summarize(samples, estimator, Duration::zero());
    std::ranges::sort(samples, {}, &RoundTripSample::value);
    EXPECT_EQ(summary.minimum, samples.front().value);
    EXPECT_EQ(summary.median, samples[count / 2].value);
    EXPECT_EQ(summary.p95, samples[count * 95 / 100].value);
}

} // namespace whyrst::test
