#include "model/analysis/round_trip.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

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

} // namespace whyrst::test
