#include "harness/runner/heap_fault_options.h"

#include <variant>

namespace heapstorm {
namespace {

constexpr std::uint32_t probability_one = 65536;  // the heap's

struct Words {
  std::vector<std::string>& words;

  void operator()(const AllocationFailure& failure) const {
    if (failure.nth > 0) add("--fail-nth", failure.nth);
    if (failure.one_in > 0) add("--fail-probability", probability_one / failure.one_in);
    if (!failure.tag.empty()) words.insert(words.end(), {"--fail-only-tag", failure.tag});
  }
  void operator()(const HeapDelay& delay) const {
    if (delay.one_in == 0) return;
    add("--delay-probability", probability_one / delay.one_in);
    add("--delay-us", delay.up_to_us);
  }
  void operator()(const HeapYield& yield) const {
    if (yield.one_in > 0) add("--yield-probability", probability_one / yield.one_in);
  }
  template <typename Elsewhere>
  void operator()(const Elsewhere&) const {}

 private:
  void add(const char* option, std::uint64_t value) const {
    words.insert(words.end(), {option, std::to_string(value)});
  }
};

}  // namespace

std::vector<std::string> heap_fault_options(const std::vector<Fault>& faults, std::uint64_t seed) {
  std::vector<std::string> words;
  for (const Fault& fault : faults) std::visit(Words{words}, fault);
  if (!words.empty()) words.insert(words.end(), {"--perturb-seed", std::to_string(seed)});
  return words;
}

}  // namespace heapstorm
