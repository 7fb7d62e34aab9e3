#include "views/charts/picture_mask.h"

namespace whyrst {

namespace {

void maskText(AddressMask& mask, std::string& text)
{
    text = mask.masked(text);
}

void maskMark(AddressMask& mask, ChartMark& mark)
{
    maskText(mask, mark.label);
    maskText(mask, mark.text);
}

} // namespace

QString masked(AddressMask& mask, const QString& text)
{
    return QString::fromStdString(mask.masked(text.toStdString()));
}

void maskAddresses(AddressMask& mask, ChartData& chart)
{
    for (std::string* text : {&chart.title, &chart.description, &chart.axis.label, &chart.emptyText})
        maskText(mask, *text);
    for (Series& series : chart.series)
        maskText(mask, series.name);
    for (ChartMark& mark : chart.marks)
        maskMark(mask, mark);
    for (ChartNote& note : chart.notes) {
        maskText(mask, note.label);
        maskText(mask, note.text);
    }
}

void maskAddresses(AddressMask& mask, ChartImageRequest& request)
{
    for (QString& line : request.title)
        line = masked(mask, line);
    request.heading = masked(mask, request.heading);
    request.summary = masked(mask, request.summary);
    for (ChartMark& step : request.steps)
        maskMark(mask, step);
    for (ChartData& chart : request.charts)
        maskAddresses(mask, chart);
}

} // namespace whyrst
