#include "harness/findings/black_box/box_stacks.h"

#include <fmt/core.h>

#include <algorithm>

#include "harness/findings/frame_origin.h"
#include "harness/findings/stack_end.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_frames = 64;  // of one stack after inlined functions were expanded

// The latest module at that address: an earlier one there was unloaded.
CodePlace place_of(std::uint64_t address, const std::vector<ModuleInfo>& modules) {
  const auto found = std::find_if(modules.rbegin(), modules.rend(), [address](const ModuleInfo& module) {
    return module.begin < address && address <= module.end;  // a return address may lie just behind the last call
  });
  if (found == modules.rend()) return {"", address, true};
  return {found->path, address - found->load_bias, true};
}

void cut_heap_frames(std::vector<Frame>& frames) {
  const auto first = std::find_if_not(frames.begin(), frames.end(), is_heap_frame);
  if (first != frames.end()) frames.erase(frames.begin(), first);
}

}  // namespace

bool is_heap_frame(const Frame& frame) {
  return frame.function.starts_with("heapstorm_") || frame.file.starts_with("harness/heap/");
}

std::vector<CodePlace> BoxStacks::places(std::uint32_t stack) const {
  std::vector<CodePlace> places;
  for (const std::uint64_t address : box_.stack(stack).value_or(std::vector<std::uint64_t>())) {
    places.push_back(place_of(address, modules_));
  }
  return places;
}

// A detector's own variables refer to what it is just looking at.
std::string BoxStacks::variable_at(std::uint64_t address) {
  const CodePlace place = place_of(address, modules_);
  const auto variable = place.module.empty() ? std::nullopt : symbolizer_.variable(place.module, place.offset);
  return variable && is_users_variable(variable->name, place.module) ? variable->name : "";
}

std::string BoxStacks::describe_address(std::uint64_t address) {
  const CodePlace place = place_of(address, modules_);
  if (place.module.empty()) return "";
  if (const auto variable = symbolizer_.variable(place.module, place.offset))
    return variable->offset == 0 ? variable->name : fmt::format("{} (+ {})", variable->name, variable->offset);
  const Frame code = symbolizer_.frames({place.module, place.offset, false}).back();
  if (!code.function.empty()) return "the code of " + code.function;
  return fmt::format("{}+{:#x}", base_name(place.module), place.offset);
}

void BoxStacks::prepare(const std::vector<std::uint32_t>& stacks) {
  std::vector<CodePlace> all;
  for (const std::uint32_t stack : stacks) {
    const std::vector<CodePlace> some = places(stack);
    all.insert(all.end(), some.begin(), some.end());
  }
  symbolizer_.prepare(all);
}

std::vector<Frame> BoxStacks::frames(std::uint32_t stack, StackEnd& end) {
  std::vector<Frame> frames;
  const std::vector<CodePlace> walked = places(stack);
  for (const CodePlace& place : walked) {
    const std::vector<Frame> expanded = symbolizer_.frames(place);
    frames.insert(frames.end(), expanded.begin(), expanded.end());
  }
  end = end_of_walked_stack(frames, walked.size(), HEAPSTORM_STACK_FRAMES);
  if (frames.size() > max_frames) frames.resize(max_frames);
  cut_heap_frames(frames);
  return frames;
}

}  // namespace heapstorm
