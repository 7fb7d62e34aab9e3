#include "model/analysis/episodes.h"

#include "tests/support/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace whyrst::test {

namespace {

/// One acknowledged exchange of 100 bytes: offsets 1 to 100, a round trip of 20 ms.
Conversation& opened(Conversation& talk)
{
    return talk.handshake().sends(Side::Client, 100).wait(20ms).acks(Side::Server);
}

Findings findingsIn(Conversation& talk, const std::vector<PacketNumber>& ignored = {})
{
    return findEpisodes(talk.connection(), talk.analysis(), ignored);
}

std::vector<Episode> episodesOf(const Findings& findings, EpisodeKind kind)
{
    std::vector<Episode> found;
    std::ranges::copy_if(
        findings.episodes, std::back_inserter(found), [kind](const Episode& e) { return e.kind == kind; });
    return found;
}

/// The only episode of `kind`; a default one, with a failure, when there is not exactly one.
Episode only(const Findings& findings, EpisodeKind kind)
{
    const std::vector<Episode> found = episodesOf(findings, kind);
    EXPECT_EQ(found.size(), 1U) << episodeKindName(kind);
    return found.size() == 1 ? found.front() : Episode();
}

Episode only(Conversation& talk, EpisodeKind kind)
{
    return only(findingsIn(talk), kind);
}

StreamOffset at(int64_t offset)
{
    return StreamOffset{offset};
}

/// A hole of 1000 bytes at 101, and `count` duplicate ACKs that report more and more bytes behind it.
Conversation& withHole(Conversation& talk, int count)
{
    opened(talk).lost().sends(Side::Client, 1000);
    for (int number = 1; number <= count; ++number)
        talk.sends(Side::Client, 1000).wait(1ms).sacks(Side::Server, 1101, 1101 + 1000 * number);
    return talk;
}

} // namespace

TEST(DupAckEpisode, IsOneHoweverManyDuplicateAcksItHas)
{
    Conversation talk;
    withHole(talk, 10'000);
    const Episode episode = only(talk, EpisodeKind::DupAckRun);
    EXPECT_EQ(episode.packets, 10'000U);
    EXPECT_EQ(episode.side, Side::Server);
    EXPECT_EQ(episode.dataSender, Side::Client);
}

TEST(DupAckEpisode, NamesTheHoleAndWhatGrowsBehindIt)
{
    Conversation talk;
    withHole(talk, 5);
    const Episode episode = only(talk, EpisodeKind::DupAckRun);
    EXPECT_EQ(episode.bytes, (OffsetRange{at(101), at(1101)}));
    EXPECT_EQ(std::get<DupAckFacts>(episode.facts).sackedAtFirst, 1000);
    EXPECT_EQ(std::get<DupAckFacts>(episode.facts).sackedAtLast, 5000);
}

TEST(DupAckEpisode, EndsWithTheAcknowledgmentOfTheFastRetransmission)
{
    Conversation talk;
    withHole(talk, 3).resends(Side::Client, 101, 1000);
    const PacketNumber resend(talk.frame());
    talk.wait(20ms).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::DupAckRun);
    EXPECT_EQ(episode.ended, EpisodeEnd::FastRetransmission);
    EXPECT_EQ(std::get<DupAckFacts>(episode.facts).resend, resend);
    EXPECT_EQ(episode.endFrame, PacketNumber(talk.frame()));
}

TEST(DupAckEpisode, EndsWithTheAcknowledgmentOfTheTimersResend)
{
    Conversation talk;
    withHole(talk, 2).wait(300ms).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    EXPECT_EQ(only(talk, EpisodeKind::DupAckRun).ended, EpisodeEnd::RtoRetransmission);
}

TEST(DupAckEpisode, EndsWithoutResendWhenTheSegmentWasOnlyLate)
{
    Conversation talk;
    withHole(talk, 2).says(Side::Server, 1, 3101, 0, 0x10);
    const Episode episode = only(talk, EpisodeKind::DupAckRun);
    EXPECT_EQ(episode.ended, EpisodeEnd::Acknowledged);
    EXPECT_EQ(std::get<DupAckFacts>(episode.facts).resend, PacketNumber());
    EXPECT_FALSE(std::get<DupAckFacts>(episode.facts).resentBefore);
}

TEST(DupAckEpisode, ResetEndsIt)
{
    Conversation talk;
    withHole(talk, 4).wait(5s).aborts(Side::Client);
    const Episode episode = only(talk, EpisodeKind::DupAckRun);
    EXPECT_EQ(episode.ended, EpisodeEnd::Reset);
    EXPECT_EQ(episode.endFrame, PacketNumber(talk.frame()));
    EXPECT_GT(episode.duration(), 5s);
}

TEST(DupAckEpisode, NeverEndsWhenTheCaptureDoesFirst)
{
    Conversation talk;
    withHole(talk, 4);
    EXPECT_EQ(only(talk, EpisodeKind::DupAckRun).ended, EpisodeEnd::Never);
}

TEST(BackoffEpisode, HoldsAllSendsOfTheRangeAndTheirIntervals)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 1000);
    const PacketNumber first(talk.frame());
    talk.lost().sends(Side::Client, 1000).losesResends(Side::Client, 101, 1000);
    const Episode episode = only(talk, EpisodeKind::Backoff);
    const auto& facts = std::get<BackoffFacts>(episode.facts);
    EXPECT_EQ(episode.first, first);
    EXPECT_EQ(episode.last, PacketNumber(talk.frame()));
    EXPECT_EQ(episode.bytes, (OffsetRange{at(101), at(1101)}));
    EXPECT_EQ(facts.sends, 5U);
    ASSERT_EQ(facts.intervals.size(), 4U);
    EXPECT_NEAR(toSeconds(facts.intervals[3]), 1.76, 0.001);
    EXPECT_NEAR(facts.ratio().value_or(0), 2.0, 0.01);
    EXPECT_TRUE(facts.isExponential);
    EXPECT_EQ(episode.ended, EpisodeEnd::Never);
}

