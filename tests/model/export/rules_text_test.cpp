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

TEST(RulesText, ThresholdsAreThoseOfTheAnalysis)
{
    const std::vector<ThresholdText> thresholds = thresholdTexts();
    const auto valueOf = [&](const std::string& name) {
        const auto found
            = std::ranges::find_if(thresholds, [&](const ThresholdText& each) { return each.name == name; });
        return found == thresholds.end() ? std::string() : found->value;
    };
    EXPECT_EQ(valueOf("duplicate ACKs that prove a loss"), std::to_string(dupAckThreshold));
    EXPECT_EQ(valueOf("largest interval of a backoff"), humanDuration(backoffCap));
}

TEST(RulesText, FitsATerminal)
{
    std::istringstream lines(rulesText());
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 100U) << line;
}

} // namespace
} // namespace whyrst
