#include "model/export/episode_text.h"

#include "model/export/diagnosis_text.h"
#include "model/export/episode_words.h"
#include "model/number_text.h"

#include <algorithm>
#include <cctype>

namespace whyrst {

namespace {

constexpr int secondsDigits = 6;

std::string sinceStart(const Connection& connection, Timestamp time)
{
    return plainSeconds(time - connection.firstTime, secondsDigits);
}

std::string lowered(std::string text)
{
    if (!text.empty())
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

std::string framesText(const Episode& episode)
{
    const std::string first = "#" + std::to_string(episode.first.value);
    return episode.last == episode.first ? first : first + "-#" + std::to_string(episode.last.value);
}

} // namespace

std::string timeShareText(const TimeShare& share)
{
    std::string text;
    const auto parts = share.perMille();
    for (size_t index = 0; index < limitCount; ++index) {
        const auto limit = static_cast<Limit>(index);
        if (share.of(limit) > Duration())
            text += (text.empty() ? "" : ", ") + lowered(limitTitle(limit)) + " " + perMilleText(parts[index]);
    }
    return text;
}

std::string episodesText(const Connection& connection, const Findings& findings, const Vantage& vantage)
{
    constexpr size_t indent = 6;
    std::string text = "\nEpisodes of connection " + std::to_string(connection.id.value) + ": "
        + toString(connection.client) + " -> " + toString(connection.server) + "\n";
    const std::string share = timeShareText(findings.share);
    if (!share.empty())
        text += "  " + wrapped("time: " + share + ". " + timeShareCaveat(vantage), indent) + "\n";
    if (findings.episodes.empty())
        return text + "  nothing to report\n";
    int number = 0;
    for (const Episode& episode : findings.episodes) {
        const std::string direction = episodeDirection(episode);
        text += "  " + std::to_string(++number) + ". " + sinceStart(connection, episode.begin) + "  "
            + humanDuration(episode.duration()) + "  " + episodeTitle(episode.kind)
            + (direction.empty() ? "" : "  " + direction) + "  " + framesText(episode) + ", "
            + counted(episode.packets, "packet") + "\n";
        text += std::string(indent, ' ') + wrapped(episodeWords(episode), indent) + "\n";
    }
    return text;
}

std::string episodesAsTabs(const Connection& connection, const std::vector<Episode>& episodes)
{
    std::string text
        = "number\tkind\tdirection\ttime\tduration\tpackets\tfirst frame\tlast frame\tend frame\tended\twords\n";
    int number = 0;
    for (const Episode& episode : episodes) {
        const auto field = [&text](const std::string& value) { text += value + '\t'; };
        field(std::to_string(++number));
        field(episodeTitle(episode.kind));
        field(episodeDirection(episode));
        field(sinceStart(connection, episode.begin));
        field(plainSeconds(episode.duration(), secondsDigits));
        field(std::to_string(episode.packets));
        field(std::to_string(episode.first.value));
        field(std::to_string(episode.last.value));
        field(episode.endFrame == PacketNumber() ? "" : std::to_string(episode.endFrame.value));
        field(episodeEndName(episode.ended));
        text += episodeWords(episode) + '\n';
    }
    return text;
}

} // namespace whyrst
