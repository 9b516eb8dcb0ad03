// Where the target was when it died of an access to memory: the address, the instruction and the thread, put into the
// black box. A parent learns the number of the signal and nothing else.
#pragma once

namespace heapstorm::host {

// From now on the first SIGSEGV or SIGBUS of an access is recorded, and the process then dies of it as it would have
// without. Does nothing in the asan and tsan flavours, whose sanitizers report such signals themselves.
void record_faults();

}  // namespace heapstorm::host
