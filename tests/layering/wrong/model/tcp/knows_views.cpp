// A file that breaks the layers on purpose: the test must tell of each line.
#include "views/charts/chart_view.h"

#include <QString>
