#include "model/compare/capture_clock.h"

#include "model/tcp/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <tuple>
#include <vector>

namespace whyrst {

namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::seconds(1'700'000'000)};

/// Packets both ways over a path, with the delays of a queue on top of the least ones.
struct Scenario
{
    Duration offset = 37s + 200ms;
    double drift = 0;
    Duration forth = 8ms;
    Duration back = 12ms;
    Duration jitter = 3ms;
    Duration length = 30s;
    Duration step{}; ///< of a clock, in the middle
    Side stepped = Side::Server;

    ClockSamples samples() const
    {
        std::mt19937 random(7);
        std::uniform_int_distribution<int64_t> queue(0, jitter.count());
        ClockSamples result;
        result.resolution = 2us;
        const auto setAt = [&](Side side, Timestamp time) {
            return side == stepped && time - start > length / 2 ? step : Duration(0);
        };
        const auto server = [&](Timestamp time) {
            const Duration since = time - start;
            return time + offset + setAt(Side::Server, time)
                + Duration(static_cast<int64_t>(drift * static_cast<double>(since.count())));
        };
        const auto client = [&](Timestamp time) { return time + setAt(Side::Client, time); };
        std::array<std::vector<std::pair<Timestamp, PacketNumber*>>, 2> order; // of the packets in both captures
        const auto add = [&](std::vector<ClockSample>& list, Timestamp atClient, Timestamp atServer) {
            list.push_back({client(atClient), server(atServer)});
            order[0].emplace_back(atClient, &list.back().clientFrame);
            order[1].emplace_back(atServer, &list.back().serverFrame);
        };
        result.toServer.reserve(static_cast<size_t>(length / 10ms));
        result.toClient.reserve(static_cast<size_t>(length / 10ms));
        for (Duration at{}; at < length; at += 10ms) {
            const Timestamp sent = start + at;
            add(result.toServer, sent, sent + forth + Duration(queue(random)));
            const Timestamp answered = sent + 5ms;
            add(result.toClient, answered + back + Duration(queue(random)), answered);
        }
        for (auto& capture : order) {
            std::ranges::sort(capture);
            uint32_t frame = 0;
            for (const auto& packet : capture)
                *packet.second = PacketNumber{++frame};
        }
        return result;
    }

    /// `time` as the client's clock would show it, had nobody set it.
    Duration trueOffset(Timestamp time) const
    {
        const Duration set = time - start <= length / 2 ? Duration(0) : stepped == Side::Server ? step : -step;
        return offset + set + Duration(static_cast<int64_t>(drift * static_cast<double>((time - start).count())));
    }
};

void expectInside(const CaptureClock& clock, const Scenario& scenario)
{
    for (Duration at{}; at < scenario.length; at += 500ms) {
        const Timestamp time = start + at;
        if (!clock.sets.empty() && !clock.isChecked(time))
            continue; // between the last packet before a step and the first one after
        EXPECT_LE(std::chrono::abs(clock.offsetAt(time) - scenario.trueOffset(time)), clock.boundAt(time))
            << "after " << at.count() << " ns";
    }
}

} // namespace

TEST(CaptureClock, OffsetIsTheMiddleOfWhatBothDirectionsAllow)
{
    const Scenario scenario;
    const CaptureClock clock = fitClock(scenario.samples());
    EXPECT_EQ(clock.kind, ClockKind::TwoWay);
    ASSERT_EQ(clock.pieces.size(), 1U);
    EXPECT_EQ(clock.pieces.front().drift, 0);
    // 20 ms there and back; the path is 4 ms asymmetric, which no method can see: 2 ms.
    EXPECT_NEAR(toMilliseconds(clock.boundAt(start)), 10, 0.2);
    EXPECT_NEAR(toMilliseconds(clock.offsetAt(start) - scenario.offset), -2, 0.2);
    expectInside(clock, scenario);
}

TEST(CaptureClock, DriftIsFound)
{
    Scenario scenario;
    scenario.drift = 50e-6;
    const CaptureClock clock = fitClock(scenario.samples());
    ASSERT_EQ(clock.pieces.size(), 1U);
    EXPECT_NEAR(clock.pieces.front().drift * 1e6, 50, 3);
    expectInside(clock, scenario);
    const Timestamp late = start + 25s;
    EXPECT_NEAR(toMilliseconds(clock.offsetAt(late) - scenario.trueOffset(late)), -2, 1);
}

TEST(CaptureClock, TimesGoThereAndBack)
{
    Scenario scenario;
    scenario.drift = -120e-6;
    const CaptureClock clock = fitClock(scenario.samples());
    for (Duration at{}; at < scenario.length; at += 1s) {
        const Timestamp time = start + at;
        EXPECT_LE(std::chrono::abs(clock.toClient(clock.toServer(time)) - time), 1us);
    }
}

TEST(CaptureClock, ClockThatWasSetGivesTwoPieces)
{
    Scenario scenario;
    scenario.step = 350ms;
    const CaptureClock clock = fitClock(scenario.samples());
    ASSERT_EQ(clock.pieces.size(), 2U);
    EXPECT_NEAR(toSeconds(clock.pieces[1].from - start), 15, 0.1);
    expectInside(clock, scenario);
}

/// Which clock was set, and by how much.
using Setting = std::pair<Side, Duration>;

class ClockThatWasSet : public testing::TestWithParam<Setting>
{
};

TEST_P(ClockThatWasSet, IsFoundToThePacketAndDelaysStay)
{
    Scenario scenario;
    std::tie(scenario.stepped, scenario.step) = GetParam();
    const ClockSamples samples = scenario.samples();
    const CaptureClock clock = fitClock(samples);
    EXPECT_FALSE(clock.noSingleClock);
    ASSERT_EQ(clock.sets.size(), 1U);
    EXPECT_EQ(clock.sets[0].capture, scenario.stepped);
    EXPECT_NEAR(toMilliseconds(clock.sets[0].by - scenario.step), 0, 1);
    EXPECT_EQ(clock.sets[0].isProbable, std::chrono::abs(scenario.step) < 20ms);
    expectInside(clock, scenario);
    for (const ClockSample& sample : samples.toServer) {
        const Duration delay = clock.common(Side::Server, sample.server, sample.serverFrame)
            - clock.common(Side::Client, sample.client, sample.clientFrame);
        ASSERT_GE(delay, 8ms) << sample.clientFrame.value; // the middle is 2 ms off, by the asymmetry
        ASSERT_LE(delay, 14ms) << sample.clientFrame.value;
    }
}

INSTANTIATE_TEST_SUITE_P(Steps, ClockThatWasSet,
    testing::Values(Setting{Side::Server, 350ms}, Setting{Side::Server, -350ms}, Setting{Side::Server, -1s},
        Setting{Side::Server, -1h}, Setting{Side::Server, 30ms}, Setting{Side::Client, 350ms},
        Setting{Side::Client, -350ms}, Setting{Side::Client, -1s}, Setting{Side::Client, 1h},
        Setting{Side::Server, 15ms}, Setting{Side::Server, -15ms}, Setting{Side::Client, -15ms}));

namespace {

/// TCP timestamps of packets.
enum class Stamps
{
    None,
    Milliseconds,
    MadeUp ///< numbers that no clock counts
};

/// Requests and answers every 20 ms with a pause in the middle, in which the clock of `capture` is set.
struct PausedTalk
{
    Side capture = Side::Client;
    Duration by{};
    Duration pause = 2s;
    Stamps stamps = Stamps::None;

