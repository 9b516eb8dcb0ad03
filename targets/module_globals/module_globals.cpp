// The family's table. Every variant is an echo server with module globals; they differ in whose they are.
#include "targets/module_globals/variants.h"

using namespace heapstorm::targets::module_globals;

HEAPSTORM_TARGET("module_globals", {describe_process_global(), describe_late_registration(),
                                    describe_destructor_on_wrong_thread(), describe_tsrm()})
