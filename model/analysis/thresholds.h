// All thresholds of analysis and diagnosis in one place, each with its reason (diagnosis.md 0).
#pragma once

#include "model/time.h"

#include <cstdint>

namespace whyrst {

/// Fewer re-sends are ordinary loss; R1 of RFC 9293 3.8.3 is "at least 3 retransmissions".
constexpr uint32_t minimumResends = 3;

/// Hosts answer within 1 ms; room for queues and capture jitter. Heuristic: measured on Linux.
constexpr Duration replySlack = std::chrono::milliseconds(20);

/// What comes sooner than this share of the smallest round trip is no answer. Heuristic: at another moment the round
/// trip may be a little less.
constexpr double nearlyRoundTrip = 0.8;

/// Packets of both directions may be stored in the wrong order by multi-queue network cards (Paxson 1997).
constexpr Duration orderTolerance = std::chrono::milliseconds(1);

/// Ratio of successive timer intervals in exponential backoff: 2 (RFC 6298 5.5) with 20 % noise of timer and capture.
constexpr double backoffRatioLow = 1.6;
constexpr double backoffRatioHigh = 2.4;

/// Ratio of intervals of a linear timer (keep-alives, thin streams, RFC 6069).
constexpr double flatRatioLow = 0.9;
constexpr double flatRatioHigh = 1.1;

/// The next re-send is due after twice the last interval; with 25 % margin, later than this it will not come.
constexpr double deadlineFactor = 2.5;

/// Linux answers zero-length segments outside the window at most this often (tcp_invalid_ratelimit).
constexpr Duration answerRateLimit = std::chrono::milliseconds(500);

/// Shorter closures of the window are normal flow control. Heuristic.
constexpr Duration minimumZeroWindow = std::chrono::seconds(1);

/// No known middlebox forgets connections sooner. Heuristic.
constexpr Duration minimumIdle = std::chrono::seconds(30);
constexpr int minimumIdleRoundTrips = 100;

/// Tolerance when a wait is compared with a round timer value.
constexpr Duration roundTolerance = std::chrono::milliseconds(50);
constexpr double roundToleranceShare = 0.003;

/// Genuine packets needed before TTL or IP ID of a RST are compared with them.
constexpr uint32_t fewPackets = 5;

/// Retransmission timer: never below 200 ms (Linux; RFC 6298 2.4 says 1 s), 1 s before any sample (RFC 6298 2.1).
constexpr Duration smallestRto = std::chrono::milliseconds(200);
constexpr Duration initialRto = std::chrono::seconds(1);
/// A re-send this late counts as timer-driven when no estimate exists: 10 % below the smallest timer.
constexpr Duration timerWithoutEstimate = std::chrono::milliseconds(180);
/// Share of the estimated timer from which a re-send counts as timer-driven; the estimate may be high.
constexpr double timerShare = 0.8;

/// Largest interval between re-sends of common stacks (Linux 120 s); plateaus below it begin at 48 s.
constexpr Duration backoffCap = std::chrono::seconds(120);
constexpr Duration backoffPlateau = std::chrono::seconds(48);

/// Window to search for the trigger of a RST when no round trip was measured.
constexpr Duration triggerWithoutRoundTrip = std::chrono::milliseconds(250);

/// A segment that fills a gap this soon after the one behind it was overtaken, not lost (with a quarter round trip).
constexpr Duration reorderingWindow = std::chrono::milliseconds(3);

/// Duplicate ACKs that prove a loss (RFC 5681 3.2).
constexpr uint32_t dupAckThreshold = 3;

/// A jump of the clock inside a connection that no TCP wait explains.
constexpr Duration clockStepForward = std::chrono::hours(24 * 30);
/// A shorter one may be a wait, as long as known limits are: it is a step when the sender's timestamps say so
/// (diagnosis.md 2.9).
constexpr Duration clockStepByTimestamps = std::chrono::hours(1);
constexpr Duration clockStepBackward = std::chrono::seconds(1);

} // namespace whyrst
