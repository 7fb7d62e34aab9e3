#include "model/export/clock_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace whyrst {

namespace {

using std::chrono::seconds;

constexpr double uncheckedShare = 0.1;          ///< heuristic: of the capture's time; less goes without saying
constexpr Duration leastUnchecked = seconds(1); ///< heuristic: less goes without saying

std::string decimals(double value, int digits)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", std::max(0, digits), value);
    return text.data();
}

/// Digits of the second that the bound leaves, and two more: 4 for +- 10 ms.
int digitsFor(Duration bound)
{
    constexpr int mostDigits = 9;   ///< a nanosecond
    constexpr int withoutBound = 6; ///< as most files have them
    constexpr int moreDigits = 2;   // comparison.md 4.3: 37.2004 s, +- 10.05 ms
    if (bound <= Duration(0))
        return withoutBound;
    const auto leading = static_cast<int>(std::ceil(-std::log10(toSeconds(bound))));
    return std::clamp(leading + moreDigits, 0, mostDigits);
}

std::string boundText(const ClockPiece& piece, ClockKind kind)
{
    std::string text = ", +- " + humanDuration(piece.bound);
    if (kind == ClockKind::FromRtt)
        text += " (half the smallest round trip with the other host's reply time";
    else
        text += " (half the smallest round trip between the captures, " + humanDuration(2 * piece.halfRoundTrip);
    if (piece.mayHideStep)
        return text + ", and more because a clock may have been set by less than that)";
    return text + (kind == ClockKind::FromRtt ? ")" : "; right in the middle if the path is symmetric)");
}

/// "is 3.2 s ahead of the client's"
std::string aheadText(Duration offset, Duration bound, const char* limit)
{
    return std::string("is ") + limit + offsetText(offset, bound) + (offset.count() < 0 ? " behind" : " ahead of")
        + " the client's";
}

/// With packets of one direction the offset is a limit: one of the delays could be nothing.
std::string oneWayText(const CaptureClock& clock, Duration offset)
{
    const std::string why = clock.isLowerLimit ? "only packets from the server to the client are in both captures"
                                               : "only packets from the client to the server are in both captures";
    if (offset.count() == 0)
        return std::string("is ") + (clock.isLowerLimit ? "not behind" : "not ahead of") + " the client's: " + why;
    const bool isAtLeast = clock.isLowerLimit == (offset.count() > 0);
    std::string text = aheadText(offset, Duration(0), isAtLeast ? "at least " : "at most ");
    if (!isAtLeast)
        text += clock.isLowerLimit ? ", if not ahead of it" : ", if not behind it";
    return text + ": " + why;
}

std::string driftText(const CaptureClock& clock, const ClockPiece& piece)
{
    if (clock.kind != ClockKind::TwoWay)
        return "";
    constexpr double tooUnsure = 1000; ///< ppm: no clock is so wrong
    const double uncertainty = clock.driftUncertainty * 1e6;
    if (piece.drift != 0)
        return " Drift " + decimals(piece.drift * 1e6, 1) + " ppm +- " + decimals(uncertainty, 1) + ".";
    if (uncertainty > tooUnsure)
        return " Too short to see a drift.";
    return " No drift seen (below " + decimals(std::ceil(uncertainty), 0) + " ppm).";
}

/// Whether the least time of the client's capture is when it began: not where its clock was set back.
bool isBeginRecorded(const CaptureClock& clock)
{
    return std::ranges::none_of(
        clock.sets, [](const ClockSet& set) { return set.capture == Side::Client && set.by.count() < 0; });
}

std::string setText(const ClockSet& set, const CaptureInfo& client, bool isBeginKnown)
{
    const std::string side = sideName(set.capture);
    return std::string(" The ") + side + "'s clock was " + (set.isProbable ? "probably " : "") + "set "
        + (set.by.count() < 0 ? "back" : "forward") + " by " + humanDuration(std::chrono::abs(set.by)) + " at packet "
        + std::to_string(set.firstFrame.value) + " of its capture"
        + (isBeginKnown
                ? ", " + humanDuration(std::max(Duration(0), set.at - client.firstTime)) + " after the client's began."
                : ".");
}

std::string setsText(const CaptureClock& clock, const CaptureInfo& client)
{
    constexpr size_t named = 3;
    std::string text;
    for (size_t index = 0; index < std::min(named, clock.sets.size()); ++index)
        text += setText(clock.sets[index], client, isBeginRecorded(clock));
    if (clock.sets.size() > named)
        text += " Clocks were set " + std::to_string(clock.sets.size()) + " times in all.";
    return text;
}

