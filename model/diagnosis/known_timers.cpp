#include "model/diagnosis/known_timers.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

namespace whyrst {

namespace {

struct TableRow
{
    int seconds;
    const char* name;
};
constexpr std::array idleTimers = std::to_array<TableRow>({
    {60, "60 s of many proxies"},
    {240, "240 s of the Azure load balancer"},
    {300, "300 s of F5 BIG-IP"},
    {350, "350 s of the AWS network load balancer"},
    {600, "600 s of Google Cloud"},
    {3600, "1 h of many firewalls"},
    {7200, "2 h of TCP keep-alive"},
    {432000, "5 days of Linux connection tracking"},
});
constexpr std::array connectTimers = std::to_array<TableRow>({
    {21, "21 s of a connect() on Windows"},
    {67, "67 s of a connect() on Linux with tcp_syn_retries 5"},
    {131, "131 s of a connect() on Linux"},
});

bool matches(Duration wait, std::chrono::seconds limit)
{
    return std::chrono::abs(wait - limit) <= roundingTolerance(wait);
}

std::optional<KnownTimer> matchIn(std::span<const TableRow> table, Duration wait)
{
    const auto row = std::ranges::find_if(
        table, [&](const TableRow& known) { return matches(wait, std::chrono::seconds(known.seconds)); });
    return row == table.end() ? std::nullopt : std::optional(KnownTimer{row->seconds, row->name});
}

/// 2 h and then up to nine probes, 75 s apart, as keep-alives of most stacks come (RFC 9293 3.8.4 gives the 2 h).
std::optional<KnownTimer> keepAliveSeries(Duration silence)
{
    constexpr int64_t begin = 7200;
    constexpr int64_t interval = 75;
    constexpr int64_t mostProbes = 9;
    constexpr Duration tolerance = std::chrono::seconds(1); // ours: 0.3 % of 2 h would match a third of all waits
    for (int64_t probes = 1; probes <= mostProbes; ++probes) {
        const int64_t seconds = begin + probes * interval;
        if (std::chrono::abs(silence - std::chrono::seconds(seconds)) <= tolerance)
            return KnownTimer{
                seconds, "2 h of TCP keep-alive and " + std::to_string(probes) + " times 75 s between its probes"};
    }
    return std::nullopt;
}

/// RFC 5482 3.1: 15 bits, and one that says whether they are minutes or seconds. 0 is no limit.
std::optional<int64_t> announcedSeconds(const Flow& flow)
{
    constexpr uint16_t isMinutes = 0x8000;
    constexpr int64_t secondsOfMinute = 60;
    const std::optional<uint16_t> raw = flow.rare->userTimeout;
    const int64_t value = raw.value_or(0) & ~isMinutes;
    if (value == 0)
        return std::nullopt;
    return (*raw & isMinutes) != 0 ? value * secondsOfMinute : value;
}

} // namespace

std::optional<KnownTimer> idleTimerOf(Duration silence)
{
    if (auto series = keepAliveSeries(silence))
        return series;
    return matchIn(idleTimers, silence);
}

std::string knownTimersText()
{
    std::string text;
    for (const TableRow& timer : idleTimers)
        text += (text.empty() ? "" : ", ") + std::string(timer.name);
    return text;
}

std::optional<KnownTimer> connectTimerOf(Duration wait)
{
    return matchIn(connectTimers, wait);
}

std::optional<KnownTimer> dataTimerOf(const ResetContext& reset, Side sender, Duration wait)
{
    // 924.6 s with the smallest timer, 200 ms; a longer round trip makes it longer, up to the next doubling.
    constexpr auto linuxGiveUp = std::chrono::milliseconds(924'600);
    constexpr double longest = 1.1; ///< heuristic: with the timers of round trips up to some 20 ms
    const std::optional<int64_t> announced = announcedSeconds(reset.flow(sender));
    if (announced && matches(wait, std::chrono::seconds(*announced)))
        return KnownTimer{*announced,
            std::to_string(*announced) + " s that the " + sideName(sender) + " announced as its user timeout"};
    const auto latest = std::chrono::duration_cast<Duration>(linuxGiveUp * longest);
    if (wait < linuxGiveUp - roundingTolerance(linuxGiveUp) || wait > latest)
        return std::nullopt;
    return KnownTimer{std::chrono::duration_cast<std::chrono::seconds>(linuxGiveUp).count(),
        "some 924 s after which Linux gives data up (tcp_retries2 15)"};
}

} // namespace whyrst
