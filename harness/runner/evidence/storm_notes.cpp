#include "harness/runner/evidence/storm_notes.h"

#include <algorithm>
#include <cerrno>

namespace heapstorm {
namespace {

using Notes = std::vector<std::string>;

std::string counted(std::uint64_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

// Nothing if it did not happen.
void note(std::uint64_t count, const std::string& one, const std::string& what, Notes& notes) {
  if (count > 0) notes.push_back(counted(count, one) + " " + what);
}

std::uint64_t count_of(const StormResult& storm, int error) {
  std::uint64_t sum = 0;
  for (const auto& by_number : storm.errors) {
    if (const auto found = by_number.find(error); found != by_number.end()) sum += found->second;
  }
  return sum;
}

void note_failures(const StormResult& storm, Notes& notes) {
  for (const auto& [words, count] : storm.tls_failures) note(count, "connection", "failed in TLS: " + words, notes);
  for (const auto& [violation, count] : storm.violations) {
    if (violation.kind == Violation::Kind::negotiation) continue;  // a finding says it
    note(count, "connection", "ended because the server broke its protocol: " + violation.words, notes);
  }
}

void note_early_ends(const StormResult& storm, Notes& notes) {
  const std::uint64_t ended = count_of(storm, ENODATA);
  note(ended - std::min(ended, storm.missing_goodbyes), "connection",
       "ended by the server, in order, before the session was over (ENODATA)", notes);
  note(storm.missing_goodbyes, "connection",
       "ended by the server, in order, in place of the Close frame that answers ours (RFC 6455, 5.5.1)", notes);
  for (const auto& [words, count] : storm.farewells) {
    note(count, "session", "cut by a Close frame of the server " + words, notes);
  }
  note(storm.partial_answers.ended, "connection", "ended by the server in the middle of an answer", notes);
  note(storm.partial_answers.timed_out, "answer", "had begun but did not end in time", notes);
}

void note_bare_line_feeds(const BareLineFeedCount& seen, Notes& notes) {
  if (seen.in_heads > 0) {
    notes.push_back(
        "the server ends lines of its HTTP heads with a bare LF, which RFC 9112, section 2.2, allows a client to "
        "accept");
  }
  if (seen.in_chunks > 0) {
    notes.push_back(
        "the server ends lines around its chunks with a bare LF, which RFC 9112, section 7.1, does not allow; they "
        "were accepted");
  }
}

}  // namespace

void note_storm(const StormResult& storm, Notes& notes) {
  note_failures(storm, notes);
  note_early_ends(storm, notes);
  note_bare_line_feeds(storm.bare_line_feeds, notes);
  note(storm.unsent, "request", "not sent, because the server had said that it closes the connection after its answer",
       notes);
  note(storm.quiet_answers, "answer",
       "shorter than the message, taken for whole because nothing followed; \"answer\": {\"until\": ...} or "
       "{\"bytes\": ...} in the session's send spares that wait",
       notes);
}

}  // namespace heapstorm
