#include "model/document/document_text.h"

#include "model/analysis/analysis.h"
#include "model/number_text.h"

#include <QCoreApplication>
#include <QLocale>

namespace whyrst {
namespace {

class DocumentText
{
    Q_DECLARE_TR_FUNCTIONS(DocumentText)
};

/// "server 10.0.0.2:443"
QString sideText(const Connection& connection, Side side)
{
    const QString name = side == Side::Client ? DocumentText::tr("client") : DocumentText::tr("server");
    return QStringLiteral("%1 %2").arg(name, toQString(toString(connection.endpoint(side))));
}

} // namespace

QString toQString(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString toQString(const char* text)
{
    return QString::fromUtf8(text);
}

QString countText(uint64_t count)
{
    return toQString(groupedDigits(static_cast<int64_t>(count)));
}

QString toolTipText(const QString& plain)
{
    return QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>").arg(plain.toHtmlEscaped());
}

QString endpointsText(const Connection& connection)
{
    return toQString(toString(connection.client)) + QStringLiteral(" \u2192 ") + toQString(toString(connection.server));
}

QString openedWords(Opened opened)
{
    switch (opened) {
    case Opened::Handshake:
        return DocumentText::tr("handshake");
    case Opened::Midstream:
        return DocumentText::tr("joined midway");
    case Opened::Unanswered:
        return DocumentText::tr("never answered");
    case Opened::Refused:
        return DocumentText::tr("refused");
    }
    return {};
}

QString endedWords(Ended ended)
{
    switch (ended) {
    case Ended::Fin:
        return DocumentText::tr("closed (FIN)");
    case Ended::Reset:
        return DocumentText::tr("reset");
    case Ended::Open:
        return DocumentText::tr("still open");
    case Ended::SilentDeath:
        return DocumentText::tr("silent death");
    }
    return {};
}

QString harmWords(Harm harm)
{
    switch (harm) {
    case Harm::None:
        return DocumentText::tr("harmless");
    case Harm::Unknown:
        return DocumentText::tr("harm unclear");
    case Harm::ConnectFailed:
        return DocumentText::tr("could not connect");
    case Harm::DataLost:
        return DocumentText::tr("data lost");
    }
    return {};
}

QString confidenceWords(const std::optional<Confidence>& confidence)
{
    if (!confidence)
        return DocumentText::tr("not known");
    switch (*confidence) {
    case Confidence::Possible:
        return DocumentText::tr("possible");
    case Confidence::Likely:
        return DocumentText::tr("likely");
    case Confidence::Certain:
        return DocumentText::tr("certain");
    }
    return {};
}

namespace {

QString senderWords(ResetSender sender, const QString& side)
{
    switch (sender) {
    case ResetSender::Endpoint:
        return DocumentText::tr("Sent by the %1 itself.").arg(side);
    case ResetSender::Middlebox:
        return DocumentText::tr("Sent by a box on the path in the name of the %1.").arg(side);
    case ResetSender::Unknown:
        break;
    }
    return DocumentText::tr("Sent in the name of the %1; whether by that host itself cannot be seen here.").arg(side);
}

/// What the other side did with it, and why: " Exact number, accepted."
QString numberWords(const Diagnosis& diagnosis)
{
    if (diagnosis.number == NumberPlace::Unknown)
        return {};
    QString place = toQString(numberPlaceWords(diagnosis.number));
    place.replace(0, 1, place.at(0).toUpper());
    const QString effect = diagnosis.effect == ResetEffect::Unknown ? DocumentText::tr("effect not known")
                                                                    : toQString(effectName(diagnosis.effect));
    return QStringLiteral(" %1, %2.").arg(place, effect);
}

} // namespace

QString whoWords(const Connection& connection, const Headline& headline)
{
    if (headline.frame.value == 0)
        return DocumentText::tr("ended without a reset");
    return DocumentText::tr("RST from %1").arg(sideText(connection, headline.from));
}

QString whoWords(const Connection& connection, const Diagnosis& diagnosis)
{
    if (diagnosis.isDeath())
        return DocumentText::tr("No reset was captured: the connection ended without one.");
    return senderWords(diagnosis.sender, sideText(connection, diagnosis.from)) + numberWords(diagnosis);
}

std::optional<ConnectionDiagnosis> diagnosisOnDemand(const OpenTrace& open, ConnectionId id)
{
    constexpr uint32_t mostPackets = 500'000; // about a tenth of a second
    const Connection& connection = open.trace->connection(id);
    if (!open.summary(id) || !open.diagnosis->context || connection.packetCount() > mostPackets)
        return std::nullopt;
    return diagnoseConnection(*open.diagnosis->context, connection, analyzeConnection(connection));
}

QString summaryText(const OpenTrace& open, ConnectionId id)
{
    if (!open.headline(id))
        return {};
    const std::optional<ConnectionDiagnosis> diagnosis = diagnosisOnDemand(open, id);
    return diagnosis && diagnosis->primary() ? toQString(diagnosis->primary()->summary) : QString();
}

QString bytesText(uint64_t bytes)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), bytes < 1000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString frameText(PacketNumber frame)
{
    return frame.value == 0 ? DocumentText::tr("no RST") : QStringLiteral("#%1").arg(frame.value);
}

QString sinceText(Timestamp time, Timestamp origin)
{
    constexpr int microseconds = 6;
    return toQString(plainSeconds(time - origin, microseconds));
}

QString durationText(Duration duration)
{
    return toQString(humanDuration(duration));
}

QString missingWords(Missing missing)
{
    switch (missing) {
    case Missing::OneDirectionOnly:
        return DocumentText::tr("Only one direction of the connection was captured.");
    case Missing::StartedLate:
        return DocumentText::tr("The capture started after the connection did.");
    case Missing::CaptureDropsNearRst:
        return DocumentText::tr("The capture itself lost packets, which lowers the confidence: what seems lost "
                                "on the way may only be missing here.");
    case Missing::RstFormOff:
        return DocumentText::tr("The reset has a form that no known TCP sends here.");
    case Missing::TriggerNotCaptured:
        return DocumentText::tr("The packet that provoked the reset was not captured.");
    case Missing::SnaplenShort:
        return DocumentText::tr("Packets were cut too short when they were captured.");
    case Missing::ClockStep:
        return DocumentText::tr("The capturing machine's clock jumped during the connection.");
    case Missing::Contradiction:
        return DocumentText::tr("The packets contradict each other.");
    }
    return {};
}

} // namespace whyrst
