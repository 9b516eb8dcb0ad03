#include "tools/heapstorm/commands/contract_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/printable.h"
#include "harness/runner/contract_check.h"
#include "tools/heapstorm/contract_library.h"
#include "tools/heapstorm/exit_codes.h"
#include "tools/heapstorm/refusal.h"

namespace heapstorm::cli {
namespace {

using Hook = FunctionCheck::Hook;
using Json = nlohmann::ordered_json;

const char* to_word(Hook hook) {
  switch (hook) {
    case Hook::at_entry:
      return "at its entry";
    case Hook::at_start:
      return "at the start";
    case Hook::none:
      break;
  }
  return "not hooked";
}

std::string place_of(const FunctionCheck& function) {
  const std::size_t slash = function.module.rfind('/');
  return fmt::format("{}+{:#x}", printable(function.module.substr(slash + 1)), function.offset);
}

void print_rows(const ContractCheck& check) {
  std::size_t name_width = 0, place_width = 0;
  for (const FunctionCheck& function : check.functions) {
    if (function.module.empty()) continue;
    name_width = std::max(name_width, function.name.size());
    place_width = std::max(place_width, place_of(function).size());
  }
  for (const FunctionCheck& function : check.functions) {
    if (function.module.empty()) continue;
    fmt::print("  {:<14}  {:<{}}  {:<{}}  {}{}{}\n", function.does, function.name, name_width, place_of(function),
               place_width, to_word(function.hook), function.reason.empty() ? "" : ": ", printable(function.reason));
  }
}

// Contracts name what only some builds of a program have: those that are not there are one line.
void print_absent(const ContractCheck& check) {
  constexpr std::size_t max_named = 8;
  std::string names;
  std::size_t count = 0;
  for (const FunctionCheck& function : check.functions) {
    if (function.module.empty() && ++count <= max_named) names += (names.empty() ? "" : " ") + function.name;
  }
  if (count == 0) return;
  fmt::print("not there: {}{}\n", names, count > max_named ? fmt::format(" and {} more", count - max_named) : "");
}

void print_text(const Contract& contract, const ContractCheck& check) {
  fmt::print("contract {}{}{}\n", contract.name, contract.summary.empty() ? "" : ": ", printable(contract.summary));
  fmt::print("program {}, with {} libraries\n", printable(check.program), check.modules.size() - 1);
  print_rows(check);
  print_absent(check);
  for (const std::string& library : check.missing) fmt::print("the loader does not find {}\n", printable(library));
  fmt::print("{}\n", check.refusal.empty() ? "what the program opens later is looked at then"
                                           : "of no use here: " + check.refusal);
}

Json to_json(const FunctionCheck& function) {
  Json json = {{"name", function.name}, {"does", function.does}};
  if (!function.module.empty()) {
    json["module"] = function.module;
    json["offset"] = function.offset;
    json["exported"] = function.is_exported;
  }
  json["hook"] = function.hook == Hook::none ? "none" : function.hook == Hook::at_entry ? "entry" : "start";
  if (!function.reason.empty()) json["reason"] = function.reason;
  return json;
}

void print_json(const Contract& contract, const ContractCheck& check) {
  Json json = {{"contract", contract.name}, {"program", check.program},   {"modules", check.modules},
               {"missing", check.missing},  {"functions", Json::array()}, {"usable", check.refusal.empty()}};
  for (const FunctionCheck& function : check.functions) json["functions"].push_back(to_json(function));
  if (!check.refusal.empty()) json["reason"] = check.refusal;
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

void add_contract_command(CLI::App& app, ContractArguments& arguments) {
  app.require_subcommand(1);
  CLI::App* const check = app.add_subcommand("check", "what of a contract a program has; starts nothing of it");
  check->add_option("--contract", arguments.contract, "zend, malloc_strict, ... or a file")->required();
  check
      ->add_option("--through", arguments.through,
                   "NAME: only blocks count that were allocated through this function or module")
      ->allow_extra_args(false);
  check->add_flag("--json", arguments.json, "machine-readable");
  check->add_option("command", arguments.command, "the program and its arguments, after --")->required();
}

int contract_command(const ContractArguments& arguments) {
  Result<Contract> contract = find_contract(arguments.contract);
  if (!contract) return refuse_each(contract.error());
  std::vector<std::string>& through = contract.value().through;
  through.insert(through.end(), arguments.through.begin(), arguments.through.end());
  const auto check = check_contract(contract.value(), arguments.command);
  if (!check) return refuse(check.error());
  arguments.json ? print_json(contract.value(), check.value()) : print_text(contract.value(), check.value());
  return check.value().refusal.empty() ? exit_ok : exit_bad_input;
}

}  // namespace heapstorm::cli
