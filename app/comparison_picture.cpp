#include "app/comparison_picture.h"

#include "views/charts/chart_image.h"
#include "views/compare/comparison_image.h"

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
    request.hasDelay = picture.hasDelay;
    if (picture.finding && !showFinding(request, *picture.finding))
        return notFound(*first, "finding " + std::to_string(*picture.finding) + " beside the other capture");
    if (picture.masksAddresses)
        maskAddresses(request);
    return writePicture(encodePng(renderComparisonImage(request), request.scale), file);
}

} // namespace whyrst
