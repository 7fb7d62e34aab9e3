#include "model/tcp/trace.h"

namespace whyrst {

const Connection* findConnection(const Trace& trace, PacketNumber frame)
{
    LocatedSegment located;
    for (const Connection& connection : trace.connections) {
        if (frame < connection.firstFrame || connection.lastFrame < frame)
            continue;
        if (findSegment(connection, frame, located))
            return &connection;
    }
    return nullptr;
}

} // namespace whyrst
