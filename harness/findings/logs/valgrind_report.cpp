#include "harness/findings/logs/valgrind_report.h"

#include <charconv>

#include "harness/base/utf8.h"
#include "harness/findings/symbolizer.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_sections = 16;
constexpr std::size_t max_frames = 64;
constexpr std::size_t max_text_bytes = 4096;

std::string short_text(std::string_view text) {
  return valid_utf8(text, max_text_bytes);
}

// The offset is the address: where valgrind put the module it does not say.
Frame frame_of(const XmlElement& element) {
  Frame frame;
  frame.function = short_text(element.child_text("fn"));
  frame.module = short_text(element.child_text("obj"));
  frame.offset = parse_valgrind_number(element.child_text("ip")).value_or(0);
  frame.line = static_cast<std::uint32_t>(parse_valgrind_number(element.child_text("line")).value_or(0));
  const std::string file = short_text(element.child_text("file"));
  const std::string folder = short_text(element.child_text("dir"));
  frame.file = normal_file_name(folder.empty() || file.starts_with('/') || file.empty() ? file : folder + "/" + file);
  return frame;
}

std::vector<Frame> frames_of(const XmlElement& stack) {
  std::vector<Frame> frames;
  for (const XmlElement& element : stack.children) {
    if (element.name == "frame" && frames.size() < max_frames) frames.push_back(frame_of(element));
  }
  return frames;
}

bool is_heading(std::string_view name) {
  return name == "what" || name == "xwhat" || name == "auxwhat" || name == "xauxwhat" || name == "event";
}

// "what" has its words as its own text, "xwhat" in an element beside others.
ValgrindSection section_of(const XmlElement& heading) {
  const bool extended = heading.name.starts_with('x');
  return {short_text(extended ? heading.child_text("text") : std::string_view(heading.text)),
          short_text(heading.child_text("hthreadid")),
          {}};
}

// A stack belongs to the heading before it.
std::vector<ValgrindSection> sections_of(const XmlElement& root) {
  std::vector<ValgrindSection> sections;
  for (const XmlElement& element : root.children) {
    if (is_heading(element.name)) {
      if (sections.size() == max_sections) break;
      sections.push_back(section_of(element));
    } else if (element.name == "stack" && !sections.empty() && sections.back().frames.empty()) {
      sections.back().frames = frames_of(element);
    }
  }
  return sections;
}

}  // namespace

std::optional<std::uint64_t> parse_valgrind_number(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

ValgrindReport parse_valgrind_report(const XmlTree& tree) {
  const XmlElement& root = tree.root;
  ValgrindReport report;
  report.whole = tree.whole;
  report.kind = short_text(root.child_text("kind"));
  report.thread_name = short_text(root.child_text("threadname"));
  report.unique = short_text(root.child_text("unique"));
  report.sections = sections_of(root);
  const bool helgrinds = !report.sections.empty() && !report.sections.front().thread_number.empty();
  report.thread_number = helgrinds ? report.sections.front().thread_number : short_text(root.child_text("tid"));
  report.signal = short_text(root.child_text("signame"));
  report.signal_code = short_text(root.child_text("sicode"));
  report.signal_address = parse_valgrind_number(root.child_text("siaddr"));
  return report;
}

}  // namespace heapstorm
