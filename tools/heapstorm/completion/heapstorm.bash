# Completion of heapstorm's command line in bash. It asks heapstorm itself for commands, options and flavours, so that it does not grow
# old, and needs nothing of the package bash-completion but to be found by it.
# shellcheck shell=bash

# The commands that `heapstorm COMMAND... --help` lists.
_heapstorm_commands() {
  "$@" --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^ \{1,4\}\([a-z][a-z-]*\).*/\1/p'
}

_heapstorm_options() {
  "$@" --help 2>/dev/null | sed -n 's/^ \{1,4\}\(-[a-zA-Z],\)\{0,1\}\(--[a-z-]*\).*/\2/p'
}

# The formats that the help of a command names, which begins in column 30 or on the next line: "html,junit: reports to ...".
_heapstorm_formats() {
  local option=$1
  shift
  "$@" --help 2>/dev/null | sed -nE "/^ *$option /{N;s/^(.{30}|[^\n]*\n {30})([a-z]+(,[a-z]+)*): .*/\2/;T;s/,/ /g;p}"
}

# The same where the help is prose: "text (the default, printed), html or trace (written into the run directory)".
_heapstorm_formats_in_prose() {
  local option=$1
  shift
  "$@" --help 2>/dev/null | sed -nE "/^ *$option /{s/^.{30}//;s/\([^)]*\)//g;s/,| or / /g;p}"
}

# Where heapstorm is installed.
_heapstorm_prefix() {
  local program
  program=$(readlink -f "$(command -v "$1")") && dirname "$(dirname "$program")"
}

# The names of the scenarios that came with heapstorm, as `heapstorm run` takes them.
_heapstorm_scenario_names() {
  local folder
  folder=$(_heapstorm_prefix "$1")/share/heapstorm/scenarios/
  [[ -d $folder ]] || return
  find "$folder" -name '*.json' ! -name '*.schema.json' 2>/dev/null | sed "s|^$folder||; s|\.json\$||"
}

_heapstorm_targets() {
  local file
  for file in "$(_heapstorm_prefix "$1")"/lib/heapstorm/*/targets/*.so; do
    file=${file##*/}
    [[ $file == '*.so' ]] || echo "${file%.so}"
  done | sort -u
}

# Directories, and files whose names end in $2.
_heapstorm_files() {
  local name
  compgen -d -- "$1"
  while IFS= read -r name; do
    [[ -d $name || $name != *"$2" ]] || echo "$name"
  done < <(compgen -f -- "$1")
}

# The answers go to COMPREPLY, one a line; a name may have blanks in it.
_heapstorm_reply() {
  local IFS=$'\n'
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_heapstorm_reply_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(_heapstorm_files "$@")
}

_heapstorm_reply_folders() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$1")
}

_heapstorm_reply_scenarios() {
  local names=""
  [[ $2 == [./~]* ]] || names=$(_heapstorm_scenario_names "$1")
  _heapstorm_reply "$names" "$2"
  compopt -o filenames 2>/dev/null
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(_heapstorm_files "$2" .json)
}

# KEY=VALUE of --set: bash takes '=' for the end of a word.
_heapstorm_reply_setting() {
  local program=$1 key=$2 current=$3
  case $key in
    target.plugin) _heapstorm_reply "$(_heapstorm_targets "$program")" "$current" ;;
    "")
      compopt -o nospace 2>/dev/null
      _heapstorm_reply "$(printf '%s=\n' target.plugin target.variant target.workers load.connections load.concurrent limits.time_s)" "$current"
      ;;
  esac
}

# The last of several names with commas between them.
_heapstorm_reply_list() {
  local before="" current=$2 name names=()
  if [[ $current == *,* ]]; then
    before=${current%,*},
    current=${current##*,}
  fi
  for name in $1; do names+=("$before$name"); done
  _heapstorm_reply "$(printf '%s\n' "${names[@]}")" "$before$current"
}

# Whether $1 is an option with a value of its own; then COMPREPLY has what fits. After the current word come the words of the command.
_heapstorm_reply_value() {
  local option=$1 program=$2 current=$3
  shift 3
  case $option in
    --flavour) _heapstorm_reply "$("$program" list flavours 2>/dev/null | sed 's/ .*//')" "$current" ;;
    --report) _heapstorm_reply_list "$(_heapstorm_formats --report "$program" "$@")" "$current" ;;
    --format) _heapstorm_reply "$(_heapstorm_formats_in_prose --format "$program" "$@" | tr -s ' ' '\n')" "$current" ;;
    --set) _heapstorm_reply_setting "$program" "" "$current" ;;
    --out) _heapstorm_reply_files "$current" "" ;;
    --scenario-dir | --plugin-dir) _heapstorm_reply_folders "$current" ;;
    --seed | --allow-remote) COMPREPLY=() ;;
    *) return 1 ;;
  esac
}

_heapstorm() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} word
  local command=()
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word != -* ]] || continue
    [[ $'\n'$(_heapstorm_commands "$program" "${command[@]}")$'\n' == *$'\n'"$word"$'\n'* ]] || break
    command+=("$word")
  done
  if [[ $current == "=" && $COMP_CWORD -ge 2 && ${COMP_WORDS[COMP_CWORD - 2]} == --set ]]; then
    _heapstorm_reply_setting "$program" "$previous" ""
  elif [[ $previous == "=" && $COMP_CWORD -ge 3 && ${COMP_WORDS[COMP_CWORD - 3]} == --set ]]; then
    _heapstorm_reply_setting "$program" "${COMP_WORDS[COMP_CWORD - 2]}" "$current"
  elif [[ $current == -* ]]; then
    _heapstorm_reply "$(_heapstorm_options "$program" "${command[@]}")" "$current"
  elif ! _heapstorm_reply_value "$previous" "$program" "$current" "${command[@]}"; then
    _heapstorm_reply_argument "$program" "$current" "${command[@]}"
  fi
}

# What is no option: a command, or what the command is about.
_heapstorm_reply_argument() {
  local program=$1 current=$2
  shift 2
  local commands
  commands=$(_heapstorm_commands "$program" "$@")
  if [[ -n $commands ]]; then
    _heapstorm_reply "$commands" "$current"
    return
  fi
  case ${1-} in
    run | validate | matrix) _heapstorm_reply_scenarios "$program" "$current" ;;
    list) _heapstorm_reply $'targets\nscenarios\nfaults\nflavours' "$current" ;;
    compare) _heapstorm_reply_files "$current" .json ;;
    doctor) ;;
    report) _heapstorm_reply_folders "$current" ;;
    *) _heapstorm_reply_files "$current" "" ;;
  esac
}

complete -F _heapstorm heapstorm
