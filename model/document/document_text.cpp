#include "model/document/document_text.h"

#include <QCoreApplication>
#include <QLocale>

namespace whyrst {
namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("DocumentText", text);
}

/// "server 10.0.0.2:443"
QString sideText(const Connection& connection, Side side)
{
    const QString name = side == Side::Client ? translated("client") : translated("server");
    return QStringLiteral("%1 %2").arg(name, toQString(toString(connection.endpoint(side))));
}

QString otherSideWord(Side side)
{
    return side == Side::Client ? translated("the server") : translated("the client");
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
        return translated("handshake");
    case Opened::Midstream:
        return translated("joined midway");
    case Opened::Unanswered:
        return translated("never answered");
    case Opened::Refused:
        return translated("refused");
    }
    return {};
}

QString endedWords(Ended ended)
{
    switch (ended) {
    case Ended::Fin:
        return translated("closed (FIN)");
    case Ended::Reset:
        return translated("reset");
    case Ended::Open:
        return translated("still open");
    case Ended::SilentDeath:
        return translated("silent death");
    }
    return {};
}

QString harmWords(Harm harm)
{
    switch (harm) {
    case Harm::None:
        return translated("harmless");
    case Harm::Unknown:
        return translated("harm unclear");
    case Harm::ConnectFailed:
        return translated("could not connect");
    case Harm::DataLost:
        return translated("data lost");
    }
    return {};
}

QString confidenceWords(const std::optional<Confidence>& confidence)
{
    if (!confidence)
        return translated("not known");
    switch (*confidence) {
    case Confidence::Possible:
        return translated("possible");
    case Confidence::Likely:
        return translated("likely");
    case Confidence::Certain:
        return translated("certain");
    }
    return {};
}

QString whoWords(const Connection& connection, const Headline& headline)
{
    if (headline.frame.value == 0)
        return translated("ended without a reset");
    return translated("%1 reset %2").arg(sideText(connection, headline.from), otherSideWord(headline.from));
}

QString whoWords(const Connection& connection, const Diagnosis& diagnosis)
{
    if (diagnosis.isDeath())
        return translated("No reset was captured: the connection ended without one.");
    const QString side = sideText(connection, diagnosis.from);
    switch (diagnosis.sender) {
    case ResetSender::Endpoint:
        return translated("Sent by the %1 itself.").arg(side);
    case ResetSender::Middlebox:
        return translated("Sent by a box on the path in the name of the %1.").arg(side);
    case ResetSender::Unknown:
        break;
    }
    return translated("Sent in the name of the %1; whether by that host itself cannot be seen here.").arg(side);
}

QString bytesText(uint64_t bytes)
{
    return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), bytes < 1000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString frameText(PacketNumber frame)
{
    return frame.value == 0 ? translated("no RST") : QStringLiteral("#%1").arg(frame.value);
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
        return translated("Only one direction of the connection was captured.");
    case Missing::StartedLate:
        return translated("The capture started after the connection did.");
    case Missing::CaptureDropsNearRst:
        return translated("The capture itself dropped packets near the reset.");
    case Missing::RstFormOff:
        return translated("The reset has a form that no known TCP sends here.");
    case Missing::TriggerNotCaptured:
        return translated("The packet that provoked the reset was not captured.");
    case Missing::SnaplenShort:
        return translated("Packets were cut too short when they were captured.");
    case Missing::ClockStep:
        return translated("The capturing machine's clock jumped during the connection.");
    case Missing::Contradiction:
        return translated("The packets contradict each other.");
    }
    return {};
}

} // namespace whyrst
