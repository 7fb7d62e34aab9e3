// Takes the addresses out of pictures that are shown to others.
#pragma once

#include "model/export/address_mask.h"
#include "views/charts/chart_image.h"

#include <QString>

namespace whyrst {

/// `text` with names instead of addresses.
QString masked(AddressMask& mask, const QString& text);

/// Every text of a chart that stands in a picture: title, legend, axis, marks, notes.
void maskAddresses(AddressMask& mask, ChartData& chart);

/// Every text of the picture, of its charts, and thus of what the PNG says about itself.
void maskAddresses(AddressMask& mask, ChartImageRequest& request);

} // namespace whyrst
