#include "reports/text/black_box_text.h"

#include <gtest/gtest.h>

#include "reports/testing/golden.h"

namespace heapstorm {
namespace {

PostMortem sample() {
  PostMortem sample;
  sample.live_blocks.groups = {
      {"session", 2, "worker-0", 12, 4096}, {"date_header", 3, "worker-1", 1, 29}, {"", 0, "", 1, 1}};
  sample.timeline.around_finding = true;
  sample.timeline.events = {{-2500, "worker-0", "connection opens", "1", "accept"},
                            {-900, "worker-0", "action", "1", "handshake"},
                            {-12, "worker-1", "action", "2", "handshake"},
                            {3, "worker-1", "finding", "2", ""},
                            {1700, "worker-1", "connection closes", "accepted 7", "close"}};
  return sample;
}

const std::string hostile = "\033[2J\n  live \xc2\x9b";

TEST(BlackBoxText, IsAsTheGoldenFileSays) {
  EXPECT_EQ(to_text(sample()), golden("black_box.txt", to_text(sample())));
}

TEST(BlackBoxText, SaysWhereThereIsNothing) {
  const std::string text = to_text(PostMortem{});
  EXPECT_NE(text.find("no block"), std::string::npos) << text;
  EXPECT_NE(text.find("events    none"), std::string::npos) << text;
}

TEST(BlackBoxText, SaysWhatItCannotKnow) {
  PostMortem system = sample();
  system.sees_blocks = false;
  EXPECT_NE(to_text(system).find("unknown: backend system"), std::string::npos);
  PostMortem cut = sample();
  cut.live_blocks.complete = false;
  EXPECT_NE(to_text(cut).find("as far as the time went"), std::string::npos);
  PostMortem crowd = sample();
  crowd.timeline.threads_left_out = 9;
  EXPECT_NE(to_text(crowd).find("and 9 threads"), std::string::npos);
}

TEST(BlackBoxText, LetsNoControlCharacterOfATargetThrough) {
  PostMortem post_mortem = sample();
  post_mortem.notes = {hostile};
  post_mortem.live_blocks.groups[0].tag = hostile;
  post_mortem.live_blocks.groups[1].owner_name = hostile;
  post_mortem.timeline.events[0] = {0, hostile, hostile, hostile, hostile};
  for (const char character : to_text(post_mortem)) {
    EXPECT_TRUE(character == '\n' || static_cast<unsigned char>(character) >= 0x20) << static_cast<int>(character);
  }
}

}  // namespace
}  // namespace heapstorm
