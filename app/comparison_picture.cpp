#include "app/comparison_picture.h"

#include "views/charts/chart_image.h"
#include "views/compare/comparison_image.h"

#include <QDateTime>

namespace whyrst {

namespace {

Error notFound(const Trace& trace, const std::string& what)
{
    Error error;
    error.code = ErrorCode::NotFound;
    error.file = trace.capture.file;
    error.detail = what;
    return error;
}

} // namespace

QDate dayOfMaking()
{
    bool isNumber = false;
    const qint64 seconds = qgetenv("SOURCE_DATE_EPOCH").toLongLong(&isNumber);
    return (isNumber ? QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC) : QDateTime::currentDateTimeUtc()).date();
}

Result<qint64> writeComparisonPicture(const std::shared_ptr<const Trace>& first,
    const std::shared_ptr<const Trace>& second, const std::shared_ptr<const Comparison>& comparison,
    const ComparisonPicture& picture, const QString& file)
{
    const size_t pair = picture.pair.value_or(worstPair(*comparison));
    if (pair >= comparison->pairs.size())
        return notFound(*first, "connection that the other capture has too");
    const OpenComparison open{{first, second}, comparison};
    ComparisonImageRequest request = describeComparisonImage(std::make_shared<const PairDetails>(open, pair));
    request.size = picture.size;
    request.scale = picture.scale;
    request.theme = picture.theme;
    if (!picture.title.isEmpty())
        request.title.prepend(picture.title);
    request.filter = picture.filter;
    request.made = picture.made;
    request.hasDelay = picture.hasDelay;
    if (picture.finding && !showFinding(request, *picture.finding))
        return notFound(*first, "finding " + std::to_string(*picture.finding) + " beside the other capture");
    if (picture.masksAddresses)
        maskAddresses(request);
    return writePicture(encodePng(renderComparisonImage(request), request.scale), file);
}

} // namespace whyrst
