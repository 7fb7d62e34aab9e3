// A file that breaks the layers on purpose: the test must tell of each line.
#include "app/window.h"

#include <QObject>