    ClockSamples samples() const
    {
        constexpr int rounds = 60;
        constexpr Duration way = 10ms;
        ClockSamples result;
        result.resolution = 2us;
        PacketNumber frame{1};
        for (int round = 0; round < rounds; ++round) {
            const bool isAfter = round >= rounds / 2;
            const Timestamp sent = start + round * 20ms + (isAfter ? pause : Duration(0));
            const auto client = [&](Timestamp time) { return time + (isAfter && capture == Side::Client ? by : 0ns); };
            const auto server = [&](Timestamp time) { return time + (isAfter && capture == Side::Server ? by : 0ns); };
            const auto stamp = [&](Timestamp time) {
                const auto clock = static_cast<uint32_t>((time - start) / 1ms);
                return stamps == Stamps::MadeUp ? static_cast<uint32_t>(mixBits(clock)) : clock + 7'000'000;
            };
            const bool hasStamps = stamps != Stamps::None;
            const Duration jitter = (round * 37 % 11) * 100us;
            result.toServer.push_back(
                {client(sent), server(sent + way + jitter), frame, frame, hasStamps ? 1U : 0U, stamp(sent)});
            ++frame.value;
            const Timestamp answered = sent + way + 2ms + jitter;
            result.toClient.push_back(
                {client(answered + way), server(answered), frame, frame, hasStamps ? 2U : 0U, stamp(answered)});
            ++frame.value;
        }
        return result;
    }

