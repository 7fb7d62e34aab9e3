#include "model/document/comparison_words.h"

#include "model/document/open_comparison.h"

#include <gtest/gtest.h>

namespace whyrst {
namespace {

TEST(PairWeightTest, TroubleComesBeforeMereLossAndLossBeforeNothing)
{
    const auto verdict = [](Harm harm) {
        ConnectionPair pair;
        pair.verdict = PairVerdict{CauseId::ApplicationAbort, Confidence::Certain, harm};
        return pair;
    };
    ConnectionPair lossy;
    lossy.findings.push_back({});
    EXPECT_EQ(weightOf(verdict(Harm::DataLost)), PairWeight::Trouble);
    EXPECT_EQ(weightOf(verdict(Harm::Unknown)), PairWeight::Trouble);
    EXPECT_EQ(weightOf(verdict(Harm::None)), PairWeight::Harmless);
    EXPECT_EQ(weightOf(lossy), PairWeight::Context);
    EXPECT_EQ(weightOf({}), PairWeight::Quiet);
    ConnectionPair changed;
    changed.alterations.resize(1);
    EXPECT_EQ(weightOf(changed), PairWeight::Context);
    EXPECT_EQ(verdictText(changed), "1 packet was changed on the way, and nothing was lost or injected.");
    Comparison comparison;
    comparison.pairs = {ConnectionPair(), lossy, verdict(Harm::None), verdict(Harm::DataLost), verdict(Harm::DataLost)};
    EXPECT_EQ(worstPair(comparison), 3U);
}

TEST(PairWeightTest, TheAnswerSitsWhereTheVerdictSaysEvenIfAFindingNamesAnotherPlace)
{
    ConnectionPair pair;
    CompareFinding outage;
    outage.cause = CauseId::PathOutage;
    outage.place = ComparePlace::PathToServer;
    pair.findings.push_back(outage);
    EXPECT_EQ(headlinePlace(pair), ComparePlace::PathToServer);
    pair.verdict = PairVerdict{CauseId::IcmpUnreachable, Confidence::Certain, Harm::DataLost};
    pair.place = ComparePlace::Box;
    EXPECT_EQ(headlinePlace(pair), ComparePlace::Box);
    EXPECT_EQ(headlineFinding(pair), nullptr) << "that finding is not why it ended";
}

TEST(ComparisonWordsTest, OfEqualPacketsOnlyTheNumberIsSaid)
{
    PacketRelation relation;
    relation.equalSent = 3;
    relation.equalArrived = 2;
    EXPECT_EQ(evidenceWords(ConnectionPair(), relation),
        QStringLiteral("2 of these 3 equal packets arrived; which is not known"));
}

TEST(ComparisonWordsTest, ABoxIsDescribedByWhatItDid)
{
    ConnectionPair pair;
    EXPECT_TRUE(boxWords(pair).isEmpty());
    pair.ways[sideIndex(Side::Server)].keepsSackBlocks = true;
    EXPECT_TRUE(boxWords(pair).startsWith(QStringLiteral("SACK blocks not shifted")));
    pair.alterations.resize(2);
    EXPECT_TRUE(boxWords(pair).endsWith(QStringLiteral(", 2 changed")));
}

} // namespace
} // namespace whyrst
