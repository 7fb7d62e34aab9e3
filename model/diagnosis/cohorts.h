// Resets of a trace that ended the same wait (diagnosis.md 4.7): a timer, where one alone may be chance.
#pragma once

#include "model/diagnosis/vocabulary.h"
#include "model/tcp/trace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace whyrst {

class Progress;
struct TraceContext;

/// A reset that ended a wait. Resets of one cohort agree in cause, form and TTL, and nearly in the wait.
struct WaitedReset
{
    CauseId cause = CauseId::Unknown; ///< IdleTimeout or ResponseTimeout
    ResetForm form = ResetForm::Off;
    uint8_t ttl = 0; ///< of the RST
    Duration wait{};
    ConnectionId connection;
    Timestamp time; ///< of the RST
};

/// The resets that are like one, this one included.
struct Cohort
{
    uint32_t connections = 1;
    /// Three or more that ended at different moments, and not only because there are many of any length.
    bool isTelling = false;

    /// "4 connections", "100 connections or more".
    std::string text() const;
};

/// The waits of a trace.
class Cohorts
{
public:
    Cohorts() = default;
    explicit Cohorts(std::vector<WaitedReset> resets);

    /// The cohort of `reset`, which need not be one of the trace's. Counts some hundred at most.
    Cohort of(const WaitedReset& reset) const;

private:
    std::vector<WaitedReset> m_resets; ///< by cause, form, TTL and wait
};

/// Diagnoses the connections whose first RST follows a pause of at least a second that those of two others follow as
/// well, and keeps what their resets ended. `context` must be complete but for its cohorts. Linear in the segments of
/// those connections, at most some hundred for one length of the pause. Some are missing when `progress` stops.
Cohorts findCohorts(const TraceContext& context, Progress& progress);

} // namespace whyrst
