#include "model/diagnosis/rule_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace whyrst {

namespace {

std::string snakeName(CauseId cause)
{
    std::string name = causeName(cause);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

size_t count(const std::string& text, const std::string& word)
{
    size_t found = 0;
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

class RuleOf : public testing::TestWithParam<Rule>
{
};
INSTANTIATE_TEST_SUITE_P(RuleTable, RuleOf, testing::ValuesIn(ruleTable().begin(), ruleTable().end()),
    [](const auto& rule) { return snakeName(rule.param.cause); });

const std::filesystem::path root = WHYRST_SOURCE_DIR;

} // namespace

TEST_P(RuleOf, HasAFileAndTestsThatSpeakAndThatDoNot)
{
    const std::string name = snakeName(GetParam().cause);
    EXPECT_TRUE(std::filesystem::exists(root / "model/diagnosis/rules" / (name + ".cpp")));
    const std::string tests = contentOf(root / "tests/model/diagnosis" / (name + "_test.cpp"));
    EXPECT_GE(count(tests, "\nTEST"), 3U);
    EXPECT_GE(count(tests, "EXPECT_EQ(talk.primary") + count(tests, "EXPECT_EQ(diagnosis.cause"), 1U);
    EXPECT_GE(count(tests, "EXPECT_NE(talk.primary") + count(tests, "CauseId::Unknown"), 1U);
}

TEST(RuleTable, EveryCauseHasAtMostOneRule)
{
    std::set<CauseId> causes;
    for (const Rule& rule : ruleTable())
        EXPECT_TRUE(causes.insert(rule.cause).second) << causeName(rule.cause);
}

TEST(RuleTable, UnknownIsAskedLast)
{
    EXPECT_EQ(ruleTable().back().cause, CauseId::Unknown);
}

TEST(Vocabulary, EveryCauseHasANameOfItsOwn)
{
    std::set<std::string> names;
    for (int number = 0; number < causeCount; ++number)
        EXPECT_TRUE(names.insert(causeName(static_cast<CauseId>(number))).second);
}

} // namespace whyrst
