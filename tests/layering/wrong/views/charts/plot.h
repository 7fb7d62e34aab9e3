// A file that breaks the layers on purpose: the test must tell of each line.
#include "sibling.h"

#include <qcustomplot.h>

class Plot
{
};
