// A picture of a good connection against a bad one that explains itself.
#pragma once

#include "model/document/connection_contrast.h"
#include "views/charts/chart_image.h"

namespace whyrst {

/// Both charts of the data that `flow` sends under each other, up to the first divergence, with both connections above
/// and the marked differences below. The traces must outlive it.
ChartImageRequest describeContrastImage(const ConnectionContrast& contrast, Side flow);

/// The range of time that explains most: up to the end of the good connection and of the first divergence.
TimeSpan storySpan(const ConnectionContrast& contrast);

} // namespace whyrst
