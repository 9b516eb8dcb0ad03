// How an error is told: on stderr, with nothing in it that could drive a terminal. Returns the exit code it leads to.
#pragma once

#include "harness/base/result.h"

namespace heapstorm::cli {

// One line; a line end in it is escaped too.
int refuse(const Error& error);

// A line for each mistake. What they quote was escaped where they were worded, so that all line ends are ours.
int refuse_each(const Error& error);

// The same for mistakes in scenarios, which begin with the file and are printed as they are, for editors.
int refuse_scenarios(const Error& error);

}  // namespace heapstorm::cli
