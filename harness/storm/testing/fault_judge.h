// A strict server for the tests of protocol faults: it says of each connection which fault it met, and by which number,
// from nothing but the bytes and the TCP state; then it answers as a good server would.
#pragma once

#include <string>

#include "harness/storm/testing/server.h"

namespace heapstorm::test {

// One line for each connection: "<fault> <number>", or "none". The number is "?" where the wire does not show it.
// Answers: 400 to a spoilt opening, Close 1007 to what is no UTF-8, Close 1002 to any other bad frame.
void judge_faults(Peer& peer, Journal& journal);

bool is_utf8(const std::string& text);

}  // namespace heapstorm::test
