#include "model/export/statistics_table.h"

#include "model/packet/headers.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <functional>

namespace whyrst {

namespace {

constexpr const char* bytes = "bytes";
constexpr const char* milliseconds = "ms";

std::string textOf(std::integral auto value)
{
    return std::to_string(value);
}

std::string textOf(bool value)
{
    return value ? "Y" : "N";
}

/// Milliseconds with three decimals.
std::string textOf(Duration value)
{
    constexpr int64_t nanosecondsPerMicrosecond = 1000;
    constexpr int64_t microsecondsPerMillisecond = 1000;
    const int64_t microseconds = (value.count() + nanosecondsPerMicrosecond / 2) / nanosecondsPerMicrosecond;
    const std::string fraction = std::to_string(microsecondsPerMillisecond + microseconds % microsecondsPerMillisecond);
    return std::to_string(microseconds / microsecondsPerMillisecond) + '.' + fraction.substr(1);
}

std::string textOf(double value)
{
    return std::to_string(std::llround(value));
}

template <typename Value> std::string textOf(const std::optional<Value>& value)
{
    return value ? textOf(*value) : std::string();
}

/// Builds the rows from what `get` says of each side.
class Rows
{
public:
    explicit Rows(const std::array<FlowStatistics, 2>& statistics)
        : m_statistics(statistics)
    {
    }

    template <typename Get> void number(const char* name, const char* unit, const Get& get)
    {
        add(name, unit, true, [&get](const FlowStatistics& side) { return textOf(std::invoke(get, side)); });
    }

    template <typename Get> void word(const char* name, const Get& get) { add(name, "", false, get); }

    /// "RTT_min" and its sisters; `names` in the order minimum, maximum, mean, deviation.
    template <typename Get> void durations(const std::array<const char*, 4>& names, const Get& get)
    {
        const std::array figures{
            &DurationSummary::minimum, &DurationSummary::maximum, &DurationSummary::mean, &DurationSummary::deviation};
        for (size_t index = 0; index < figures.size(); ++index) {
            number(names[index], milliseconds, [&, figure = figures[index]](const FlowStatistics& side) {
                return (std::invoke(get, side).*figure)();
            });
        }
    }

    std::vector<StatisticsRow> take() { return std::move(m_rows); }

private:
    template <typename Text> void add(const char* name, const char* unit, bool isNumber, const Text& text)
    {
        m_rows.push_back({name, unit, isNumber, {text(m_statistics[0]), text(m_statistics[1])}});
    }