/// Where packets of both directions are missing nobody sees a clock being set (comparison.md 4.3).
std::string uncheckedText(const CaptureClock& clock, const CaptureInfo& client)
{
    const Timestamp begin = clock.common(Side::Client, client.firstTime);
    const Timestamp end = std::max(begin, clock.common(Side::Client, client.lastTime));
    const auto isClosed = [](const ClockPiece& piece) { return piece.closedTo > piece.closedFrom; };
    const auto firstClosed = std::ranges::find_if(clock.pieces, isClosed);
    if (firstClosed == clock.pieces.end() || !isBeginRecorded(clock))
        return "";
    const Timestamp first = std::clamp(firstClosed->closedFrom, begin, end);
    const Timestamp last
        = std::clamp(std::find_if(clock.pieces.rbegin(), clock.pieces.rend(), isClosed)->closedTo, begin, end);
    const auto share = Duration(std::llround(uncheckedShare * static_cast<double>((end - begin).count())));
    const Duration allowed = std::min(leastUnchecked, share);
    const bool isBefore = first - begin > allowed;
    const bool isAfter = end - last > allowed;
    if (!isBefore && !isAfter)
        return "";
    std::string where = isBefore ? "in the first " + humanDuration(first - begin) : "";
    if (isAfter)
        where += (isBefore ? " and " : "") + ("in the last " + humanDuration(end - last));
    return " The clock is not checked " + where + " of the client's capture; assumed unchanged.";
}

std::string violationText(const ClockViolation& violation)
{
    const Side from = violation.from;
    return " Packets contradict it by up to " + humanDuration(violation.by) + ": client #"
        + std::to_string(violation.clientFrame.value) + " and server #" + std::to_string(violation.serverFrame.value)
        + ", sent by the " + sideName(from) + ", would have arrived before it was sent.";
}

/// What the user wants instead of what the packets tell.
std::string fixedText(const CaptureClock& clock, Duration offset)
{
    std::string text = clock.kind == ClockKind::Trusted
        ? "The recorded clocks are trusted, as was asked for."
        : "The server capture's clock " + aheadText(offset, Duration(0), "") + ", as set by hand.";
    if (clock.violation)
        text += violationText(*clock.violation);
    return text;
}

} // namespace

std::string offsetText(Duration offset, Duration bound)
{
    constexpr double perMinute = 60;
    constexpr int64_t minutesPerHour = 60;
    const double length = std::abs(toSeconds(offset));
    const int digits = digitsFor(bound);
    if (length < 999.5e-6)
        return decimals(length * 1e6, digits - 6) + " us";
    if (length < 0.9995)
        return decimals(length * 1e3, digits - 3) + " ms";
    if (length < 2 * perMinute)
        return decimals(length, digits) + " s";
    const auto minutes = static_cast<int64_t>(length / perMinute);
    const std::string rest
        = decimals(length - perMinute * static_cast<double>(minutes), std::min(digits, 6)) + " s"; // a double's digits
    const std::string inHour = std::to_string(minutes % minutesPerHour) + " min " + rest;
    return minutes < 2 * minutesPerHour ? std::to_string(minutes) + " min " + rest
                                        : std::to_string(minutes / minutesPerHour) + " h " + inHour;
}

std::string delayBoundText(const CaptureClock& clock, Timestamp time)
{
    switch (clock.kind) {
    case ClockKind::TwoWay:
    case ClockKind::FromRtt:
        return clock.isChecked(time) ? "+- " + humanDuration(clock.boundAt(time))
                                     : "if the clocks went on alike: not checked here";
    case ClockKind::OneWay:
        return "above the least of one direction: the clocks' offset is not known";
    case ClockKind::Manual:
        return "by the offset that was set by hand";
    case ClockKind::Trusted:
        return "by the recorded clocks, which are trusted";
    case ClockKind::None:
        break;
    }
    return "as recorded: the clocks cannot be compared";
}

std::string clockText(const Comparison& comparison, const CaptureInfo& client)
{
    const CaptureClock& clock = comparison.clock;
    const ClockPiece& piece = clock.pieceAt(client.firstTime);
    const Duration offset = piece.offsetAt(client.firstTime);
    if (clock.kind == ClockKind::None)
        return "The clocks cannot be compared: times are as recorded.";
    if (clock.kind == ClockKind::Manual || clock.kind == ClockKind::Trusted)
        return fixedText(clock, offset);
    if (clock.kind == ClockKind::OneWay)
        return "The server capture's clock " + oneWayText(clock, offset) + ".";
    const bool isPath = comparison.nearness != Nearness::SamePoint;
    std::string text = offset.count() == 0 ? "The clocks of both captures agree"
                                           : "The server capture's clock " + aheadText(offset, piece.bound, "");
    if (isPath)
        text += boundText(piece, clock.kind);
    text += "." + driftText(clock, piece) + setsText(clock, client) + uncheckedText(clock, client);
    if (isPath)
        text += " One-way delays carry this uncertainty: what one direction gains the other loses; their sum is exact.";
    if (clock.noSingleClock)
        text += " No single clock fits all packets: a box between the captures may end TCP.";
    return text;
}

} // namespace whyrst
