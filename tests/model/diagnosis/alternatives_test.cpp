#include "model/diagnosis/alternatives.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

TEST(Alternatives, AnExcludedOneNamesTheFactAgainstIt)
{
    EXPECT_EQ(alternativeText({CauseId::PathOutage, std::nullopt, "later bytes got through"}),
        "Path outage: not this, because later bytes got through");
}

TEST(Alternatives, APossibleOneSaysWhatWouldDecideForIt)
{
    EXPECT_EQ(alternativeText({CauseId::ReceiverDiscards, Confidence::Possible, {}}),
        "Receiver discards: possible; it is this if a capture at the receiver shows the copies arrive unaltered");
    EXPECT_EQ(alternativeText({CauseId::Unknown, Confidence::Possible, {}}),
        std::string(causeTitle(CauseId::Unknown)) + ": possible");
}

TEST(Alternatives, EveryRunnerUpOfARuleCanBeDecided)
{
    for (int id = 0; id < causeCount; ++id) {
        const auto cause = static_cast<CauseId>(id);
        const bool isNeverOpen = cause == CauseId::Unknown || cause == CauseId::IgnoredReset;
        EXPECT_EQ(decidingFact(cause).empty(), isNeverOpen) << causeName(cause);
    }
}

} // namespace whyrst::test
