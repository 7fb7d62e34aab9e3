#include "model/time.h"

#include <gtest/gtest.h>

namespace whyrst {

TEST(Time, DurationsAreRoundedToWhatMatters)
{
    using namespace std::chrono_literals;
    EXPECT_EQ(humanDuration(12'400us), "12.4 ms");
    EXPECT_EQ(humanDuration(4min + 10s), "4 min 10 s");
    EXPECT_EQ(humanDuration(15min), "15 min");
    EXPECT_EQ(humanDuration(2h), "2 h");
    EXPECT_EQ(humanDuration(2h + 6min), "2 h 6 min");
}

} // namespace whyrst
