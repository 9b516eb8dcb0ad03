#include "reports/text/black_box_text.h"

#include <fmt/format.h>

#include "harness/base/printable.h"

namespace heapstorm {
namespace {

constexpr std::size_t groups_shown = 40;

std::string name_or(const std::string& name, const char* otherwise) {
  return name.empty() ? otherwise : printable(name);
}

std::string totals(const LiveBlocks& live) {
  std::uint64_t count = 0, bytes = 0;
  for (const LiveBlockGroup& group : live.groups) {
    count += group.count;
    bytes += group.bytes;
  }
  return fmt::format("  live      {} block{} of {} bytes in all, by tag and owner{}\n", count, count == 1 ? "" : "s",
                     bytes, live.complete ? "" : ", as far as the time went");
}

std::string live_blocks_text(const LiveBlocks& live) {
  if (live.groups.empty())
    return fmt::format("  live      no block{}\n", live.complete ? "" : ", but not all was read");
  std::string text = totals(live);
  text += fmt::format("    {:>9} {:>12}  {:<24} {}\n", "blocks", "bytes", "tag", "thread");
  for (std::size_t i = 0; i < live.groups.size() && i < groups_shown; ++i) {
    const LiveBlockGroup& group = live.groups[i];
    text += fmt::format("    {:>9} {:>12}  {:<24} {}\n", group.count, group.bytes, name_or(group.tag, "(no tag)"),
                        name_or(group.owner_name, "an unknown thread"));
  }
  if (live.groups.size() > groups_shown) {
    text += fmt::format("    and {} groups with fewer bytes\n", live.groups.size() - groups_shown);
  }
  return text;
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string event_text(const TimelineEvent& event) {
  const double at_ms = static_cast<double>(event.at_us) / 1000;
  return without_trailing_blanks(fmt::format("    {:>+12.3f}  {:<20} {:<17} {:>10}  {}", at_ms, printable(event.thread),
                                             printable(event.event), printable(event.connection),
                                             printable(event.action))) +
         "\n";
}

std::string timeline_text(const Timeline& timeline) {
  const char* zero = timeline.around_finding ? "the first finding" : "the last event";
  if (timeline.events.empty()) return "  events    none\n";
  std::string text = fmt::format("  events    of each thread around {}\n", zero);
  text +=
      fmt::format("    {:>12}  {:<20} {:<17} {:>10}  {}\n", "ms from it", "thread", "event", "connection", "action");
  for (const TimelineEvent& event : timeline.events) text += event_text(event);
  if (timeline.threads_left_out != 0) {
    text += fmt::format("    and {} threads whose events are farther away\n", timeline.threads_left_out);
  }
  return text;
}

}  // namespace

std::string to_text(const PostMortem& post_mortem) {
  std::string text;
  for (const std::string& note : post_mortem.notes) text += fmt::format("  note      {}\n", printable(note));
  text += post_mortem.sees_blocks ? live_blocks_text(post_mortem.live_blocks)
                                  : "  live      unknown: backend system keeps its blocks outside the black box\n";
  return text + timeline_text(post_mortem.timeline);
}

}  // namespace heapstorm
