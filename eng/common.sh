# shellcheck shell=bash
# Shared by the launchers ./run, ./ocarina and ./test and by .ci/run: finding the SDK, building when sources are newer. Sourced, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILD="$ROOT/.build" # everything the launchers make; ignored by git, safe to delete

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*" >&2; }
die() { printf '%s\n' "$@" >&2; exit 1; } # one line an argument

# The dotnet of the PATH, else the one Microsoft's install script puts into the home folder.
DOTNET=$(command -v dotnet || true)
if [ -z "$DOTNET" ] && [ -x "${DOTNET_ROOT:-$HOME/.dotnet}/dotnet" ]; then DOTNET="${DOTNET_ROOT:-$HOME/.dotnet}/dotnet"; fi

WHERE_TO_GET_IT='Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and try again.'

need_dotnet() {
  [ -n "$DOTNET" ] || die "Ocarina needs the .NET 10 SDK, and there is no 'dotnet' on the PATH." "$WHERE_TO_GET_IT"
}

need_sdk() {
  need_dotnet
  # global.json decides which SDK fits; asking dotnet itself keeps one truth.
  (cd "$ROOT" && "$DOTNET" --version) >/dev/null 2>&1 && return
  local found
  found=$("$DOTNET" --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' -)
  die "Ocarina needs the .NET 10 SDK. Found here: ${found:-none}." "$WHERE_TO_GET_IT"
}

# One build at a time in this checkout, whoever starts it: two restores would write the same files.
build_lock() {
  mkdir -p "$BUILD"
  if command -v flock >/dev/null; then
    exec 9>"$BUILD/lock"
    flock -n 9 || { say "Waiting for another build of this folder to end."; flock 9; }
  else # no flock (macOS): a folder can be made only once
    local told=
    until mkdir "$BUILD/lock.d" 2>/dev/null; do
      if [ -f "$BUILD/lock.d/pid" ] && ! kill -0 "$(cat "$BUILD/lock.d/pid")" 2>/dev/null; then rm -rf "$BUILD/lock.d"; continue; fi
      [ -n "$told" ] || { say "Waiting for another build of this folder to end."; told=1; }
      sleep 0.2
    done
    echo $$ >"$BUILD/lock.d/pid"
  fi
}

build_unlock() {
  if command -v flock >/dev/null; then exec 9>&-; else rm -rf "$BUILD/lock.d"; fi
}

# dotnet with the switches that every build here wants: no process of it outlives it, and the compiler is started once, not once a project.
# The compiler's server gets a name of its own, so that ending it cannot hurt a build elsewhere. (Where it cannot start, compilers run by themselves.)
dotnet_build() {
  local verb=$1 id="ocarina-$$-$RANDOM" status=0
  shift
  "$DOTNET" "$verb" "$@" -nodeReuse:false -p:UseSharedCompilation=true -p:SharedCompilationId="$id" 9>&- || status=$?
  pkill -f -- "-pipename:$id" 2>/dev/null || true
  return $status
}

# Files that end up in a project. Arguments: names of folders in src that do not.
sources() {
  local skip=(-name bin -o -name obj) room
  for room in "$@"; do skip+=(-o -path "$ROOT/src/$room"); done
  find "$ROOT/src" "$ROOT/Directory.Build.props" "$ROOT/Directory.Packages.props" "$ROOT/global.json" "$ROOT/BannedSymbols.txt" \
    \( "${skip[@]}" \) -prune -o -type f ${NEWER[@]+"${NEWER[@]}"} -print
}
NEWER=()

# A folder is fresh when no source is newer than its stamp and the list of sources (which a deleted or moved file changes) is the stamp's.
is_fresh() {
  local stamp="$1/.sources"
  shift
  [ -f "$stamp" ] || return 1
  [ "$(sources "$@" | LC_ALL=C sort | cksum)" = "$(cat "$stamp")" ] || return 1
  local NEWER=(-newer "$stamp")
  [ -z "$(sources "$@")" ]
}

# fresh PROJECT FOLDER [ROOM...]: makes sure that FOLDER holds PROJECT as it stands now. ROOMs are folders in src that do not belong to it.
fresh() {
  local project=$1 folder=$2 next="$2.next"
  shift 2
  if is_fresh "$folder" "$@"; then return; fi
  need_sdk
  build_lock
  if ! is_fresh "$folder" "$@"; then # somebody else may have built it while we waited
    say "Building ${project##*/}; the first time takes about a minute."
    rm -rf "$next" "$folder.stamp"
    sources "$@" | LC_ALL=C sort | cksum >"$folder.stamp" # as old as the start: what is edited during the build counts as newer
    if ! dotnet_build publish "$ROOT/$project" -c Release -o "$next" --nologo -v quiet >"$folder.log" 2>&1; then
      cat "$folder.log" >&2
      rm -rf "$next" "$folder.stamp"
      build_unlock
      die "The build failed; the lines above say why. They are also in ${folder#"$ROOT"/}.log."
    fi
    mv "$folder.stamp" "$next/.sources"
    # The old folder is moved away, not written over: a server that runs from it keeps its files.
    rm -rf "$folder.old"
    if [ -d "$folder" ]; then mv "$folder" "$folder.old"; fi
    mv "$next" "$folder"
    rm -rf "$folder.old"
  fi
  build_unlock
}
