// What the host does to its descriptors, so that they behave under a storm as the scenario says.
#pragma once

namespace heapstorm::host {

// A storm holds many connections open; the usual soft limit of 1,024 descriptors is a default, not a wish.
void raise_descriptor_limit();

// Fills the holes below the highest open descriptor of the first 1,024, for as long as the process lives. An accepted
// socket gets the lowest free number; after this, overlapping connections get consecutive numbers and so, with
// descriptor modulo workers, one worker after the other, whatever descriptors this process was started with. Call it
// before the first accept.
void fill_descriptor_gaps();

}  // namespace heapstorm::host
