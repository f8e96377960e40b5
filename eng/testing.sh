# shellcheck shell=bash
# Shared by ./test and .ci/run: building the tests, running parts of them, adding up what happened. Sourced, never run.

TESTS="$ROOT/tests/Ocarina.Tests"
RESULTS="$BUILD/results"
PASSED=0 FAILED=0 SKIPPED=0
FAULTS="" # a line for each failure, said again above the totals: nobody should have to look for it in a long log

headline() { printf '\n== %s\n' "$*"; }

# Tests run in Debug: assertions about what our own storage wrote (PhoneNumber.FromStorage and its kin) are checked in that build only.
# What users run is built in Release by ./run.
build_all() {
  local status=0
  need_sdk
  build_lock
  dotnet_build build "$ROOT/ocarina.slnx" -c Debug --nologo -v quiet -warnaserror "$@" || status=$?
  build_unlock
  return $status
}

# A check that is no xunit test: counts as one.
check() {
  local name=$1
  shift
  headline "$name"
  if "$@"; then
    PASSED=$((PASSED + 1))
  else
    FAILED=$((FAILED + 1))
    fault "$name"
  fi
}

fault() {
  printf 'FAILED: %s\n' "$1"
  FAULTS+="FAILED: $1"$'\n'
}

print_faults() { if [ -n "$FAULTS" ]; then printf '\n%s' "$FAULTS"; fi; }

# The tests of a result file that failed, each with the first line of what it said.
failed_tests() {
  awk 'BEGIN { RS = "<test |<error " }
    NR > 1 {
      head = substr($0, 1, index($0, ">"))
      if (head ~ /result="/ && head !~ /result="Fail"/) next
      name = head; if (sub(/(^|.* )name="/, "", name)) sub(/".*/, "", name); else name = "outside of any test"
      text = $0; if (sub(/.*<message>(<!\[CDATA\[)?/, "", text)) sub(/[\n\r<].*|\]\]>.*/, "", text); else text = ""
      print name ": " text
    }' "$1"
}

count_of() { sed -n "s/.*<assembly [^>]*[[:space:]]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# run_tests NAME [filters of the xunit runner]: runs the test program itself and adds its result to the totals.
# Numbers come from the result file. A run that wrote none (a crash), that took too long or that found nothing to run counts as one failure.
run_tests() {
  local name=$1 file line status=0 passed failed errors skipped
  shift
  headline "tests: $name"
  mkdir -p "$RESULTS"
  file="$RESULTS/$name.xml"
  rm -f "$file"
  ${TIMEOUT[@]+"${TIMEOUT[@]}"} "$DOTNET" "$TESTS/bin/Debug/net10.0/Ocarina.Tests.dll" -noColor -noLogo "$@" -xml "$file" </dev/null || status=$?

  if [ ! -s "$file" ]; then
    FAILED=$((FAILED + 1))
    fault "$name: the test program ended with $status and left no results."
    return 1
  fi
  passed=$(count_of "$file" passed) failed=$(count_of "$file" failed) errors=$(count_of "$file" errors) skipped=$(count_of "$file" skipped)
  passed=${passed:-0} failed=$((${failed:-0} + ${errors:-0})) skipped=${skipped:-0} # an error is a fixture or a clean-up that failed
  if [ "$failed" -eq 0 ] && [ "$status" -ne 0 ]; then
    failed=1
    fault "$name: no test failed, but the test program ended with $status."
  fi
  if [ $((passed + failed + skipped)) -eq 0 ]; then
    failed=1
    fault "$name: there was no test to run."
  fi
  while IFS= read -r line; do fault "$line"; done < <(failed_tests "$file")
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
  [ "$failed" -eq 0 ]
}

# Every wait ends, also that of CI for a test that hangs.
TIMEOUT=()
if command -v timeout >/dev/null; then TIMEOUT=(timeout --foreground -k 20 "${OCARINA_TEST_TIMEOUT_S:-3600}"); fi

as_root_or_tell() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && return
  die "$1 is needed for the tests and is not installed." "$2" "./test unit leaves out what needs PostgreSQL."
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local wait=(-o DPkg::Lock::Timeout=120 -qq)
  say "Installing $* ..."
  # The package lists are fetched only where they are missing or too old.
  apt-get "${wait[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  apt-get "${wait[@]}" update && apt-get "${wait[@]}" install -y --no-install-recommends "$@" >/dev/null
}

has_postgres() {
  local server
  for server in "${PG_BIN:-}"/postgres /usr/lib/postgresql/*/bin/postgres; do [ -x "$server" ] && return; done
  return 1
}

has_sqlite() {
  local library
  if [ -n "${SQLITE_LIB:-}" ]; then return; fi
  for library in /usr/lib/*/libsqlite3.so.0 /usr/lib/libsqlite3.so.0 /usr/lib64/libsqlite3.so.0 /lib/*/libsqlite3.so.0 /usr/lib/libsqlite3.dylib; do
    [ -e "$library" ] && return
  done
  [ "$(uname)" = Darwin ] # there it lies in the system's cache of libraries, without a file
}

# Only the programs are wanted: each test run starts a private cluster of its own in a temporary folder, on a free port.
ensure_postgres() {
  has_postgres && return
  as_root_or_tell 'The PostgreSQL server (15 or newer)' \
    'On Debian or Ubuntu: sudo apt-get install postgresql; elsewhere set PG_BIN to the folder that holds initdb and postgres.'
  # The package shall start no server of the system's.
  local setting='create_main_cluster = false' folder=/etc/postgresql-common
  mkdir -p "$folder/createcluster.d"
  if [ ! -e "$folder/createcluster.conf" ]; then
    echo "$setting" >"$folder/createcluster.conf"
  elif ! grep -q '^create_main_cluster' "$folder/createcluster.conf"; then
    echo "$setting" >"$folder/createcluster.d/ocarina.conf"
  fi
  apt_install postgresql
  has_postgres || die 'PostgreSQL was installed, but /usr/lib/postgresql/*/bin/postgres is not there.'
}

ensure_sqlite() {
  has_sqlite && return
  as_root_or_tell 'The SQLite library (libsqlite3.so.0)' 'On Debian or Ubuntu: sudo apt-get install libsqlite3-0; elsewhere set SQLITE_LIB to its path.'
  apt_install libsqlite3-0
}
