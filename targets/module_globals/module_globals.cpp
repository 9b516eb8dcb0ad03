// The family's table. Every variant is an echo server with module globals; they differ in whose they are.
#include "targets/module_globals/destructor_on_wrong_thread.h"
#include "targets/module_globals/late_registration.h"
#include "targets/module_globals/process_global.h"
#include "targets/module_globals/tsrm.h"

namespace module_globals = heapstorm::targets::module_globals;
namespace target = heapstorm::target;

namespace {

const std::vector<target::Parameter>& sizes() {
  static const std::vector<target::Parameter> parameters = {
      {"expected_threads", "threads that the resource manager makes room for at first", 1, 0, 1024},
      {"expected_resources", "resources that each thread's table has room for at first", 1, 0, 1024}};
  return parameters;
}

}  // namespace

HEAPSTORM_TARGET("module_globals",
                 {{"process_global",
                   "plain globals, one copy for all threads",
                   "class: plain module globals under threads, as before TSRM",
                   true,
                   target::make_module<module_globals::ProcessGlobal>,
                   {{"foreign_free", "module_globals"}}},
                  {"late_registration",
                   "a resource registered while workers run, of which only the registering thread gets a copy",
                   "class: registration done late by workers",
                   true,
                   module_globals::make_tsrm_module<module_globals::LateRegistration>,
                   {{"null_deref", ""}},
                   sizes()},
                  {"destructor_on_wrong_thread",
                   "the main thread tears down the copies of all threads",
                   "class: a per-thread resource released wrongly at thread end",
                   true,
                   module_globals::make_tsrm_module<module_globals::DestructorOnWrongThread>,
                   {{"owner_exited_free", "module_globals"}},
                   sizes()},
                  {"tsrm",
                   "a copy for each thread, made at registration or thread start, destroyed by its thread",
                   "TSRM (PHP's thread-safe resource manager)",
                   false,
                   module_globals::make_tsrm_module<module_globals::ResourceManager>,
                   {},
                   sizes()}})