TEST(BackoffEpisode, EndsWithTheAcknowledgmentOfTheRange)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 1000).wait(300ms).resends(Side::Client, 101, 1000);
    talk.wait(20ms).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::Backoff);
    EXPECT_EQ(episode.ended, EpisodeEnd::Acknowledged);
    EXPECT_EQ(episode.endFrame, PacketNumber(talk.frame()));
    EXPECT_EQ(std::get<BackoffFacts>(episode.facts).sends, 2U);
    EXPECT_FALSE(std::get<BackoffFacts>(episode.facts).ratio());
}

TEST(LossRepairEpisode, GoesOnUntilEverythingIsAcknowledged)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 2000).losesResends(Side::Client, 101, 1000);
    talk.wait(3520ms).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::LossRepair);
    EXPECT_EQ(episode.packets, 5U);
    EXPECT_EQ(std::get<RepairFacts>(episode.facts).byTimer, 5U);
    EXPECT_EQ(std::get<RepairFacts>(episode.facts).bytes, 5000);
    EXPECT_EQ(episode.ended, EpisodeEnd::Acknowledged);
}

TEST(SpuriousEpisode, HoldsResendsOfWhatWasAcknowledged)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 1000).wait(20ms).acks(Side::Server);
    talk.wait(50ms).resends(Side::Client, 101, 1000).wait(50ms).resends(Side::Client, 101, 1000);
    const Episode episode = only(talk, EpisodeKind::SpuriousResends);
    EXPECT_EQ(episode.packets, 2U);
    EXPECT_EQ(std::get<SpuriousFacts>(episode.facts).needless, 2U);
}

