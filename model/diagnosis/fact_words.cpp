#include "model/diagnosis/fact_words.h"

#include "model/diagnosis/authenticity.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace whyrst {

namespace {

struct Label
{
    std::string_view name;
    std::string_view words;
};

constexpr std::array labels = std::to_array<Label>({
    {"acknowledged_after_ns", "Request acknowledged after"},
    {"after_last_data_ns", "Time since the last data"},
    {"agreed_after_ns", "SYN-ACK came after"},
    {"answered_probes", "Probes that were answered"},
    {"answers", "ACKs for it in this capture"},
    {"bad_copies", "Copies with a wrong checksum"},
    {"before_end_ns", "Last ICMP error before the end"},
    {"closed_for_ns", "Window closed for"},
    {"cohort", "Ended in the same way"},
    {"compared_content", "Others whose stuck bytes could be compared"},
    {"continued_after_ns", "Went on after"},
    {"dropped_by_capture", "Missed by the capture"},
    {"dup_acks", "Duplicate ACKs for it"},
    {"earlier_reset", "Earlier reset in its name"},
    {"first_late_byte", "First byte that came too late"},
    {"first_stuck_byte", "First stuck byte"},
    {"forgotten_too", "Answered in the same way"},
    {"given_up_after_ns", "Reset after the SYN-ACK"},
    {"good_copies", "Copies with a right checksum"},
    {"hole_begin", "First missing byte"},
    {"hole_end", "First byte behind the gap"},
    {"icmp_errors", "ICMP errors"},
    {"icmp_meaning", "ICMP error says"},
    {"icmp_sender", "ICMP error comes from"},
    {"interval_ns", "Time between probes"},
    {"largest_passed", "Largest packet that passed"},
    {"last_words", "Last words"},
    {"late_by_ns", "Came after the FIN"},
    {"late_bytes", "Bytes that came too late"},
    {"limit_guess", "The sizes fit"},
    {"limit_s", "The wait fits a limit of"},
    {"mangled_acks", "ACKs with impossible SACK blocks"},
    {"multipath_reset_reason", "MPTCP reason in the RST"},
    {"needless_resends", "Sent again although it had arrived"},
    {"never_seen_bytes", "Sent before the RST, never seen here"},
    {"off_by", "Distance from the expected number"},
    {"on_time", "Probes and reset at one interval"},
    {"path_mtu", "Path MTU in the ICMP error"},
    {"port", "Port"},
    {"probes", "Probes"},
    {"refused_option", "What only the refused SYN had"},
    {"refused_after_ns", "Refused after"},
    {"reported_after_ns", "ICMP error after the packet"},
    {"request_bytes", "Request"},
    {"resends", "Times sent again"},
    {"requested_name", "Name asked for before"},
    {"reset_text", "Text in the RST"},
    {"reset_ttl", "TTL of the RST"},
    {"sack_acks", "ACKs with SACK blocks that did not help"},
    {"sacked_bytes", "Reported by SACK behind the gap"},
    {"same_content", "Others stuck with the same content"},
    {"same_place", "Others stuck at the same place"},
    {"same_size", "Others stuck with as many bytes"},
    {"sends", "Times sent"},
    {"shift_bytes", "SACK blocks are off by"},
    {"silence_ns", "Silence"},
    {"silent_for_ns", "Nothing heard for"},
    {"since_older_use_ns", "Since the older connection's last packet"},
    {"smallest_stuck", "Smallest packet that got stuck"},
    {"stuck_connections", "Connections to the service that got stuck"},
    {"stuck_for_ns", "Stuck for"},
    {"stuck_large", "Large packets that got stuck"},
    {"syn_acks_again", "SYN-ACKs sent again"},
    {"syn_ttl", "TTL of the SYN"},
    {"timer_resends", "Re-sends that waited for a timer"},
    {"timer_s", "Fits the timer"},
    {"tried_for_ns", "Tried for"},
    {"unread_bytes", "Not read by the program, at least"},
    {"waited_ns", "Waited for the answer"},
    {"waiting_bytes", "Bytes that waited"},
    {"auth-behind", "Sequence number"},
    {"auth-content", "Name asked for"},
    {"auth-genuine", "Like its other packets"},
    {"auth-goes-on", "Afterwards"},
    {"auth-ipid", "IP identification"},
    {"auth-mac", "Ethernet address"},
    {"auth-timestamp", "TCP timestamp"},
    {"auth-too-early", "Round trip"},
    {"auth-train", "Several resets"},
    {"auth-ttl", "Time to live"},
    {"auth-twin", "Reset on the other side"},
    {"auth-window", "Window"},
});

} // namespace

std::string_view factLabel(std::string_view name)
{
    const auto* const found = std::ranges::find(labels, name, &Label::name);
    return found == labels.end() ? std::string_view() : found->words;
}

bool isAuthenticityFact(const Fact& fact)
{
    return fact.name.starts_with("auth-");
}

std::string factValue(const Fact& fact)
{
    if (!isAuthenticityFact(fact) || !fact.number)
        return fact.text;
    const std::string points = std::to_string(*fact.number) + (std::abs(*fact.number) == 1 ? " point" : " points");
    return fact.text + " (" + (*fact.number > 0 ? "+" : "") + points + ")";
}

bool tellsSender(const Diagnosis& diagnosis)
{
    return !diagnosis.comparisons.empty() || std::ranges::any_of(diagnosis.facts, [](const Fact& fact) {
        return isAuthenticityFact(fact) || fact.name == senderFact;
    });
}

std::string authenticityText(const Diagnosis& diagnosis)
{
    const int score = diagnosis.authenticity;
    const ResetSender sender = diagnosis.sender;
    const auto shown = std::ranges::find(diagnosis.facts, senderFact, &Fact::name);
    if (shown != diagnosis.facts.end())
        return shown->text;
    const std::string points = std::to_string(score) + (std::abs(score) == 1 ? " point" : " points");
    const std::string forgery = points + " of " + std::to_string(forgedScore) + " for a forgery";
    if (score >= forgedScore)
        return "a box on the path (" + points + ", " + std::to_string(forgedScore) + " are enough)";
    if (sender == ResetSender::Endpoint)
        return "the host itself (" + (score > 0 ? forgery : points) + ")";
    if (score == 0)
        return "not known: nothing speaks against the host, and nothing that a box could not copy speaks for it";
    return "not known (" + (score > 0 ? forgery : points) + ")";
}

std::string_view fieldLabel(std::string_view id)
{
    constexpr std::array fields = std::to_array<Label>({
        {"ttl", "Time to live"},
        {"ip-id", "IP identification"},
        {"options", "TCP options"},
        {"timestamp", "TCP timestamp"},
        {"window", "Window"},
        {"mac", "Ethernet address"},
        {"timing", "Time"},
    });
    const auto* const found = std::ranges::find(fields, id, &Label::name);
    return found == fields.end() ? std::string_view() : found->words;
}

} // namespace whyrst
