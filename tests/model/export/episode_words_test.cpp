#include "model/export/episode_words.h"

#include "model/export/episode_text.h"
#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {
namespace {

std::string wordsOf(Conversation& talk, EpisodeKind kind, const std::vector<PacketNumber>& ignored = {})
{
    const Findings findings = findEpisodes(talk.connection(), talk.analysis(), ignored);
    const auto found = std::ranges::find(findings.episodes, kind, &Episode::kind);
    return found == findings.episodes.end() ? "" : episodeWords(*found);
}

Conversation& withHole(Conversation& talk)
{
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 1000);
    for (int number = 1; number <= 3; ++number)
        talk.sends(Side::Client, 1000).wait(1ms).sacks(Side::Server, 1101, 1101 + 1000 * number);
    return talk;
}

TEST(EpisodeWords, DuplicateAcksNameTheHoleTheGrowthAndTheEnd)
{
    Conversation talk;
    withHole(talk).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    EXPECT_EQ(wordsOf(talk, EpisodeKind::DupAckRun),
        "The server asks for bytes 101-1,100 (1,000 bytes) with 3 duplicate ACKs up to #12; what it has behind the "
        "hole "
        "grows from 1,000 to 3,000 bytes. Sent again by fast retransmission in #13. #14 acknowledged it.");
}

TEST(EpisodeWords, ARepairSaysWhatTheSegmentsWereSentBy)
{
    Conversation one;
    withHole(one).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    EXPECT_EQ(wordsOf(one, EpisodeKind::LossRepair),
        "The client sent bytes 101-1,100 (1,000 bytes) again, by fast retransmission. #14 acknowledged it.");
    Conversation two;
    withHole(two).resends(Side::Client, 101, 1000).lost().wait(300ms).resends(Side::Client, 101, 1000);
    EXPECT_EQ(wordsOf(two, EpisodeKind::LossRepair),
        "The client sent 2 segments again (2,000 bytes; 1 by fast retransmission, 1 by the timer) in bytes 101-1,100 "
        "(1,000 bytes). It never ended in this capture.");
}

TEST(EpisodeWords, ReSentSynsAreCounted)
{
    Conversation talk;
    for (const Duration wait : {1s, 2s, 4s})
        talk.lost().syn().wait(wait);
    talk.lost().syn();
    EXPECT_EQ(wordsOf(talk, EpisodeKind::LossRepair),
        "The client sent its SYN again 3 times, by the timer. It never ended in this capture.");
}

TEST(EpisodeWords, ABackoffNamesItsSendsIntervalsAndRatio)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server).lost().sends(Side::Client, 2000);
    talk.losesResends(Side::Client, 101, 1460).aborts(Side::Client);
    EXPECT_EQ(wordsOf(talk, EpisodeKind::Backoff),
        "The client sent bytes 101-1,560 (1,460 bytes) 5 times; the timer ran out 4 times, after 220 ms, 440 ms, 880 "
        "ms, "
        "1.76 s, each 2.0 times the one before (exponential backoff). It never ended: the RST #12 came.");
}

TEST(EpisodeWords, AZeroWindowSaysWhatIsStuckAndThatItNeverOpened)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).lost().sends(Side::Client, 700).window(Side::Server, 0);
    talk.wait(20ms).acks(Side::Server).wait(960ms).acks(Side::Server);
    EXPECT_EQ(wordsOf(talk, EpisodeKind::ZeroWindow),
        "The server closed its receive window for 96 % of the connection's time, taking back what it had "
        "granted; no probes; 700 bytes stuck "
        "unacknowledged at the client. It never ended in this capture.");
}

TEST(EpisodeWords, AGapIsOfTheSideWhoseBytesAreMissing)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).says(Side::Server, 1, 501, 0, 0x10);
    EXPECT_NE(
        wordsOf(talk, EpisodeKind::CaptureGap).find("400 bytes of the client were acknowledged"), std::string::npos)
        << wordsOf(talk, EpisodeKind::CaptureGap);
}

TEST(EpisodeWords, ARefusedOptionSaysWhatItCosts)
{
    Conversation talk;
    talk.withoutSackAtServer().handshake();
    EXPECT_EQ(wordsOf(talk, EpisodeKind::RefusedOptions),
        "The server's SYN-ACK does not agree to SACK: nothing can tell the sender what arrived behind a gap.");
}

TEST(EpisodeWords, IgnoredResetsSayThatTheyHadNoEffect)
{
    Conversation talk;
    withHole(talk).replies(Side::Server, 70'000);
    const PacketNumber reset(talk.frame());
    talk.wait(40ms).resends(Side::Client, 101, 1000);
    EXPECT_EQ(
        wordsOf(talk, EpisodeKind::IgnoredResets, {reset}), "1 RST of the server had no effect on the other side.");
}

TEST(EpisodeWords, EveryKindAndLimitHasATitle)
{
    for (int kind = 0; kind < episodeKindCount; ++kind)
        EXPECT_STRNE(episodeTitle(static_cast<EpisodeKind>(kind)), "");
    for (size_t limit = 0; limit < limitCount; ++limit)
        EXPECT_STRNE(limitTitle(static_cast<Limit>(limit)), "");
}

TEST(EpisodeText, TabsHoldOneLineAnEpisode)
{
    Conversation talk;
    withHole(talk).aborts(Side::Client);
    const Findings findings = findEpisodes(talk.connection(), talk.analysis());
    const std::string tabs = episodesAsTabs(talk.connection(), findings.episodes);
    EXPECT_EQ(std::ranges::count(tabs, '\n'), static_cast<int64_t>(findings.episodes.size()) + 1);
    EXPECT_NE(tabs.find("1\tDuplicate ACKs\tserver -> client\t"), std::string::npos);
}

TEST(EpisodeText, AQuietConnectionHasNothingToReport)
{
    Conversation talk;
    talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
    const Findings findings = findEpisodes(talk.connection(), talk.analysis());
    EXPECT_NE(episodesText(talk.connection(), findings, {}).find("nothing to report"), std::string::npos);
}

} // namespace
} // namespace whyrst::test