TEST(ZeroWindowEpisode, LastsUntilTheWindowOpens)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 1000).window(Side::Server, 0).wait(20ms).acks(Side::Server);
    const PacketNumber closing(talk.frame());
    talk.wait(1s).zeroWindowProbe(Side::Client).wait(10ms).acks(Side::Server);
    talk.wait(1s).window(Side::Server, 502).acks(Side::Server).sends(Side::Client, 1000).wait(20ms).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::ZeroWindow);
    const auto& facts = std::get<ZeroWindowFacts>(episode.facts);
    EXPECT_EQ(episode.first, closing);
    EXPECT_EQ(episode.endFrame, PacketNumber(closing.value + 3));
    EXPECT_EQ(episode.ended, EpisodeEnd::WindowOpened);
    EXPECT_EQ(facts.probes, 1U);
    EXPECT_EQ(facts.answeredProbes, 1U);
    EXPECT_NEAR(facts.shareOfLifetime, 2.01 / 2.09, 0.02);
}

TEST(ZeroWindowEpisode, NeverOpenedCountsWhatIsStuck)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 1000).lost().sends(Side::Client, 700);
    talk.window(Side::Server, 0).wait(20ms).acks(Side::Server).wait(3s).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::ZeroWindow);
    EXPECT_EQ(episode.ended, EpisodeEnd::Never);
    EXPECT_EQ(std::get<ZeroWindowFacts>(episode.facts).stuckBytes, 700);
    EXPECT_EQ(episode.bytes, (OffsetRange{at(1101), at(1801)}));
}

TEST(WindowShrinkEpisode, NamesBothEdgesAndWhatLiesBeyond)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 60'000).window(Side::Server, 100).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::WindowShrink);
    const auto& facts = std::get<ShrinkFacts>(episode.facts);
    EXPECT_EQ(facts.before, at(101 + 502 * 128));
    EXPECT_EQ(facts.after, at(101 + 100 * 128));
    EXPECT_EQ(facts.beyondBytes, 60'000 - 100 * 128);
    EXPECT_EQ(episode.side, Side::Server);
}

TEST(KeepAliveEpisode, IsOneUntilThereIsSomethingToSay)
{
    Conversation talk;
    opened(talk);
    for (int number = 0; number < 3; ++number)
        talk.wait(10s).keepAlive(Side::Client).wait(10ms).acks(Side::Server);
    talk.wait(10s).keepAlive(Side::Client).wait(1s).sends(Side::Client, 10);
    const Episode episode = only(talk, EpisodeKind::KeepAlives);
    const auto& facts = std::get<KeepAliveFacts>(episode.facts);
    EXPECT_EQ(episode.packets, 4U);
    EXPECT_EQ(facts.answered, 3U);
    EXPECT_EQ(facts.unansweredAtEnd, 1U);
    EXPECT_NEAR(toSeconds(facts.interval), 10.01, 0.01);
    EXPECT_EQ(episode.ended, EpisodeEnd::Data);
}

TEST(ReorderingEpisode, SaysHowLateTheSegmentsWere)
{
    Conversation talk;
    opened(talk.timestamps(true)).clockOff(Side::Client, 10ms).says(Side::Client, 1101, 1, 1000, 0x10);
    talk.clockOff(Side::Client, 0ms).wait(2ms).says(Side::Client, 101, 1, 1000, 0x10); // its timestamp is older
    const Episode episode = only(talk, EpisodeKind::Reordering);
    EXPECT_EQ(episode.packets, 1U);
    EXPECT_EQ(std::get<ReorderingFacts>(episode.facts).latest, Duration(2ms + 10us));
}

TEST(SackEpisode, BlocksBeyondWhatWasSentAreOutside)
{
    Conversation talk;
    withHole(talk, 2).sacks(Side::Server, 900'000, 901'000);
    const Episode episode = only(talk, EpisodeKind::SackOutside);
    EXPECT_EQ(std::get<SackFacts>(episode.facts).block, (SackBlock{at(900'000), at(901'000)}));
    EXPECT_EQ(std::get<SackFacts>(episode.facts).limit, at(3101));
}

TEST(SackEpisode, AnAcknowledgmentThatStopsAtAReportedRangeIsReneging)
{
    Conversation talk;
    withHole(talk, 2).resends(Side::Client, 101, 1000).says(Side::Server, 1, 1101, 0, 0x10);
    const Episode episode = only(talk, EpisodeKind::SackReneging);
    EXPECT_EQ(episode.bytes, (OffsetRange{at(1101), at(3101)}));
}