    /// Whose clock is said to have been set; nothing unless exactly once and by about as much.
    std::optional<Side> found() const
    {
        const CaptureClock clock = fitClock(samples());
        if (clock.sets.size() != 1 || std::chrono::abs(clock.sets[0].by - by) > 15ms)
            return std::nullopt;
        return clock.sets[0].capture;
    }
};

} // namespace

TEST(CaptureClock, SendersTimestampsTellWhoseClockWasSet)
{
    for (const Side capture : {Side::Client, Side::Server}) {
        for (const Duration by : {Duration(350ms), Duration(-350ms)})
            EXPECT_EQ((PausedTalk{capture, by, 2s, Stamps::Milliseconds}.found()), capture)
                << sideName(capture) << ' ' << by.count();
    }
}

TEST(CaptureClock, TimestampsThatNoClockCountsTellNothing)
{
    for (const Side capture : {Side::Client, Side::Server}) {
        for (const Duration pause : {1s, 2s, 3s, 4s})
            EXPECT_EQ((PausedTalk{capture, 350ms, pause, Stamps::MadeUp}.found()), capture) << sideName(capture);
    }
}

TEST(CaptureClock, NoTimeIsNegativeInACapture)
{
    for (const Side capture : {Side::Client, Side::Server})
        EXPECT_EQ((PausedTalk{capture, -350ms, 100ms}.found()), capture) << sideName(capture);
}

TEST(CaptureClock, WhereNothingElseTellsTheShorterSilenceIsTaken)
{
    for (const Side capture : {Side::Client, Side::Server})
        EXPECT_EQ((PausedTalk{capture, 350ms, 2s}.found()), capture) << sideName(capture);
}

TEST(CaptureClock, StepsOfBothClocksAreUndone)
{
    Scenario scenario;
    scenario.step = -2s;
    ClockSamples samples = scenario.samples();
    for (auto* list : {&samples.toServer, &samples.toClient}) {
        for (ClockSample& sample : *list)
            sample.client -= sample.client - start > 22s ? Duration(700ms) : Duration(0);
    }
    const CaptureClock clock = fitClock(samples);
    ASSERT_EQ(clock.sets.size(), 2U);
    EXPECT_EQ(clock.sets[1].capture, Side::Client);
    EXPECT_NEAR(toMilliseconds(clock.sets[1].by), -700, 1);
    EXPECT_NEAR(toMilliseconds(clock.offsetAt(start + 25s) - scenario.offset), -1302, 1);
}

TEST(CaptureClock, StepBetweenFewPacketsWidensTheBound)
{
    // Packets every 2 s: no window of time tells the step from a queue.
    Scenario scenario;
    scenario.step = 15ms;
    ClockSamples all = scenario.samples();
    ClockSamples few;
    few.resolution = all.resolution;
    for (size_t index = 0; index < all.toServer.size(); index += 200) {
        few.toServer.push_back(all.toServer[index]);
        few.toClient.push_back(all.toClient[index]);
    }
    const CaptureClock clock = fitClock(few);
    expectInside(clock, scenario);
}

TEST(CaptureClock, FewPacketsAfterAStepAreNotBelieved)
{
    Scenario scenario;
    ClockSamples samples = scenario.samples();
    for (auto* list : {&samples.toServer, &samples.toClient}) {
        for (size_t index = list->size() - 3; index < list->size(); ++index)
            (*list)[index].server += 1h;
    }
    const CaptureClock clock = fitClock(samples);
    EXPECT_TRUE(clock.noSingleClock);
    ASSERT_EQ(clock.pieces.size(), 1U);
    EXPECT_NEAR(toMilliseconds(clock.offsetAt(start) - scenario.offset), -2, 1);
}

TEST(CaptureClock, PacketStampedLateWidensTheBound)
{
    ClockSamples samples; // 60 us there and back, so that a late stamp contradicts
    for (int i = 0; i < 100; ++i) {
        const Timestamp sent = start + i * 10ms;
        samples.toServer.push_back({sent, sent + 30us});
        samples.toClient.push_back({sent + 5ms + 30us, sent + 5ms});
    }
    samples.toServer[50].client += 90us;
    const CaptureClock clock = fitClock(samples);
    EXPECT_TRUE(clock.sets.empty());
    EXPECT_LE(std::chrono::abs(clock.offsetAt(start)), clock.boundAt(start));
}

TEST(CaptureClock, WantedClockNamesThePacketThatContradicts)
{
    const ClockSamples samples = Scenario().samples();
    const CaptureClock right = fixedClock(samples, Scenario().offset, ClockKind::Manual);
    EXPECT_FALSE(right.violation);
    const CaptureClock trusted = fixedClock(samples, Duration(0), ClockKind::Trusted);
    ASSERT_TRUE(trusted.violation);
    EXPECT_EQ(trusted.violation->from, Side::Server);
    EXPECT_NEAR(toSeconds(trusted.violation->by), 37.188, 0.001);
    EXPECT_NE(trusted.violation->serverFrame.value, 0U);
}

TEST(CaptureClock, QueueThatFillsIsNoDrift)
{
    ClockSamples samples;
    samples.resolution = 2us;
    for (int i = 0; i < 150; ++i) { // 1.5 s: the way forth takes longer and longer, the way back does not
        const Timestamp sent = start + i * 10ms;
        samples.toServer.push_back({sent, sent + 10ms + i * 400us});
        samples.toClient.push_back({sent + 20ms + (i % 7) * 300us, sent + 10ms});
    }
    const CaptureClock clock = fitClock(samples);
    EXPECT_EQ(clock.pieces.front().drift, 0);
    EXPECT_LE(std::chrono::abs(clock.offsetAt(start)), clock.boundAt(start));
}

TEST(CaptureClock, SingleWrongPairDoesNotSetTheClock)
{
    const Scenario scenario;
    ClockSamples samples = scenario.samples();
    samples.toServer[700].server -= 15ms; // as if it had arrived before it was sent
    const CaptureClock clock = fitClock(samples);
    ASSERT_EQ(clock.pieces.size(), 1U);
    expectInside(clock, scenario);
}

TEST(CaptureClock, OneDirectionGivesALimitOnly)
{
    ClockSamples samples = Scenario().samples();
    samples.toClient.clear();
    const CaptureClock clock = fitClock(samples);
    EXPECT_EQ(clock.kind, ClockKind::OneWay);
    EXPECT_GE(clock.offsetAt(start), Scenario().offset);
    EXPECT_FALSE(clock.isLowerLimit);
}

TEST(CaptureClock, WithoutPacketsTimesStayAsRecorded)
{
    const CaptureClock clock = fitClock({});
    EXPECT_EQ(clock.kind, ClockKind::None);
    EXPECT_EQ(clock.toClient(start), start);
}

} // namespace whyrst
