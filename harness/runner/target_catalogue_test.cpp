#include "harness/runner/target_catalogue.h"

#include <fstream>

#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

// A library folder and a folder of plugins, both with empty files: nothing is loaded.
class TargetCatalogueTest : public test::FolderTest {
 protected:
  std::string put(const std::string& file) const {
    const fs::path path = fs::path(folder_) / file;
    fs::create_directories(path.parent_path());
    std::ofstream(path).close();
    return path.string();
  }
  std::string found(const std::string& plugin_folder, const std::string& flavour) const {
    const TargetCatalogue catalogue(folder_ + "/lib", plugin_folder.empty() ? "" : folder_ + "/" + plugin_folder);
    return catalogue.plugin_file(flavour, "chat").value_or("none");
  }
};

TEST_F(TargetCatalogueTest, TakesItsOwnPluginsWhereTheUserNamesNoFolder) {
  const std::string own = put("lib/asan/targets/chat.so");
  EXPECT_EQ(found("", "asan"), own);
  EXPECT_EQ(found("", "plain"), "none");
  EXPECT_EQ(found("mine", "asan"), own);
}

TEST_F(TargetCatalogueTest, TakesTheFlavoursPartOfAFolder) {
  put("lib/asan/targets/chat.so");
  const std::string flat = put("mine/chat.so");
  EXPECT_EQ(found("mine", "asan"), flat);
  const std::string short_path = put("mine/asan/chat.so");
  EXPECT_EQ(found("mine", "asan"), short_path);
  EXPECT_EQ(found("mine/", "asan"), short_path);
  EXPECT_EQ(found("mine", "plain"), flat);
  const std::string long_path = put("mine/asan/targets/chat.so");
  EXPECT_EQ(found("mine", "asan"), long_path);
}

TEST_F(TargetCatalogueTest, TakesTheFolderOfTheFlavourBesideThatOfAnother) {
  const std::string plain = put("mine/plain/targets/chat.so");
  EXPECT_EQ(found("mine/plain/targets", "asan"), plain);  // there is no other: target_host will refuse it
  const std::string asan = put("mine/asan/targets/chat.so");
  EXPECT_EQ(found("mine/plain/targets", "asan"), asan);
  EXPECT_EQ(found("mine/plain/targets/", "asan"), asan);
  EXPECT_EQ(found("mine/plain", "asan"), asan);
  EXPECT_EQ(found("mine/plain/targets", "plain"), plain);
  EXPECT_EQ(found("mine/asan/targets", "plain"), plain);
}

TEST_F(TargetCatalogueTest, ListsTheFamiliesOfAllItsFolders) {
  put("lib/asan/targets/null.so");
  put("mine/plain/targets/chat.so");
  put("mine/asan/targets/chat.so");
  const TargetCatalogue catalogue(folder_ + "/lib", folder_ + "/mine/plain/targets");
  EXPECT_EQ(catalogue.families("asan"), (std::vector<std::string>{"chat", "null"}));
}

TEST_F(TargetCatalogueTest, KnowsTheCommandOfABuildFolderOnly) {
  const TargetCatalogue catalogue(folder_ + "/lib/heapstorm");
  EXPECT_FALSE(catalogue.build_command({"chat_plain"}));
  std::ofstream(put("lib/heapstorm/build_targets")) << "target_host_asan\nchat_asan\nchat_plain\n";
  const std::string command = catalogue.build_command({"target_host_asan", "chat_asan"}).value_or("");
  EXPECT_TRUE(command.starts_with("cmake --build ")) << command;
  EXPECT_TRUE(command.ends_with(fs::path(folder_).filename().string() + " --target target_host_asan chat_asan"))
      << command;
  EXPECT_FALSE(catalogue.build_command({"chat_plain", "chat_tsan"}));
}

}  // namespace
}  // namespace heapstorm