TEST(SackEpisode, AnAcknowledgmentOfTheWholeRangeIsNone)
{
    Conversation talk;
    withHole(talk, 2).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    EXPECT_TRUE(episodesOf(findingsIn(talk), EpisodeKind::SackReneging).empty());
}

TEST(ResetEpisode, IgnoredResetsAreOneAndEndNothing)
{
    Conversation talk;
    withHole(talk, 2).replies(Side::Server, 70'000).replies(Side::Server, 71'000);
    const PacketNumber last(talk.frame());
    talk.wait(40ms).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    const Findings findings = findingsIn(talk, {PacketNumber(last.value - 1), last});
    EXPECT_EQ(std::get<ResetFacts>(only(findings, EpisodeKind::IgnoredResets).facts).resets, 2U);
    EXPECT_NE(only(findings, EpisodeKind::DupAckRun).ended, EpisodeEnd::Reset);
}

TEST(CaptureGapEpisode, CountsAcknowledgedBytesThatAreMissing)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 1000).wait(20ms).says(Side::Server, 1, 1501, 0, 0x10);
    const Episode episode = only(talk, EpisodeKind::CaptureGap);
    EXPECT_EQ(std::get<GapFacts>(episode.facts).missingBytes, 400);
    EXPECT_EQ(episode.bytes, (OffsetRange{at(1101), at(1501)}));
    EXPECT_EQ(episode.dataSender, Side::Client);
}

TEST(CaptureGapEpisode, WhatWasSentBeforeTheCaptureBeganIsNotMissing)
{
    Conversation talk;
    talk.says(Side::Server, 9000, 5001, 0, 0x10).wait(1ms).says(Side::Client, 5001, 9000, 1000, 0x18).wait(20ms);
    talk.says(Side::Server, 9000, 4501, 0, 0x10).says(Side::Server, 9000, 6001, 0, 0x10);
    EXPECT_TRUE(episodesOf(findingsIn(talk), EpisodeKind::CaptureGap).empty());
}

TEST(RefusedOptionsEpisode, IsTheSynAckThatDoesNotAgree)
{
    Conversation talk;
    talk.withoutSackAtServer().exchange();
    const Episode episode = only(talk, EpisodeKind::RefusedOptions);
    EXPECT_EQ(episode.first, PacketNumber(2));
    EXPECT_EQ(episode.side, Side::Server);
    EXPECT_TRUE(std::get<OptionFacts>(episode.facts).sack);
    EXPECT_FALSE(std::get<OptionFacts>(episode.facts).windowScale);
    Conversation agreed;
    agreed.exchange();
    EXPECT_TRUE(episodesOf(findingsIn(agreed), EpisodeKind::RefusedOptions).empty());
}

TEST(StallEpisode, OfTheApplicationEndsWithData)
{
    Conversation talk;
    opened(talk).wait(3s).sends(Side::Client, 10).wait(20ms).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::Stall);
    EXPECT_EQ(std::get<StallFacts>(episode.facts).limit, Limit::Application);
    EXPECT_EQ(episode.ended, EpisodeEnd::Data);
    EXPECT_EQ(episode.side, Side::Client);
}

TEST(StallEpisode, OfABackoffIsOneAndLossRecovery)
{
    Conversation talk;
    opened(talk).lost().sends(Side::Client, 1000).losesResends(Side::Client, 101, 1000).aborts(Side::Client);
    const Episode episode = only(talk, EpisodeKind::Stall);
    EXPECT_EQ(std::get<StallFacts>(episode.facts).limit, Limit::LossRecovery);
    EXPECT_EQ(episode.ended, EpisodeEnd::Reset);
    EXPECT_GT(episode.duration(), 3s);
}

TEST(StallEpisode, OfAClosedWindowIsTheReceivers)
{
    Conversation talk;
    opened(talk).window(Side::Server, 0).sends(Side::Client, 10).wait(20ms).acks(Side::Server).wait(2s);
    talk.window(Side::Server, 502).acks(Side::Server).sends(Side::Client, 10);
    EXPECT_EQ(std::get<StallFacts>(only(talk, EpisodeKind::Stall).facts).limit, Limit::ReceiveWindow);
}

