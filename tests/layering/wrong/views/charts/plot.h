// A file that breaks the layers on purpose: the test must tell of each include.
#include "sibling.h"

#include <qcustomplot.h>
