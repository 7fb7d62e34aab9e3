#include "model/compare/rewrites.h"

#include "tests/support/two_captures.h"

#include <gtest/gtest.h>

namespace whyrst::test {

namespace {

const RewriteRule* findRule(const ConnectionPair& pair, const std::string& id)
{
    const auto rule = std::ranges::find(pair.rules, id, &RewriteRule::id);
    return rule == pair.rules.end() ? nullptr : &*rule;
}

void upload(TwoCaptures& path)
{
    for (int i = 0; i < 30; ++i)
        path.data(Side::Client, 1000).wait(1ms);
    path.wait(30ms);
    for (int i = 0; i < 5; ++i)
        path.acknowledge(Side::Server, 10001, {{12001, 13001 + i * 1000}}).wait(1ms);
}

} // namespace

TEST(Rewrites, HopsAndAddressesAreRules)
{
    TwoCaptures::Path settings;
    settings.natPort = 300;
    TwoCaptures path(settings);
    path.handshake();
    upload(path);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_NE(findRule(pair, "address"), nullptr);
    EXPECT_EQ(findRule(pair, "address")->text, "192.0.2.1:40000 is 192.0.2.99:40300 at the server");
    ASSERT_NE(findRule(pair, "ttl"), nullptr);
    EXPECT_EQ(findRule(pair, "ttl")->text, "TTL falls by 5 hops on the way to the server");
    EXPECT_EQ(findRule(pair, "sequence"), nullptr);
    EXPECT_TRUE(pair.alterations.empty());
}

TEST(Rewrites, ClampedSegmentSizeIsARule)
{
    TwoCaptures path;
    path.altered([](SegmentHeader& header) { header.options.maximumSegmentSize = 1380; }).handshake();
    upload(path);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_NE(findRule(pair, "mss"), nullptr);
    EXPECT_EQ(findRule(pair, "mss")->text, "MSS 1460 -> 1380 on the way to the server");
}

TEST(Rewrites, EcnThatABoxTurnsOnOrOffInTheSynIsARule)
{
    constexpr uint16_t eceAndCwr = 0xc0;
    TwoCaptures path;
    path.altered([](SegmentHeader& header) { header.flags.bits |= eceAndCwr; }).handshake();
    upload(path);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_NE(findRule(pair, "ecn"), nullptr);
    EXPECT_EQ(findRule(pair, "ecn")->text, "ECN negotiation added on the way to the server");
    EXPECT_TRUE(pair.alterations.empty());
}

TEST(Rewrites, ChangedFlagsAreNamed)
{
    constexpr uint16_t ece = 0x40;
    TwoCaptures path;
    path.handshake();
    upload(path);
    path.altered([](SegmentHeader& header) { header.flags.bits |= ece; }).data(Side::Client, 20);
    path.wait(30ms).acknowledge(Side::Server, 30021);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_EQ(pair.alterations.size(), 1U);
    EXPECT_EQ(pair.alterations[0].text, "flags ACK -> ACK+ECE");
}

TEST(Rewrites, OptionsThatACutSynStillHasAreCompared)
{
    TwoCaptures path;
    const auto clampAndCut = [](SegmentHeader& header) {
        header.options.maximumSegmentSize = 1380;
        header.options.windowScale.reset();
        header.options.sackPermitted = false;
        header.options.cut = true;
    };
    path.altered(clampAndCut).handshake();
    upload(path);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_NE(findRule(pair, "mss"), nullptr);
    EXPECT_EQ(findRule(pair, "mss")->text, "MSS 1460 -> 1380 on the way to the server");
    EXPECT_EQ(findRule(pair, "window-scale"), nullptr);
    EXPECT_EQ(findRule(pair, "sack-permitted"), nullptr);
}

TEST(Rewrites, BlocksThatAreNotShiftedAreFound)
{
    TwoCaptures::Path settings;
    settings.shift = {0x5555'5555, 0};
    settings.shiftsSack = false;
    TwoCaptures path(settings);
    path.handshake();
    upload(path);
    const ConnectionPair pair = path.compare().pairs.at(0);
    EXPECT_TRUE(pair.way(Side::Server).keepsSackBlocks);
    EXPECT_FALSE(pair.way(Side::Client).keepsSackBlocks);
    ASSERT_NE(findRule(pair, "sequence"), nullptr);
    EXPECT_EQ(findRule(pair, "sequence")->text, "the client's sequence numbers are 0x55555555 higher at the server");
    EXPECT_EQ(pair.findings.at(0).cause, CauseId::SackMangled);
}

TEST(Rewrites, ShiftedBlocksAreNoFinding)
{
    TwoCaptures::Path settings;
    settings.shift = {0x5555'5555, 0};
    TwoCaptures path(settings);
    path.handshake();
    upload(path);
    const ConnectionPair pair = path.compare().pairs.at(0);
    EXPECT_FALSE(pair.way(Side::Server).keepsSackBlocks);
    EXPECT_TRUE(pair.findings.empty());
}

TEST(Rewrites, SingleChangedPacketIsADeviation)
{
    TwoCaptures path;
    path.handshake();
    upload(path);
    path.altered([](SegmentHeader& header) { header.rawWindow = 0; }).data(Side::Client, 20);
    path.wait(30ms).acknowledge(Side::Server, 30021);
    const ConnectionPair pair = path.compare().pairs.at(0);
    ASSERT_EQ(pair.alterations.size(), 1U);
    EXPECT_EQ(pair.alterations[0].fields, std::vector<std::string>{"window"});
    EXPECT_EQ(pair.alterations[0].text, "window 502 -> 0");
}

TEST(Rewrites, ARuleTellsHowManyPacketsShowItAndHowManyDoNot)
{
    TwoCaptures path;
    path.handshake();
    for (int i = 0; i < 40; ++i) {
        if (i != 20)
            path.altered([](SegmentHeader& header) { header.rawWindow = 100; });
        path.data(Side::Client, 1000).wait(1ms);
    }
    path.wait(30ms).acknowledge(Side::Server, 40001);
    const ConnectionPair pair = path.compare().pairs.at(0);
    const RewriteRule* rule = findRule(pair, "window");
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->packets, 39U);
    EXPECT_EQ(rule->exceptions, 3U); // SYN, ACK and one of data
    EXPECT_EQ(ruleText(*rule), "window rewritten on the way to the server (39 of 42 packets)");
}

TEST(Rewrites, ChecksumsThatAreWrongInNearlyAllPacketsAreNoDamage)
{
    TwoCaptures path;
    path.handshake();
    for (int i = 0; i < 40; ++i)
        path.altered([](SegmentHeader& header) { header.checksumClass = ChecksumClass::Bad; })
            .data(Side::Client, 1000)
            .wait(1ms);
    path.wait(30ms).acknowledge(Side::Server, 40001);
    const ConnectionPair pair = path.compare().pairs.at(0);
    EXPECT_NE(findRule(pair, "checksum"), nullptr);
    EXPECT_EQ(std::ranges::count(pair.alterations, true, &Alteration::isBroken), 0);
}

} // namespace whyrst::test
