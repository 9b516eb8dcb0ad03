// Stacks of a black box, with names. Borrows the reader and the symbolizer.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/findings/black_box_reader.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {

class BoxStacks {
 public:
  BoxStacks(const BlackBoxReader& box, Symbolizer& symbolizer)
      : box_(box), symbolizer_(symbolizer), modules_(box.modules()) {}

  // Symbolises all these stacks in one go.
  void prepare(const std::vector<std::uint32_t>& stacks);
  // Innermost first, inlined functions expanded, the heap library's own frames cut off the top. Empty for a bad id.
  // `end`: how far the walk went.
  std::vector<Frame> frames(std::uint32_t stack, StackEnd& end);
  // The program's global or static variable at an address of the target; "" if none, or if it is the runtime's or ours.
  std::string variable_at(std::uint64_t address);
  // Where an address of the target lies: "arena (+ 96)", "the code of f", "server.so+0x1234"; "" in no module.
  std::string describe_address(std::uint64_t address);

 private:
  std::vector<CodePlace> places(std::uint32_t stack) const;

  const BlackBoxReader& box_;
  Symbolizer& symbolizer_;
  std::vector<ModuleInfo> modules_;
};

// True for a frame of the heap library itself, which says nothing about the target.
bool is_heap_frame(const Frame& frame);

}  // namespace heapstorm
