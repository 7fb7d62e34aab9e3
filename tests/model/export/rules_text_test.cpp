#include "model/export/rules_text.h"

#include "model/analysis/thresholds.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

namespace whyrst {
namespace {

TEST(RulesText, EachCauseHasASentenceOfItsOwn)
{
    std::set<std::string> sentences;
    for (int id = 0; id < causeCount; ++id) {
        const std::string sentence = ruleText(static_cast<CauseId>(id));
        EXPECT_TRUE(sentence.ends_with('.')) << sentence;
        sentences.insert(sentence);
        EXPECT_NE(rulesText().find(std::string("[") + causeName(static_cast<CauseId>(id)) + "]"), std::string::npos);
    }
    EXPECT_EQ(sentences.size(), static_cast<size_t>(causeCount));
}

/// Value and reason of a threshold; empty when the rules do not tell it.
std::string told(const std::string& name)
{
    for (const ThresholdGroup& group : thresholdGroups()) {
        const auto found
            = std::ranges::find_if(group.thresholds, [&](const ThresholdText& each) { return each.name == name; });
        if (found != group.thresholds.end())
            return found->value + "; " + found->reason;
    }
    return {};
}

TEST(RulesText, ThresholdsAreThoseOfTheAnalysis)
{
    EXPECT_EQ(told("duplicate ACKs that prove a loss"), std::to_string(dupAckThreshold) + "; RFC 5681 3.2");
    EXPECT_TRUE(told("largest interval of a backoff").starts_with(humanDuration(backoffCap)));
}

TEST(RulesText, TellsThePointsOfWhoSentAReset)
{
    EXPECT_TRUE(told("a RST is not the host's from").starts_with("4 points; likely; certain from 6"));
    for (const char* test : {"auth-ttl", "auth-ipid", "auth-timestamp", "auth-window", "auth-train", "auth-goes-on",
             "auth-too-early", "auth-mac", "auth-twin", "auth-behind", "auth-content", "auth-genuine"})
        EXPECT_FALSE(told(test).empty()) << test;
    EXPECT_TRUE(told("auth-mac").starts_with("3 or 1; ")) << told("auth-mac");
}

TEST(RulesText, TellsTheNumbersOfSingleRules)
{
    EXPECT_TRUE(told("a scan").starts_with("5 addresses and ports within 60 s")) << told("a scan");
    EXPECT_TRUE(told("answers to forged SYNs").starts_with("3 within 60 s"));
    EXPECT_TRUE(told("resets that ended the same wait").starts_with("3;"));
    EXPECT_NE(told("known idle limits").find("350 s of the AWS network load balancer"), std::string::npos);
    EXPECT_NE(told("round limits").find("45, 60, 75"), std::string::npos);
    EXPECT_TRUE(told("unread-answer").starts_with("5 ms")) << told("unread-answer");
    EXPECT_FALSE(told("possible: acknowledgments").empty());
}

TEST(RulesText, SaysThatAFirewallMayRefuseOnlyByItsTests)
{
    const std::string text = ruleText(CauseId::ConnectionRefused);
    EXPECT_NE(text.find("the TTL is not the host's, or the answer came sooner"), std::string::npos);
}

TEST(RulesText, FitsATerminal)
{
    std::istringstream lines(rulesText());
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 100U) << line;
}

} // namespace
} // namespace whyrst
