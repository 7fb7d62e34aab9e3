#include "views/charts/chart_stack.h"
