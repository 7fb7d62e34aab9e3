#include "model/charts/chart_marks.h"
#include "views/charts/chart_image.h"

#include <QFileInfo>

namespace whyrst {

namespace {

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QString fileName(const Trace& trace)
{
    const QString file = text(trace.capture.file);
    return file == QStringLiteral("-") ? QStringLiteral("standard input") : QFileInfo(file).fileName();
}

QString endpointsLine(const ChartRequest& request)
{
    const Connection& connection = request.connection;
    const QString assumed = connection.clientAssumed() ? QStringLiteral(", sides assumed") : QString();
    return QStringLiteral("%1    client %2 <-> server %3%4")
        .arg(fileName(request.trace), text(toString(connection.client)), text(toString(connection.server)), assumed);
}

QString detailsLine(const ChartRequest& request)
{
    const Connection& connection = request.connection;
    return QStringLiteral(
        "Data of the %1, acknowledged by the %2.  Connection %3, first packet #%4 at %5 UTC, lasts %6.")
        .arg(text(sideName(request.direction)), text(sideName(otherSide(request.direction))))
        .arg(connection.id.value)
        .arg(connection.firstFrame.value)
        .arg(text(utcDateTime(connection.firstTime)), text(humanDuration(connection.lastTime - connection.firstTime)));
}

QString headingFor(const Diagnosis& diagnosis)
{
    const QString what = diagnosis.isDeath()
        ? QStringLiteral("Ended without RST")
        : QStringLiteral("RST of the %1 in #%2").arg(text(sideName(diagnosis.from))).arg(diagnosis.frame.value);
    const QString sure
        = diagnosis.confidence ? QStringLiteral(" (%1)").arg(text(confidenceName(*diagnosis.confidence))) : QString();
    return what + QStringLiteral(": ") + text(causeTitle(diagnosis.cause)) + sure;
}

} // namespace

ChartImageRequest describeChartImage(const ChartRequest& request, std::span<const ChartKind* const> kinds)
{
    ChartImageRequest image;
    image.title = {endpointsLine(request), detailsLine(request)};
    for (const ChartKind* kind : kinds)
        image.charts.push_back(kind->build(request));
    image.span = storySpan(request.connection, request.diagnosis);
    if (!request.diagnosis) {
        image.heading = QStringLiteral("Nothing to explain: this connection was neither reset nor did it fall silent");
        return image;
    }
    image.heading = headingFor(*request.diagnosis);
    image.summary = text(request.diagnosis->summary);
    image.steps = buildMarks(request, [](const EvidenceStep&) { return 0.0; });
    return image;
}

} // namespace whyrst
