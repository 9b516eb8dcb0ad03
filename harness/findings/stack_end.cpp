#include "harness/findings/stack_end.h"

#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <thread>

#include "harness/findings/frame_origin.h"

namespace heapstorm {
namespace {

using PlacesByModule = std::map<std::string, std::set<std::uint64_t>>;

void add_place(void* address, PlacesByModule& places) {
  Dl_info info{};
  if (::dladdr(address, &info) == 0 || info.dli_fname == nullptr) return;
  if (origin_of({"", "", 0, info.dli_fname, 0}) != FrameOrigin::runtime) return;
  places[info.dli_fname].insert(reinterpret_cast<std::uintptr_t>(address) -
                                reinterpret_cast<std::uintptr_t>(info.dli_fbase));
}

void add_own_stack(PlacesByModule& places) {
  std::array<void*, 64> addresses{};
  const int count = ::backtrace(addresses.data(), static_cast<int>(addresses.size()));
  for (int i = 0; i < count; ++i) add_place(addresses[static_cast<std::size_t>(i)], places);
}

// Of a thread, and of the program if this is its first thread.
PlacesByModule start_places() {
  PlacesByModule places;
  std::thread([&places] { add_own_stack(places); }).join();
  add_own_stack(places);
  return places;
}

bool is_start(const Frame& frame) {
  static constexpr std::string_view names[] = {"main",
                                               "_start",
                                               "__libc_start_main",
                                               "__libc_start_main_impl",
                                               "__libc_start_call_main",
                                               "start_thread",
                                               "clone",
                                               "clone3",
                                               "__clone",
                                               "__clone3",
                                               "thread_start",
                                               "execute_native_thread_routine",
                                               "asan_thread_start",
                                               "__tsan_thread_start_func"};
  if (frame.function == "(below main)") return true;
  std::string_view name = qualified_name(frame.function);
  name = name.substr(0, name.find('@'));  // "clone@@GLIBC_2.2.5"
  if (std::find(std::begin(names), std::end(names), name) != std::end(names)) return true;
  return name.starts_with("std::thread::_State_impl<") && name.ends_with("::_M_run");
}

// The host, and what it calls in a plugin: the loop of a worker.
bool is_hosts(const Frame& frame) {
  const std::string_view name = qualified_name(frame.function);
  return name.starts_with("heapstorm::host::") || name.starts_with("heapstorm::target::WorkerLoop::") ||
         (name.starts_with("heapstorm::target::") && name.ends_with("::worker_run"));
}

std::size_t physical_frames(const std::vector<Frame>& stack) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    const bool inlined = i > 0 && stack[i].offset != 0 && stack[i].offset == stack[i - 1].offset;
    if (!inlined) ++count;
  }
  return count;
}

}  // namespace

StartPlace is_start_place(const std::string& module, std::uint64_t offset) {
  static const PlacesByModule places = start_places();
  const auto found = places.find(module);
  if (found == places.end()) return StartPlace::unknown;
  return found->second.contains(offset) ? StartPlace::yes : StartPlace::no;
}

StackEnd end_of_logged_stack(const std::vector<Frame>& stack, std::size_t max_frames) {
  if (stack.empty() || std::any_of(stack.begin(), stack.end(), is_start)) return StackEnd::whole;
  if (physical_frames(stack) >= max_frames) return StackEnd::left_out;
  const Frame& outermost = stack.back();
  const bool in_runtime = origin_of(outermost) == FrameOrigin::runtime && outermost.function.empty();
  return in_runtime ? StackEnd::whole : StackEnd::lost;
}

StackEnd end_of_walked_stack(const std::vector<Frame>& stack, std::size_t walked_frames, std::size_t max_frames) {
  if (std::any_of(stack.begin(), stack.end(), is_hosts)) return StackEnd::whole;
  const StackEnd end = end_of_logged_stack(stack, stack.size() + 1);
  if (end != StackEnd::whole && walked_frames >= max_frames) return StackEnd::left_out;
  if (end == StackEnd::lost || stack.empty() || !stack.back().function.empty()) return end;
  if (std::any_of(stack.begin(), stack.end(), is_start)) return StackEnd::whole;
  return is_start_place(stack.back().module, stack.back().offset) == StartPlace::no ? StackEnd::lost : StackEnd::whole;
}

const char* stack_end_text(StackEnd end) {
  switch (end) {
    case StackEnd::left_out:
      return "stack incomplete: the outermost frames are left out";
    case StackEnd::lost:
      return "stack incomplete: it could not be followed further";
    case StackEnd::whole:
      break;
  }
  return "";
}

}  // namespace heapstorm