    const std::array<FlowStatistics, 2>& m_statistics;
    std::vector<StatisticsRow> m_rows;
};

void addPackets(Rows& rows)
{
    rows.number("total_packets", "", &FlowStatistics::packets);
    rows.number("resets_sent", "", &FlowStatistics::resets);
    rows.number("ack_pkts_sent", "", &FlowStatistics::acks);
    rows.number("pure_acks_sent", "", &FlowStatistics::pureAcks);
    rows.number("sack_pkts_sent", "", &FlowStatistics::sacks);
    rows.number("dsack_pkts_sent", "", &FlowStatistics::dSacks);
    rows.number("max_sack_blks/ack", "", &FlowStatistics::mostSackBlocks);
}

void addData(Rows& rows)
{
    rows.number("unique_bytes_sent", bytes, &FlowStatistics::uniqueBytes);
    rows.number("actual_data_pkts", "", &FlowStatistics::dataPackets);
    rows.number("actual_data_bytes", bytes, &FlowStatistics::dataBytes);
    rows.number("rexmt_data_pkts", "", &FlowStatistics::resentPackets);
    rows.number("rexmt_data_bytes", bytes, &FlowStatistics::resentBytes);
    rows.number("zwnd_probe_pkts", "", &FlowStatistics::windowProbes);
    rows.number("zwnd_probe_bytes", bytes, &FlowStatistics::windowProbeBytes);
    rows.number("outoforder_pkts", "", &FlowStatistics::outOfOrder);
    rows.number("pushed_data_pkts", "", &FlowStatistics::pushed);
}

void addOptions(Rows& rows)
{
    rows.word("SYN/FIN_pkts_sent",
        [](const FlowStatistics& side) { return std::to_string(side.syns) + '/' + std::to_string(side.fins); });
    rows.word("req_1323_ws/ts",
        [](const FlowStatistics& side) { return textOf(side.asksWindowScale) + '/' + textOf(side.asksTimestamps); });
    rows.number("adv_wind_scale", "", &FlowStatistics::windowScale);
    rows.word("req_sack", [](const FlowStatistics& side) { return textOf(side.permitsSack); });
    rows.number("sacks_sent", "", &FlowStatistics::sackOptions);
    rows.number("urgent_data_pkts", "", &FlowStatistics::urgentPackets);
    rows.number("urgent_data_bytes", bytes, &FlowStatistics::urgentBytes);
    rows.number("mss_requested", bytes, &FlowStatistics::maximumSegmentSize);
}

void addSizes(Rows& rows)
{
    const auto size = [&rows](const char* name, SizeSummary FlowStatistics::*summary, int64_t SizeSummary::*figure) {
        rows.number(name, bytes, [=](const FlowStatistics& side) { return side.*summary.*figure; });
    };
    size("max_segm_size", &FlowStatistics::segment, &SizeSummary::largest);
    size("min_segm_size", &FlowStatistics::segment, &SizeSummary::smallest);
    size("avg_segm_size", &FlowStatistics::segment, &SizeSummary::mean);
    size("max_win_adv", &FlowStatistics::window, &SizeSummary::largest);
    size("min_win_adv", &FlowStatistics::window, &SizeSummary::smallest);
    rows.number("zero_win_adv", "times", &FlowStatistics::zeroWindows);
    size("avg_win_adv", &FlowStatistics::window, &SizeSummary::mean);
    size("max_owin", &FlowStatistics::outstanding, &SizeSummary::largest);
    size("min_non-zero_owin", &FlowStatistics::outstanding, &SizeSummary::smallest);
    size("avg_owin", &FlowStatistics::outstanding, &SizeSummary::mean);
    rows.number("wavg_owin", bytes, &FlowStatistics::outstandingOverTime);
    rows.number("initial_window_bytes", bytes, &FlowStatistics::initialWindowBytes);
    rows.number("initial_window_pkts", "", &FlowStatistics::initialWindowPackets);
}

void addStream(Rows& rows)
{
    rows.number("ttl_stream_length", bytes, &FlowStatistics::streamLength);
    rows.number("missed_data", bytes, &FlowStatistics::missedBytes);
    rows.number("truncated_data", bytes, &FlowStatistics::truncatedBytes);
    rows.number("truncated_packets", "", &FlowStatistics::truncatedPackets);
    rows.number("data_xmit_time", milliseconds, &FlowStatistics::dataTime);
    rows.number("idletime_max", milliseconds, &FlowStatistics::longestIdle);
    rows.number("hardware_dups", "", &FlowStatistics::hardwareDuplicates);
    rows.number("throughput", "bytes/s", &FlowStatistics::throughput);
}

void addRoundTrips(Rows& rows)
{
    const auto count = [&rows](const char* name, DurationSummary FlowStatistics::*summary) {
        rows.number(name, "", [=](const FlowStatistics& side) { return (side.*summary).count(); });
    };
    count("RTT_samples", &FlowStatistics::roundTrip);
    rows.durations({"RTT_min", "RTT_max", "RTT_avg", "RTT_stdev"}, &FlowStatistics::roundTrip);
    rows.number("RTT_from_3WHS", milliseconds, &FlowStatistics::handshakeRoundTrip);
    count("RTT_full_sz_smpls", &FlowStatistics::fullSizeRoundTrip);
    rows.durations({"RTT_full_sz_min", "RTT_full_sz_max", "RTT_full_sz_avg", "RTT_full_sz_stdev"},
        &FlowStatistics::fullSizeRoundTrip);
    rows.number("post-loss_acks", "", &FlowStatistics::acksAfterLoss);
    count("ambiguous_acks", &FlowStatistics::ambiguousRoundTrip);
    rows.durations(
        {"RTT_min_(last)", "RTT_max_(last)", "RTT_avg_(last)", "RTT_sdv_(last)"}, &FlowStatistics::ambiguousRoundTrip);
    rows.number("segs_cum_acked", "", &FlowStatistics::cumulativelyAcked);
    rows.number("duplicate_acks", "", &FlowStatistics::dupAcks);
    rows.number("triple_dupacks", "", &FlowStatistics::tripleDupAcks);
    rows.number("max_#_retrans", "", &FlowStatistics::mostResends);
    rows.durations(
        {"min_retr_time", "max_retr_time", "avg_retr_time", "sdv_retr_time"}, &FlowStatistics::resendIntervals);
}

} // namespace

std::string StatisticsRow::title() const
{
    std::string text = name;
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::vector<StatisticsRow> statisticsRows(const Connection& connection)
{
    const std::array<FlowStatistics, 2> statistics = flowStatisticsOf(connection);
    Rows rows(statistics);
    addPackets(rows);
    addData(rows);
    addOptions(rows);
    addSizes(rows);
    addStream(rows);
    addRoundTrips(rows);
    return rows.take();
}

std::string statisticsText(const Connection& connection)
{
    constexpr size_t titleWidth = 24;
    constexpr size_t valueWidth = 16;
    const auto right = [](const std::string& text) {
        return std::string(valueWidth - std::min(valueWidth - 1, text.size()), ' ') + text;
    };
    std::string text = "\nStatistics of connection " + std::to_string(connection.id.value) + ": "
        + toString(connection.client) + " -> " + toString(connection.server) + "\n";
    text += "  " + std::string(titleWidth, ' ') + right("client sent") + right("server sent") + "\n";
    for (const StatisticsRow& row : statisticsRows(connection)) {
        std::string title = row.title();
        title.resize(std::max(titleWidth, title.size()), ' ');
        text += "  " + title;
        for (const std::string& value : row.values)
            text += right(value.empty() ? "-" : value);
        text += *row.unit ? std::string("  ") + row.unit + "\n" : "\n";
    }
    return text;
}

std::string statisticsAsTabs(const std::vector<StatisticsRow>& rows)
{
    std::string text = "\tclient sent\tserver sent\tunit\n";
    for (const StatisticsRow& row : rows)
        text += row.title() + '\t' + row.values[0] + '\t' + row.values[1] + '\t' + row.unit + '\n';
    return text;
}

void writeStatisticsJson(JsonWriter& json, const Connection& connection)
{
    const std::vector<StatisticsRow> rows = statisticsRows(connection);
    json.key("statistics");
    json.beginObject();
    for (const Side side : {Side::Client, Side::Server}) {
        json.key(sideName(side));
        json.beginObject();
        for (const StatisticsRow& row : rows) {
            const std::string& value = row.values[sideIndex(side)];
            json.key(row.name);
            if (value.empty())
                json.null();
            else if (row.isNumber)
                json.verbatim(value);
            else
                json.value(value);
        }
        json.endObject();
    }
    json.endObject();
}

} // namespace whyrst
