// What the picture of a comparison says, before anything is drawn.
#pragma once

#include "views/compare/comparison_image.h"
#include "views/compare/ladder_painter.h"

#include <array>

namespace whyrst {

/// Texts and charts of the picture; without addresses when the request has a mask. The request must outlive it.
struct ComparisonContent
{
    ChartImageRequest words;         ///< title, heading, summary and steps
    std::array<ChartData, 2> charts; ///< by capture; the first one is of both when they are overlaid
    ChartData delay;
    std::array<QString, 2> captions; ///< of the ladder's lines
    std::vector<LadderMark> marks;   ///< on the ladder
    QString footer;
    QString description; ///< the answer in words, for the picture's text
    QString findings;    ///< one a line, for the picture's text
};

ComparisonContent describeContent(const ComparisonImageRequest& request);

} // namespace whyrst
