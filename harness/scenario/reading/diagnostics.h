// The mistakes of one file, collected so that a user sees all of them in one go. Internal to harness/scenario.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "harness/scenario/reading/json_document.h"

namespace heapstorm::scenario {

class Diagnostics {
 public:
  // `places` must outlive this.
  Diagnostics(std::string file, const Places& places) : file_(std::move(file)), places_(places) {}

  // A mistake in the value at `pointer`, or (`add_at_key`) in the key that it stands under.
  void add(const std::string& pointer, const std::string& message);
  void add_at_key(const std::string& pointer, const std::string& message);
  void add_at_line(std::size_t line, const std::string& pointer, const std::string& message);

  bool empty() const { return mistakes_.empty(); }
  // One mistake a line, in the file's order; those of `--set` come last. Control characters in what they quote are
  // escaped, so that no value can end its line.
  std::string text() const;

 private:
  void add_from_override(const std::string& origin, const std::string& pointer, const std::string& message);
  void keep(std::size_t line, const std::string& mistake);

  std::string file_;
  const Places& places_;
  std::multimap<std::size_t, std::string> mistakes_;  // by line; equal lines keep the order of their arrival
};

}  // namespace heapstorm::scenario
