// A file that breaks the layers on purpose: the test must tell of each line.
#include "sibling.h"

#include <qcustomplot.h>

class Plot
{
};

enum class Known : uint8_t; // not defined here: may be

struct Axis
{
};
