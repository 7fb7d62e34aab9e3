#include "model/export/episode_json.h"

#include "model/export/episode_words.h"
#include "model/export/json_frame.h"

#include <cmath>

namespace whyrst {

namespace {

using Layout = JsonWriter::Layout;

void writeFacts(JsonWriter& json, const DupAckFacts& facts)
{
    const bool isResent = facts.resend != PacketNumber();
    json.member("sacked_at_first", facts.sackedAtFirst);
    json.member("sacked_at_last", facts.sackedAtLast);
    json.member("resend_frame", frameOrNull(facts.resend));
    json.member("resent_before", facts.resentBefore);
    json.member("resend_kind", isResent ? std::optional(kindName(facts.resendKind)) : std::nullopt);
}

void writeFacts(JsonWriter& json, const BackoffFacts& facts)
{
    json.member("sends", facts.sends);
    json.key("intervals_ns");
    json.beginArray();
    for (const Duration interval : facts.intervals)
        json.value(interval.count());
    json.endArray();
    json.member("shape", facts.isExponential ? "exponential" : facts.isLinear ? "linear" : "unclear");
}

void writeFacts(JsonWriter& json, const RepairFacts& facts)
{
    json.member("fast", facts.fast);
    json.member("by_timer", facts.byTimer);
    json.member("tail_loss_probes", facts.tailProbes);
    json.member("lost_before_capture", facts.unseen);
    json.member("resent_bytes", facts.bytes);
}

void writeFacts(JsonWriter& json, const SpuriousFacts& facts)
{
    json.member("needless", facts.needless);
    json.member("resent_bytes", facts.bytes);
}

void writeFacts(JsonWriter& json, const ReorderingFacts& facts)
{
    json.member("latest_ns", facts.latest.count());
}

void writeFacts(JsonWriter& json, const ZeroWindowFacts& facts)
{
    json.member("probes", facts.probes);
    json.member("answered_probes", facts.answeredProbes);
    json.member("stuck_bytes", facts.stuckBytes);
    json.member("lifetime_per_mille", std::lround(facts.shareOfLifetime * 1000));
    json.member("by_withdrawal", facts.byWithdrawal);
}

void writeFacts(JsonWriter& json, const ShrinkFacts& facts)
{
    json.member("edge_before", facts.before.value);
    json.member("edge_after", facts.after.value);
    json.member("beyond_bytes", facts.beyondBytes);
}

void writeFacts(JsonWriter& json, const KeepAliveFacts& facts)
{
    json.member("answered", facts.answered);
    json.member("unanswered_at_end", facts.unansweredAtEnd);
    json.member("interval_ns", facts.interval.count());
}

void writeFacts(JsonWriter& json, const StallFacts& facts)
{
    json.member("limit", limitName(facts.limit));
}

void writeFacts(JsonWriter& json, const SackFacts& facts)
{
    json.member("left", facts.block.left.value);
    json.member("right", facts.block.right.value);
    json.member("ack", facts.ack.value);
    json.member("sent_up_to", facts.limit.value);
    json.member("shift", facts.shift);
}

void writeFacts(JsonWriter& json, const ResetFacts& facts)
{
    json.member("resets", facts.resets);
    json.member("challenge_acks", facts.challengeAcks);
}

void writeFacts(JsonWriter& json, const GapFacts& facts)
{
    json.member("missing_bytes", facts.missingBytes);
}

void writeFacts(JsonWriter& json, const OptionFacts& facts)
{
    json.member("sack", facts.sack);
    json.member("window_scale", facts.windowScale);
}

void writeEpisode(JsonWriter& json, const Episode& episode)
{
    const bool isOver = episode.ended != EpisodeEnd::Never;
    json.beginObject(Layout::Compact);
    json.member("kind", episodeKindName(episode.kind));
    json.member("flow", sideName(episode.side));
    json.member("first_frame", episode.first.value);
    json.member("last_frame", episode.last.value);
    json.member("packets", episode.packets);
    json.member("start", epochSeconds(episode.begin));
    json.member("end", isOver ? std::optional(epochSeconds(episode.end)) : std::nullopt);
    json.member("duration_ns", episode.duration().count());
    json.member("ended", episodeEndName(episode.ended));
    json.member("end_frame", frameOrNull(episode.endFrame));
    json.key("bytes");
    if (episode.bytes) {
        json.beginObject();
        json.member("flow", sideName(episode.dataSender));
        json.member("offset", episode.bytes->begin.value);
        json.member("length", episode.bytes->end - episode.bytes->begin);
        json.endObject();
    } else {
        json.null();
    }
    json.key("facts");
    json.beginObject();
    std::visit([&json](const auto& facts) { writeFacts(json, facts); }, episode.facts);
    json.endObject();
    json.member("text", episodeWords(episode));
    json.endObject();
}

} // namespace

void writeEpisodesJson(JsonWriter& json, const Findings& findings, const Vantage& vantage)
{
    json.key("episodes");
    json.beginArray();
    for (const Episode& episode : findings.episodes)
        writeEpisode(json, episode);
    json.endArray();
    json.key("time_share");
    json.beginObject();
    for (size_t index = 0; index < limitCount; ++index) {
        const auto limit = static_cast<Limit>(index);
        std::string name = limitName(limit);
        for (char& letter : name)
            letter = letter == '-' ? '_' : letter;
        json.member(name + "_ns", findings.share.of(limit).count());
    }
    json.member("text", timeShareCaveat(vantage));
    json.endObject();
}

} // namespace whyrst
