#include "app/comparison_picture.h"

#include "views/charts/chart_image.h"
#include "views/compare/comparison_image.h"

namespace whyrst {

Result<qint64> writeComparisonPicture(const std::shared_ptr<const Trace>& first,
    const std::shared_ptr<const Trace>& second, const std::shared_ptr<const Comparison>& comparison,
    const ComparisonPicture& picture, const QString& file)
{
    const size_t pair = picture.pair.value_or(worstPair(*comparison));
    if (pair >= comparison->pairs.size()) {
        Error error;
        error.code = ErrorCode::NotFound;
        error.file = first->capture.file;
        error.detail = "the captures have no such connection in common";
        return error;
    }
    const OpenComparison open{{first, second}, comparison};
    ComparisonImageRequest request = describeComparisonImage(std::make_shared<const PairDetails>(open, pair));
    request.size = picture.size;
    request.scale = picture.scale;
    request.theme = picture.theme;
    request.hasDelay = picture.hasDelay;
    if (picture.masksAddresses)
        maskAddresses(request);
    return writePicture(encodePng(renderComparisonImage(request), request.scale), file);
}

} // namespace whyrst
