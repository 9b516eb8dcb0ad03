// In place of filter_process.cpp: a fuzzer that reads hostile module paths starts no process.
#include "harness/process/filter_process.h"

namespace heapstorm {

Result<FilterOutput> run_filter(const FilterCommand& command, const std::string&) {
  return Error::environment(command.program + ": not started by a fuzzer");
}

}  // namespace heapstorm
