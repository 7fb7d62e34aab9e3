#include "model/diagnosis/reset_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace whyrst::test {

namespace {

/// The hint for a SYN with these option kinds, in this order.
StackHint hintFor(std::initializer_list<uint8_t> kinds)
{
    SynOptions syn;
    for (const uint8_t kind : kinds)
        syn.order[syn.orderLength++] = kind;
    syn.sackPermitted = std::ranges::count(kinds, 4) > 0;
    syn.timestamps = std::ranges::count(kinds, 8) > 0;
    Flow flow;
    flow.synOptions = syn;
    return stackHintOf(flow);
}

} // namespace

TEST(StackHint, LinuxIsKnownWithOptionsSwitchedOff)
{
    EXPECT_EQ(hintFor({2, 4, 8, 1, 3}), StackHint::Linux);
    EXPECT_EQ(hintFor({2, 4, 8}), StackHint::Linux);
    EXPECT_EQ(hintFor({2, 1, 1, 8, 1, 3}), StackHint::Linux);
    EXPECT_EQ(hintFor({2, 1, 1, 4, 1, 3}), StackHint::Linux);
}

TEST(StackHint, ListsThatBeginAlikeAreOthers)
{
    EXPECT_EQ(hintFor({2, 1, 1, 4, 1, 3, 1, 8}), StackHint::Other);
    EXPECT_EQ(hintFor({2, 1, 3, 1, 1, 4}), StackHint::Windows);
    EXPECT_EQ(hintFor({2, 1, 3, 4, 8}), StackHint::Other);
    EXPECT_EQ(hintFor({2, 1, 3, 1, 1, 8, 4, 0}), StackHint::Other);
}

TEST(StackHint, ShortListsTellNothing)
{
    EXPECT_EQ(hintFor({2}), StackHint::None);
    EXPECT_EQ(hintFor({2, 1, 3}), StackHint::None);
    EXPECT_EQ(hintFor({2, 1, 1, 4}), StackHint::None);
}

} // namespace whyrst::test
