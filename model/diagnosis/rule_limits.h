// Numbers of single rules, here because the list of rules tells them to people. Those of all rules together are in
// model/analysis/thresholds.h, those of who sent a RST in sender_limits.h.
#pragma once

#include "model/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace whyrst {

// Where the capture was taken (diagnosis.md 2.2)
constexpr double mostOf = 0.9;                                       ///< V2: share of a side's packets that must agree
constexpr uint32_t enoughChecksums = 3;                              ///< fewer may be chance
constexpr Duration shortestHandshake = std::chrono::milliseconds(2); ///< V5: below it jitter decides
constexpr double nearShare = 0.9;                                    ///< V5, V6
constexpr Duration nearAnswer = std::chrono::milliseconds(1);        ///< V6
constexpr uint32_t enoughAnswers = 3;                                ///< V6, ours: a delayed ACK spoils single samples

// Handshakes (diagnosis.md 1.3, 1.5)
constexpr Duration slowAnswer = std::chrono::seconds(1);       ///< cancelled: a program that waits longer gives up
constexpr Duration scanTime = std::chrono::seconds(60);        ///< scan
constexpr size_t scanTargets = 5;                              ///< scan: addresses and ports
constexpr int spoofedTtl = 2;                                  ///< spoofed: TTLs that far apart
constexpr Duration longestConnect = std::chrono::seconds(130); ///< unsolicited: Linux gives a SYN up after 127 s
constexpr Duration backscatterTime = std::chrono::seconds(60); ///< unsolicited
constexpr size_t backscatterCount = 3;                         ///< unsolicited

// Unread data (diagnosis.md 1.18, 3.6)
constexpr Duration answerBeforeReset = std::chrono::milliseconds(5); ///< E4
constexpr int64_t unreadSegments = 2;                                ///< E2, E3: hosts do not offer less room

// Trouble (diagnosis.md 2.6, 2.7)
constexpr int stuckTimeouts = 3;                               ///< STUCK: timers without progress
constexpr size_t timerRecoveries = 2;                          ///< 1.10: losses that only the timer repairs
constexpr uint32_t mangledAcks = 3;                            ///< 1.10: with SACK blocks of what was never sent
constexpr size_t fewestUnheeded = 3;                           ///< 1.10, ours: of one or two repairs a copy was lost
constexpr int64_t sackedSegments = 2;                          ///< RFC 6675 4, IsLost: behind a hole
constexpr uint32_t fewestUntaken = 10;                         ///< heuristic: so many losses in a row are rare
constexpr uint32_t enoughCopies = 2;                           ///< 1.8, 1.9: damaged or intact ones
constexpr uint32_t enoughLarge = 2;                            ///< 1.7: distinct stuck packets
constexpr size_t fewestNeedless = 2;                           ///< from so many on S does not know what R has
constexpr uint32_t enoughReported = 2;                         ///< sends of bytes that ICMP errors report
constexpr uint32_t unansweredResends = 2;                      ///< 1.20: the second shows that the timer backs off
constexpr uint32_t windowsResends = 5;                         ///< TcpMaxDataRetransmissions
constexpr uint32_t bsdResends = 12;                            ///< TCP_MAXRXTSHIFT
constexpr double timerEarly = 0.8;                             ///< of the last interval, until S gives up
constexpr Duration recoveredBefore = std::chrono::seconds(10); ///< heuristic: programs react within that
constexpr Duration aliveBefore = std::chrono::seconds(60);     ///< heuristic: a server heard so lately probably lives
constexpr Duration listenerCloseTime = std::chrono::milliseconds(10); ///< listener-closed (1.20): RSTs within
constexpr uint32_t listenerCloseCount = 2;                            ///< listener-closed
constexpr Duration retryWithout = std::chrono::seconds(10);           ///< syn-flags (1.1): the next SYN; RFC 3360
constexpr int lossRoundTrips = 10; ///< 2.9: packets that the capture missed before a RST

// Waits (diagnosis.md 1.15, 1.16, 1.17, 2.8)
constexpr uint32_t cohortSize = 3;                         ///< diagnosis.md 4.7: resets that ended the same wait
constexpr Duration shortestWait = std::chrono::seconds(1); ///< 1.17, and of as many round trips
constexpr int shortestWaitRoundTrips = 10;                 ///< 1.17
constexpr int64_t largestFirstRequest = 64 * 1024;         ///< 1.17: more than that is an upload, not a request
constexpr uint32_t shortestRequest = 64;                   ///< 3.10: fewer bytes keep a connection alive
constexpr size_t fewestKeepAlives = 2;                     ///< 1.15
constexpr double keepAliveMatch = 0.1;                     ///< 1.15: of the interval
std::string roundLimitsText();                             ///< "1, 2, 3, 5 ... s"

} // namespace whyrst
