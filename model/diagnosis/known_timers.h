// Timers of known boxes and hosts, for naming silences and waits (diagnosis.md 2.8).
#pragma once

#include "model/diagnosis/reset_context.h"

#include <optional>
#include <string>

namespace whyrst {

/// A limit, and whose it is: "350 s of the AWS network load balancer".
struct KnownTimer
{
    int64_t seconds = 0;
    std::string name;
};

/// The limit after which hosts and boxes forget an idle connection that `silence` matches.
std::optional<KnownTimer> idleTimerOf(Duration silence);

/// All of them, for people: "60 s of many proxies, 240 s of ...".
std::string knownTimersText();

/// The limit of a connect() that `wait` matches, from the first SYN to its end.
std::optional<KnownTimer> connectTimerOf(Duration wait);

/// The limit for data that nobody acknowledges that `wait` matches, from its first send to the end: what `sender`
/// announced for itself (RFC 5482), or the default of Linux.
std::optional<KnownTimer> dataTimerOf(const ResetContext& reset, Side sender, Duration wait);

} // namespace whyrst
