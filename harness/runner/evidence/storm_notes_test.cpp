#include "harness/runner/evidence/storm_notes.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace heapstorm {
namespace {

using Notes = std::vector<std::string>;

Notes notes_on(const StormResult& storm) {
  Notes notes;
  note_storm(storm, notes);
  return notes;
}

std::map<int, std::uint64_t>& errors_of(StormResult& storm, Phase phase) {
  return storm.errors[static_cast<std::size_t>(phase)];
}

TEST(StormNotes, AreNoneOnAStormThatWentWell) {
  EXPECT_EQ(notes_on({}), Notes{});
}

TEST(StormNotes, SayWhatAnEndOfTheStreamMeansAndWhereItCame) {
  StormResult storm;
  errors_of(storm, Phase::read) = {{ENODATA, 20}, {ECONNRESET, 3}};
  errors_of(storm, Phase::send) = {{ENODATA, 1}};
  storm.farewells = {{"with code 1013, \"later\"", 4}, {"without a code", 1}};
  storm.partial_answers.ended = 5;
  EXPECT_EQ(notes_on(storm),
            (Notes{"21 connections ended by the server, in order, before the session was over (ENODATA)",
                   "4 sessions cut by a Close frame of the server with code 1013, \"later\"",
                   "1 session cut by a Close frame of the server without a code",
                   "5 connections ended by the server in the middle of an answer"}));
}

TEST(StormNotes, TellAMissingGoodbyeFromAnEndThatCameEarly) {
  StormResult storm;
  errors_of(storm, Phase::close) = {{ENODATA, 7}};
  storm.missing_goodbyes = 7;
  EXPECT_EQ(notes_on(storm), Notes{"7 connections ended by the server, in order, in place of the Close frame that "
                                   "answers ours (RFC 6455, 5.5.1)"});
}

TEST(StormNotes, SayThatAnAnswerHadBegun) {
  StormResult storm;
  storm.partial_answers.timed_out = 1;
  EXPECT_EQ(notes_on(storm), Notes{"1 answer had begun but did not end in time"});
}

TEST(StormNotes, SayOnlyWhatNoFindingSays) {
  StormResult storm;
  storm.violations = {{{Violation::Kind::negotiation, "the server negotiates x"}, 2},
                      {{Violation::Kind::other, "the server masks its frames"}, 1}};
  EXPECT_EQ(notes_on(storm),
            Notes{"1 connection ended because the server broke its protocol: the server masks its frames"});
}

}  // namespace
}  // namespace heapstorm
