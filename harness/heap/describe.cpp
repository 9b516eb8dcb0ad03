#include "harness/heap/describe.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "harness/heap/recorder/process_heaps.h"

namespace heapstorm::heap {
namespace {

constexpr const char* kind_names[HEAPSTORM_KIND_COUNT] = {
    "none",           "foreign_free", "foreign_realloc", "foreign_allocate",  "double_free",         "invalid_free",
    "use_after_free", "overflow",     "underflow",       "owner_exited_free", "leak_at_thread_exit",
};

// Text of a fixed size that grows at its end; what does not fit is dropped.
class Line {
 public:
  Line(char* text, std::size_t bytes) : begin_(text), end_(text), last_(text + bytes - 1) {}

  Line& operator<<(std::string_view part) {
    for (char c : part) {
      if (end_ == last_) break;
      *end_++ = c >= ' ' && c < 0x7f ? c : '?';
    }
    return *this;
  }
  Line& operator<<(std::int64_t number) { return add_number(number, 10); }
  Line& add_address(std::uint64_t address) { return (*this << "0x").add_number(address, 16); }
  std::size_t finish() {
    *end_ = '\0';
    return static_cast<std::size_t>(end_ - begin_);
  }

 private:
  template <typename Number>
  Line& add_number(Number number, int base) {
    char digits[24];
    auto written = std::to_chars(digits, digits + sizeof digits, number, base);
    return *this << std::string_view(digits, static_cast<std::size_t>(written.ptr - digits));
  }

  char* begin_;
  char* end_;
  char* last_;
};

std::string_view thread_name(std::uint32_t thread) {
  if (thread == 0 || thread >= HEAPSTORM_THREADS || !heaps().started) return "an unknown thread";
  const heapstorm_box_thread& record = heaps().box.threads()[thread];
  std::uint32_t length = std::min<std::uint32_t>(load_acquire(record.name_length), sizeof record.name);
  return length == 0 ? std::string_view("a thread without a name") : std::string_view(record.name, length);
}

std::string_view tag_name(std::uint32_t tag) {
  if (tag >= HEAPSTORM_NAMES || !heaps().started) return {};
  const heapstorm_box_name& name = heaps().box.names()[tag];
  return {name.text, std::min<std::uint32_t>(load_acquire(name.length), sizeof name.text)};
}

// "block of 45 bytes tagged date_header, allocated by worker-0"
void add_block(Line& line, const heapstorm_box_finding& finding) {
  line << "block of " << static_cast<std::int64_t>(finding.block_bytes) << " bytes";
  if (std::string_view tag = tag_name(finding.tag); !tag.empty()) line << " tagged " << tag;
  line << (finding.handoff != 0 ? ", handed to " : ", allocated by ") << thread_name(finding.owner.thread);
  if (finding.flags & HEAPSTORM_FINDING_OWNER_EXITED) line << " (exited)";
}

void add_invalid_address(Line& line, const heapstorm_box_finding& finding) {
  line << "address ";
  line.add_address(finding.address);
  line << " freed by " << thread_name(finding.offender.thread);
  if (!(finding.flags & HEAPSTORM_FINDING_INTERIOR)) {
    line << ", where no block starts";
    return;
  }
  line << ", ";
  line << static_cast<std::int64_t>(finding.address - finding.block_address) << " bytes into a ";
  add_block(line, finding);
}

void add_damage(Line& line, const heapstorm_box_finding& finding) {
  if (finding.flags & HEAPSTORM_FINDING_HEADER_DAMAGED) {
    line << "header of the block at ";
    line.add_address(finding.address);
    line << " overwritten";
  } else {
    add_block(line, finding);
    line << ", overwritten at byte " << static_cast<std::int32_t>(finding.damaged_at);
  }
  line << ", noticed by " << thread_name(finding.offender.thread);
}

// What follows "<kind>: ".
void add_story(Line& line, const heapstorm_box_finding& finding) {
  std::string_view offender = thread_name(finding.offender.thread);
  switch (finding.kind) {
    case HEAPSTORM_FOREIGN_ALLOCATE:
      line << offender << " allocated in the heap of " << thread_name(finding.owner.thread);
      return;
    case HEAPSTORM_INVALID_FREE:
      return add_invalid_address(line, finding);
    case HEAPSTORM_OVERFLOW:
    case HEAPSTORM_UNDERFLOW:
      return add_damage(line, finding);
    default:
      add_block(line, finding);
  }
  if (finding.kind == HEAPSTORM_DOUBLE_FREE) {
    line << ", freed by " << thread_name(finding.freed.thread) << ", freed again by " << offender;
  } else if (finding.kind == HEAPSTORM_USE_AFTER_FREE) {
    line << ", freed by " << thread_name(finding.freed.thread) << ", then overwritten at byte ";
    line << static_cast<std::int32_t>(finding.damaged_at);
  } else if (finding.kind == HEAPSTORM_FOREIGN_REALLOC) {
    line << ", reallocated by " << offender;
  } else if (finding.kind == HEAPSTORM_LEAK_AT_THREAD_EXIT) {
    line << ", never freed";
  } else {
    line << ", freed by " << offender;
  }
}

}  // namespace
}  // namespace heapstorm::heap

extern "C" {

const char* heapstorm_kind_name(uint32_t kind) {
  bool known = kind > HEAPSTORM_KIND_NONE && kind < HEAPSTORM_KIND_COUNT;
  return known ? heapstorm::heap::kind_names[kind] : "unknown";
}

size_t heapstorm_describe(const heapstorm_box_finding* finding, char* text, size_t bytes) {
  if (bytes == 0) return 0;
  heapstorm::heap::Line line(text, bytes);
  line << heapstorm_kind_name(finding->kind) << ": ";
  heapstorm::heap::add_story(line, *finding);
  return line.finish();
}

}  // extern "C"
