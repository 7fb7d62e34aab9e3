#include "model/time.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace whyrst {

namespace {

constexpr int64_t nanosecondsPerSecond = 1'000'000'000;

template <typename... Values> std::string print(const char* format, Values... values)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

/// Three significant digits: "1.66", "12.4", "925".
std::string threeDigits(double value, const char* unit)
{
    const double magnitude = std::abs(value);
    const int decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
    std::string number = print("%.*f", decimals, value);
    if (number.find('.') != std::string::npos) {
        while (number.back() == '0')
            number.pop_back();
        if (number.back() == '.')
            number.pop_back();
    }
    return number + " " + unit;
}

} // namespace

std::string epochSeconds(Timestamp time)
{
    const int64_t ns = time.time_since_epoch().count();
    int64_t seconds = ns / nanosecondsPerSecond;
    int64_t rest = ns % nanosecondsPerSecond;
    if (rest < 0) {
        rest += nanosecondsPerSecond;
        --seconds;
    }
    return print("%lld.%09lld", static_cast<long long>(seconds), static_cast<long long>(rest));
}

std::string humanDuration(Duration duration)
{
    const double seconds = std::abs(toSeconds(duration));
    const std::string sign = duration.count() < 0 ? "-" : "";
    if (seconds < 999.5e-9)
        return sign + threeDigits(seconds * 1e9, "ns");
    if (seconds < 999.5e-6)
        return sign + threeDigits(seconds * 1e6, "us");
    if (seconds < 0.9995)
        return sign + threeDigits(seconds * 1e3, "ms");
    if (seconds < 119.5)
        return sign + threeDigits(seconds, "s");
    const auto whole = static_cast<int64_t>(std::llround(seconds));
    const auto twoUnits = [&sign](int64_t large, const char* largeUnit, int64_t small, const char* smallUnit) {
        const std::string text = sign + print("%lld %s", static_cast<long long>(large), largeUnit);
        return small == 0 ? text : text + print(" %lld %s", static_cast<long long>(small), smallUnit);
    };
    if (whole < 7200)
        return twoUnits(whole / 60, "min", whole % 60, "s");
    return twoUnits(whole / 3600, "h", whole % 3600 / 60, "min");
}

std::string plainSeconds(Duration duration, int decimals)
{
    const int64_t ns = std::abs(duration.count());
    std::string text = print("%s%lld.%09lld", duration.count() < 0 ? "-" : "",
        static_cast<long long>(ns / nanosecondsPerSecond), static_cast<long long>(ns % nanosecondsPerSecond));
    const size_t point = text.find('.');
    text.resize(decimals <= 0 ? point : point + 1 + static_cast<size_t>(decimals));
    return text;
}

std::string utcDateTime(Timestamp time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t epoch = seconds.time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&epoch, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds).count();
    return std::string(text.data()) + print(".%06lld", static_cast<long long>(us));
}

} // namespace whyrst
