#include "tests/score/truth.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace whyrst::score {

namespace {

constexpr const char* atServer = "server";

std::string text(const QJsonValue& value)
{
    return value.toString().toStdString();
}

std::string keyOf(const QJsonObject& endpoints)
{
    return endpointsKey(text(endpoints["client"]), text(endpoints["server"]));
}

constexpr const char* middlebox = "middlebox";

std::vector<TrueReset> readResets(const QJsonObject& connection)
{
    std::vector<TrueReset> resets;
    for (const QJsonValue& value : connection["rsts"].toArray()) {
        const QJsonObject object = value.toObject();
        TrueReset reset;
        reset.isOfBox = text(object["sender"]) == middlebox;
        const QJsonObject frames = object["frames"].toObject();
        for (auto entry = frames.begin(); entry != frames.end(); ++entry)
            reset.frames[entry.key().toStdString()] = static_cast<uint32_t>(entry.value().toInt());
        resets.push_back(std::move(reset));
    }
    return resets;
}

/// First frame of the segment that got stuck, by capture.
std::map<std::string, uint32_t> readFirstSend(const QJsonObject& evidence)
{
    std::map<std::string, uint32_t> frames;
    for (auto entry = evidence.begin(); entry != evidence.end(); ++entry) {
        const QJsonArray carrying = entry.value().toObject()["frames_carrying_it"].toArray();
        if (!carrying.isEmpty())
            frames[entry.key().toStdString()] = static_cast<uint32_t>(carrying.first().toInt());
    }
    return frames;
}

TrueConnection readConnection(const QJsonObject& object, const std::map<std::string, std::string>& captures)
{
    TrueConnection connection;
    if (object["cause"].isString())
        connection.cause = text(object["cause"]);
    for (const auto& [capture, file] : captures)
        connection.endpoints[capture] = keyOf(object);
    if (object.contains("as_seen_at_server"))
        connection.endpoints[atServer] = keyOf(object["as_seen_at_server"].toObject());
    const QJsonObject accept = object["accept"].toObject();
    for (auto entry = accept.begin(); entry != accept.end(); ++entry) {
        for (const QJsonValue& answer : entry.value().toArray())
            connection.accept[entry.key().toStdString()].push_back(text(answer));
    }
    const QJsonObject counts = object["counts"].toObject();
    for (auto entry = counts.begin(); entry != counts.end(); ++entry) {
        const QJsonObject frames = entry.value().toObject();
        if (frames.contains("first_frame") && frames.contains("last_frame"))
            connection.frames[entry.key().toStdString()] = {static_cast<uint32_t>(frames["first_frame"].toInt()),
                static_cast<uint32_t>(frames["last_frame"].toInt())};
    }
    connection.resets = readResets(object);
    connection.firstSend = readFirstSend(object["evidence"].toObject());
    return connection;
}

/// RSTs that a host sent, by the frames of a capture alone.
void addSentResets(TrueRun& run, const QJsonObject& connection)
{
    for (const QJsonValue& value : connection["rsts"].toArray()) {
        const QJsonObject reset = value.toObject();
        if (text(reset["sender"]) == middlebox)
            continue;
        const QJsonObject frames = reset["frames"].toObject();
        const auto frame = [&](const char* capture) { return static_cast<uint32_t>(frames[capture].toInt()); };
        run.sentResets.emplace(frame("client"), 0);
        run.sentResets.emplace(0, frame("server"));
    }
}

std::optional<TrueClock> readClock(const QJsonObject& clocks)
{
    if (!clocks.contains("server_minus_client_us"))
        return std::nullopt;
    return TrueClock{clocks["server_minus_client_us"].toDouble(), clocks["at_client_time"].toString().toDouble(),
        clocks["drift_ppm"].toDouble()};
}

std::optional<TrueRun> readRun(const QDir& folder)
{
    QFile file(folder.filePath("truth.json"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject truth = QJsonDocument::fromJson(file.readAll()).object();
    if (!truth.contains("connections"))
        return std::nullopt;
    TrueRun run;
    run.name = text(truth["run"]);
    run.isControl = text(truth["scenario"]).starts_with("control/");
    const QJsonObject captures = truth["captures"].toObject();
    for (auto entry = captures.begin(); entry != captures.end(); ++entry)
        run.captures[entry.key().toStdString()]
            = folder.filePath(entry.value().toObject()["file"].toString()).toStdString();
    for (const QJsonValue& connection : truth["connections"].toArray()) {
        run.connections.push_back(readConnection(connection.toObject(), run.captures));
        addSentResets(run, connection.toObject());
    }
    run.pairsFile = folder.filePath("pairs.csv").toStdString();
    run.clock = readClock(truth["clocks"].toObject());
    run.hasCaptureGaps = run.name.find("capture-gaps") != std::string::npos;
    return run;
}

} // namespace

std::string endpointsKey(const std::string& first, const std::string& second)
{
    return first < second ? first + " " + second : second + " " + first;
}

std::vector<TrueRun> readRuns(const std::string& folder, std::vector<std::string>& problems)
{
    std::vector<TrueRun> runs;
    const QDir root(QString::fromStdString(folder));
    for (const QString& name : root.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QDir run(root.filePath(name));
        if (!run.exists("truth.json"))
            continue;
        if (std::optional<TrueRun> read = readRun(run))
            runs.push_back(std::move(*read));
        else
            problems.push_back(name.toStdString() + ": truth.json cannot be read");
    }
    return runs;
}

} // namespace whyrst::score
