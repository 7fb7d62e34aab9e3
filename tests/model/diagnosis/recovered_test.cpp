// Trouble that was over before the reset is named as what it is not.
#include "tests/support/conversation.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace whyrst::test {
namespace {

using testing::HasSubstr;

/// Why the answer is not `cause`; empty when it says nothing of it or leaves it open.
std::string exclusionOf(const Diagnosis& diagnosis, CauseId cause)
{
    const auto found = std::ranges::find(diagnosis.alternatives, cause, &Alternative::cause);
    return found == diagnosis.alternatives.end() ? std::string() : found->excludedBy;
}

/// The server's window is closed for some `closed`, opens, and the server aborts `after` that.
Diagnosis abortAfterClosedWindow(Conversation& talk, Duration closed, Duration after)
{
    talk.exchange().sends(Side::Client, 1460).wait(20ms).window(Side::Server, 0).acks(Side::Server);
    talk.wait(closed / 2).zeroWindowProbe(Side::Client).wait(20ms).acks(Side::Server).wait(closed / 2);
    talk.window(Side::Server, 502).acks(Side::Server).wait(20ms).sends(Side::Client, 500).wait(20ms);
    talk.sends(Side::Server, 100).wait(1ms).acks(Side::Client);
    return talk.wait(after).aborts(Side::Server).primary();
}

TEST(Recovered, WindowThatOpenedShortlyBeforeIsNotTheCause)
{
    Conversation talk;
    const Diagnosis diagnosis = abortAfterClosedWindow(talk, 6800ms, 2s);
    EXPECT_EQ(diagnosis.cause, CauseId::ApplicationAbort);
    EXPECT_THAT(exclusionOf(diagnosis, CauseId::ZeroWindowStarvation),
        HasSubstr("had recovered from that 2.04 s before the reset, after 6.82 s"));
}

TEST(Recovered, WindowThatOpenedLongBeforeIsNotNamed)
{
    Conversation talk;
    EXPECT_EQ(exclusionOf(abortAfterClosedWindow(talk, 6800ms, 25s), CauseId::ZeroWindowStarvation), "");
}

TEST(Recovered, ShortClosureIsFlowControl)
{
    Conversation talk;
    EXPECT_EQ(exclusionOf(abortAfterClosedWindow(talk, 700ms, 2s), CauseId::ZeroWindowStarvation), "");
}

TEST(Recovered, StuckBytesThatGotThroughAtLastAreNamed)
{
    Conversation talk;
    talk.exchange().lost().sends(Side::Client, 1460).losesResends(Side::Client, 301, 1460).wait(3s);
    talk.resends(Side::Client, 301, 1460).wait(20ms).acks(Side::Server).wait(2s).aborts(Side::Server);
    const Diagnosis diagnosis = talk.primary();
    EXPECT_THAT(exclusionOf(diagnosis, CauseId::PathOutage), HasSubstr("had recovered from that 2 s before the reset"))
        << diagnosis.summary;
}

TEST(Recovered, OrdinaryLossIsNotNamed)
{
    Conversation talk;
    talk.exchange().lost().sends(Side::Client, 1460).wait(220ms).resends(Side::Client, 301, 1460).wait(20ms);
    const Diagnosis diagnosis = talk.acks(Side::Server).wait(2s).aborts(Side::Server).primary();
    EXPECT_EQ(exclusionOf(diagnosis, CauseId::PathOutage), "");
}

} // namespace
} // namespace whyrst::test
