#include "tools/heapstorm/commands/doctor_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/printable.h"
#include "tools/heapstorm/commands/diagnosis.h"
#include "tools/heapstorm/exit_codes.h"

namespace heapstorm::cli {
namespace {

using Json = nlohmann::ordered_json;

const char* to_string(Diagnosis::State state) {
  switch (state) {
    case Diagnosis::State::ok:
      return "ok";
    case Diagnosis::State::limited:
      return "limited";
    case Diagnosis::State::missing:
      break;
  }
  return "missing";
}

Diagnoses diagnose_all() {
  Diagnoses all = diagnose_kernel();
  for (Diagnoses& part : std::vector{diagnose_flavours(TargetCatalogue(default_library_folder())), diagnose_programs()})
    std::ranges::move(part, std::back_inserter(all));
  return all;
}

void print_json(const Diagnoses& diagnoses) {
  Json list = Json::array();
  for (const Diagnosis& diagnosis : diagnoses) {
    list.push_back({{"name", diagnosis.name},
                    {"state", to_string(diagnosis.state)},
                    {"found", diagnosis.found},
                    {"purpose", diagnosis.purpose},
                    {"remedy", diagnosis.remedy}});
  }
  fmt::print("{}\n", list.dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_text(const Diagnoses& diagnoses) {
  std::size_t width = 0;
  for (const Diagnosis& diagnosis : diagnoses) width = std::max(width, diagnosis.name.size());
  for (const Diagnosis& diagnosis : diagnoses) {
    fmt::print("{:<7}  {:<{}}  {} ({})\n", to_string(diagnosis.state), diagnosis.name, width,
               printable(diagnosis.found), diagnosis.purpose);
    if (!diagnosis.remedy.empty()) fmt::print("{:>{}}to mend it: {}\n", "", width + 11, printable(diagnosis.remedy));
  }
}

}  // namespace

void add_doctor_command(CLI::App& app, DoctorArguments& arguments) {
  app.add_flag("--json", arguments.json, "machine-readable: an array of name, state, found, purpose, remedy");
}

int doctor_command(const DoctorArguments& arguments) {
  const Diagnoses diagnoses = diagnose_all();
  arguments.json ? print_json(diagnoses) : print_text(diagnoses);
  const bool missing =
      std::ranges::any_of(diagnoses, [](const Diagnosis& one) { return one.state == Diagnosis::State::missing; });
  return missing ? exit_environment : exit_ok;
}

}  // namespace heapstorm::cli
