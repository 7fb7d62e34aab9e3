#include "model/document/saved_view.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace whyrst {
namespace {

constexpr int version = 1;
constexpr qint64 fingerprintBytes = 1 << 20; // the first packets tell captures apart; all of a large file takes seconds
constexpr int greatestScale = 14;            // RFC 7323 2.3
const QString versionKey = QStringLiteral("whyrst_view");

const std::array vantageWords{QStringLiteral("client"), QStringLiteral("server"), QStringLiteral("middle")};

QString sideWord(Side side)
{
    return vantageWords[sideIndex(side)];
}

std::optional<Side> sideOf(const QJsonValue& value)
{
    for (const Side side : {Side::Client, Side::Server}) {
        if (value.toString() == sideWord(side))
            return side;
    }
    return std::nullopt;
}

/// A whole number from 0 to `most`. Beyond 2^53 JSON is not exact; that is 104 days of nanoseconds.
std::optional<qint64> numberOf(const QJsonValue& value, qint64 most)
{
    constexpr qint64 none = -1;
    const qint64 number = value.toInteger(none);
    return number >= 0 && number <= most ? std::optional(number) : std::nullopt;
}

QJsonObject toJson(const LoadChoices& choices)
{
    QJsonObject object{{QStringLiteral("keep_duplicates"), choices.keepDuplicates}};
    if (choices.diagnosis.vantage)
        object[QStringLiteral("vantage")] = vantageWords[static_cast<size_t>(*choices.diagnosis.vantage)];
    QJsonArray swapped;
    for (const ConnectionId id : choices.swapped)
        swapped << static_cast<qint64>(id.value);
    object[QStringLiteral("swapped")] = swapped;
    QJsonArray scales;
    for (const GivenWindowScale& given : choices.windowScales)
        scales << QJsonObject{{QStringLiteral("connection"), static_cast<qint64>(given.connection.value)},
            {QStringLiteral("side"), sideWord(given.side)}, {QStringLiteral("scale"), given.scale}};
    object[QStringLiteral("window_scales")] = scales;
    return object;
}

LoadChoices choicesOf(const QJsonObject& object)
{
    LoadChoices choices;
    choices.keepDuplicates = object[QStringLiteral("keep_duplicates")].toBool();
    const QString vantage = object[QStringLiteral("vantage")].toString();
    for (size_t place = 0; place < vantageWords.size(); ++place) {
        if (vantage == vantageWords[place])
            choices.diagnosis.vantage = static_cast<VantagePlace>(place);
    }
    const QJsonArray swapped = object[QStringLiteral("swapped")].toArray();
    for (const QJsonValue value : swapped) {
        if (const auto id = numberOf(value, UINT32_MAX))
            choices.swapped.emplace_back(static_cast<uint32_t>(*id));
    }
    const QJsonArray scales = object[QStringLiteral("window_scales")].toArray();
    for (const QJsonValue value : scales) {
        const auto id = numberOf(value[QStringLiteral("connection")], UINT32_MAX);
        const auto side = sideOf(value[QStringLiteral("side")]);
        const auto scale = numberOf(value[QStringLiteral("scale")], greatestScale);
        if (id && side && scale)
            choices.windowScales.push_back(
                {ConnectionId(static_cast<uint32_t>(*id)), *side, static_cast<uint8_t>(*scale)});
    }
    return choices;
}

} // namespace

std::optional<SavedView::File> fingerprintOf(const QString& path)
{
    QFile file(path);
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray hash = QCryptographicHash::hash(file.read(fingerprintBytes), QCryptographicHash::Sha256);
    return SavedView::File{path, file.size(), hash.toHex()};
}

QByteArray toJson(const SavedView& view)
{
    QJsonArray files;
    for (const SavedView::File& file : view.files)
        files << QJsonObject{{QStringLiteral("path"), file.path}, {QStringLiteral("size"), file.size},
            {QStringLiteral("sha256_of_first_mib"), QString::fromLatin1(file.fingerprint)}};
    QJsonObject object{{versionKey, version}, {QStringLiteral("files"), files}, {QStringLiteral("filter"), view.filter},
        {QStringLiteral("choices"), toJson(view.choices)},
        {QStringLiteral("connection"), static_cast<qint64>(view.connection.value)},
        {QStringLiteral("packet"), static_cast<qint64>(view.packet.value)},
        {QStringLiteral("direction"), sideWord(view.direction)},
        {QStringLiteral("begin_ns"), static_cast<qint64>(view.begin.count())},
        {QStringLiteral("end_ns"), static_cast<qint64>(view.end.count())}};
    if (view.reset)
        object[QStringLiteral("reset")] = static_cast<qint64>(view.reset->value);
    return QJsonDocument(object).toJson();
}

std::optional<SavedView> viewFromJson(const QByteArray& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const auto connection = numberOf(object[QStringLiteral("connection")], UINT32_MAX);
    const auto packet = numberOf(object[QStringLiteral("packet")], UINT32_MAX);
    const auto direction = sideOf(object[QStringLiteral("direction")]);
    if (object[versionKey].toInt() != version || !connection || !packet || !direction)
        return std::nullopt;
    SavedView view;
    const QJsonArray files = object[QStringLiteral("files")].toArray();
    for (const QJsonValue value : files)
        view.files.push_back({value[QStringLiteral("path")].toString(), value[QStringLiteral("size")].toInteger(),
            value[QStringLiteral("sha256_of_first_mib")].toString().toLatin1()});
    if (view.files.empty())
        return std::nullopt;
    view.filter = object[QStringLiteral("filter")].toString();
    view.choices = choicesOf(object[QStringLiteral("choices")].toObject());
    view.connection = ConnectionId(static_cast<uint32_t>(*connection));
    view.packet = PacketNumber(static_cast<uint32_t>(*packet));
    view.direction = *direction;
    constexpr qint64 mostTime = qint64{1} << 53;
    view.begin = Duration(std::clamp(object[QStringLiteral("begin_ns")].toInteger(), -mostTime, mostTime));
    view.end = Duration(std::clamp(object[QStringLiteral("end_ns")].toInteger(), -mostTime, mostTime));
    if (const auto reset = numberOf(object[QStringLiteral("reset")], UINT32_MAX))
        view.reset = PacketNumber(static_cast<uint32_t>(*reset));
    return view;
}

bool isViewFile(const QString& path)
{
    return path.endsWith(QStringLiteral(".whyrst"), Qt::CaseInsensitive);
}

std::optional<QStringList> findCaptures(const SavedView& view, const QString& folder, QString& missing)
{
    QStringList found;
    for (const SavedView::File& file : view.files) {
        const QString name = QFileInfo(file.path).fileName();
        const qsizetype before = found.size();
        for (const QString& path : {QDir(folder).filePath(name), file.path}) {
            const std::optional<SavedView::File> now = found.size() == before ? fingerprintOf(path) : std::nullopt;
            if (now && now->size == file.size && now->fingerprint == file.fingerprint)
                found << path;
        }
        if (found.size() == before) {
            missing = name;
            return std::nullopt;
        }
    }
    return found;
}

} // namespace whyrst