TEST(StallEpisode, OfALateAcknowledgmentIsTheNetworks)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 10).wait(500ms).acks(Side::Server);
    const Episode episode = only(talk, EpisodeKind::Stall);
    EXPECT_EQ(std::get<StallFacts>(episode.facts).limit, Limit::Network);
    EXPECT_EQ(episode.ended, EpisodeEnd::Acknowledged);
}

TEST(StallEpisode, AfterTheResetThereIsNone)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 10).wait(5ms).aborts(Side::Client).wait(3s).sends(Side::Server, 10);
    EXPECT_TRUE(episodesOf(findingsIn(talk), EpisodeKind::Stall).empty());
}

TEST(StallEpisode, AResetWithoutEffectDoesNotEndIt)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 10).wait(300ms).replies(Side::Server, 70'000);
    const PacketNumber reset(talk.frame());
    talk.wait(300ms).acks(Side::Server);
    EXPECT_GT(only(findingsIn(talk, {reset}), EpisodeKind::Stall).duration(), 500ms);
}

TEST(StallEpisode, ShortPausesAreNone)
{
    Conversation talk;
    opened(talk).wait(150ms).sends(Side::Client, 10).wait(20ms).acks(Side::Server);
    EXPECT_TRUE(episodesOf(findingsIn(talk), EpisodeKind::Stall).empty());
}

TEST(TimeShare, AddsUpToTheTimeOfTheConnection)
{
    Conversation talk;
    withHole(talk, 5).wait(300ms).resends(Side::Client, 101, 1000).wait(20ms).acks(Side::Server);
    talk.wait(40s).sends(Side::Server, 10).wait(1ms).acks(Side::Client);
    const TimeShare share = findingsIn(talk).share;
    EXPECT_EQ(share.total(), talk.connection().lastTime - talk.connection().firstTime);
    EXPECT_NEAR(toSeconds(share.of(Limit::Idle)), 40, 0.1);
    EXPECT_NEAR(toSeconds(share.of(Limit::LossRecovery)), 0.325, 0.01);
    const auto parts = share.perMille();
    EXPECT_EQ(parts[0] + parts[1] + parts[2] + parts[3] + parts[4], 1000);
}

TEST(TimeShare, TheWayToTheSideThatAnswersIsTheNetworks)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 10).wait(20ms).acks(Side::Server).wait(1ms);
    talk.sends(Side::Server, 1000).acks(Side::Client).wait(520ms).sends(Side::Server, 1000).acks(Side::Client);
    const TimeShare share = findingsIn(talk).share;
    EXPECT_NEAR(toSeconds(share.of(Limit::Application)), 0.5, 0.005); // 20 ms are the round trip
}

TEST(TimeShare, SenderWhoseAcknowledgmentsAreLostBehindTheCaptureWaitsForThem)
{
    Conversation talk;
    opened(talk).sends(Side::Client, 1000).wait(1ms).acks(Side::Server);
    for (const Duration wait : {Duration(300ms), Duration(600ms), Duration(1200ms), Duration(2400ms)})
        talk.wait(wait).resends(Side::Client, 101, 1000).wait(1ms).acks(Side::Server);
    const TimeShare share = findingsIn(talk.wait(3s).aborts(Side::Client)).share;
    EXPECT_NEAR(toSeconds(share.of(Limit::LossRecovery)), 7.5, 0.05);
    EXPECT_NEAR(toSeconds(share.of(Limit::Application)), 0, 0.05);
}

TEST(TimeShare, AFullWindowIsTheReceivers)
{
    Conversation talk;
    talk.window(Side::Server, 10); // 1280 bytes
    opened(talk).sends(Side::Client, 1280).wait(100ms).acks(Side::Server);
    EXPECT_NEAR(toSeconds(findingsIn(talk).share.of(Limit::ReceiveWindow)), 0.1, 0.001);
}

} // namespace whyrst::test
