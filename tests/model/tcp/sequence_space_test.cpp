#include "model/tcp/seq_num.h"

#include <gtest/gtest.h>

namespace whyrst {

class SequenceSpaceAt : public testing::TestWithParam<uint32_t>
{
};
INSTANTIATE_TEST_SUITE_P(
    InitialNumbers, SequenceSpaceAt, testing::Values(0U, 1U << 31, 0xffff'fff0U), testing::PrintToStringParamName());

TEST_P(SequenceSpaceAt, FirstByteAfterSynIsOne)
{
    SequenceSpace space;
    space.anchor(SeqNum{GetParam()}, StreamOffset{0});
    EXPECT_EQ(space.offset(SeqNum{GetParam() + 1}).value, 1);
}

TEST_P(SequenceSpaceAt, OffsetsNeverWrap)
{
    SequenceSpace space;
    space.anchor(SeqNum{GetParam()}, StreamOffset{0});
    constexpr int64_t step = 1 << 29;
    for (int64_t offset = step; offset <= 20 * step; offset += step)
        ASSERT_EQ(space.advance(SeqNum{GetParam() + static_cast<uint32_t>(offset)}).value, offset);
}

TEST_P(SequenceSpaceAt, RawNumberComesBack)
{
    SequenceSpace space;
    space.anchor(SeqNum{GetParam()}, StreamOffset{0});
    const StreamOffset far{(int64_t{1} << 33) + 77};
    EXPECT_EQ(space.raw(far).value, GetParam() + 77);
}

TEST_P(SequenceSpaceAt, KeepAliveBelowTheReferenceIsNotAWrap)
{
    SequenceSpace space;
    space.anchor(SeqNum{GetParam()}, StreamOffset{0});
    space.advance(SeqNum{GetParam() + 1000});
    EXPECT_EQ(space.advance(SeqNum{GetParam() + 999}).value, 999);
}

TEST(SequenceSpace, LargeStepIsNotTakenAsReference)
{
    SequenceSpace space;
    space.anchor(SeqNum{0}, StreamOffset{0});
    space.advance(SeqNum{0x6000'0000});
    EXPECT_EQ(space.offset(SeqNum{100}).value, 100);
}

} // namespace whyrst
