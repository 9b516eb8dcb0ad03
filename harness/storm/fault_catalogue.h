// What other parts may know of the faults of this folder.
#pragma once

#include "harness/scenario/session_faults.h"

namespace heapstorm {

// What the server sees.
const char* wire_of(CloseKind kind);
const char* wire_of(ProtocolFault fault);

// Whether the client looks what the server makes of it. It does for every protocol fault.
bool is_answered(CloseKind kind);

}  // namespace heapstorm
