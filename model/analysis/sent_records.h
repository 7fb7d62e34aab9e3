// The segments that one side sent, kept as they were sent until they are acknowledged: for the statistics of a flow.
#pragma once

#include "model/analysis/byte_ranges.h"
#include "model/analysis/duration_summary.h"

#include <cstdint>
#include <map>
#include <optional>

namespace whyrst {

/// Ranges of sequence space as they were first sent. A re-send that covers parts of several ranges counts for each; its
/// time counts for the first (as tcptrace has it).
class SentRecords
{
public:
    /// What was sent just now.
    struct Sent
    {
        int64_t resentBytes = 0; ///< of it, how many were sent before
        bool outOfOrder = false; ///< it begins and ends before something that was sent earlier
    };

    /// What an acknowledgment confirmed.
    struct Acknowledged
    {
        enum class Sample : uint8_t
        {
            None,
            Clean,
            AfterLoss, ///< something before it was sent later: the time tells of that
            Ambiguous  ///< the range was sent more than once
        };

        Sample sample = Sample::None;
        Duration roundTrip{};          ///< since the range was last sent
        int64_t bytes = 0;             ///< of the range that the sample is of
        uint64_t cumulative = 0;       ///< ranges that a later acknowledgment confirmed with others
        bool endsAtKnownRange = false; ///< all of it was acknowledged before, and the known bytes end there
    };

    /// Linear in the ranges that it covers.
    Sent send(StreamOffset begin, StreamOffset end, Timestamp time);
    /// Linear in the ranges that it confirms.
    Acknowledged acknowledge(StreamOffset ack, Timestamp time);

    uint32_t mostResends() const { return m_mostResends; }                       ///< of one range
    const DurationSummary& resendIntervals() const { return m_resendIntervals; } ///< of unacknowledged ranges

private:
    struct Record
    {
        StreamOffset end;
        Timestamp sent; ///< last
        uint32_t resends = 0;
    };
    /// The range at or after an offset: an acknowledged one has no record.
    struct Known
    {
        StreamOffset begin;
        StreamOffset end;
        Record* record = nullptr;
    };

    std::optional<Known> knownFrom(StreamOffset offset);
    void noteResend(Record* record, Timestamp time, bool isFirst);

    std::map<StreamOffset, Record> m_waiting; ///< by begin; disjoint
    ByteRanges m_acknowledged;
    Timestamp m_newestAcknowledged; ///< when an acknowledged range was last sent
    uint32_t m_mostResends = 0;
    DurationSummary m_resendIntervals;
};

} // namespace whyrst
