# shellcheck shell=bash
# Tries what the README prints, as a new user would: a real server on an empty folder, the printed lines, Ctrl-C, a second start.
# Sourced by ./test and .ci/run, after testing.sh. Each block of lines is one check.

# The shell blocks of README.md below "Try it", one file each.
readme_blocks() {
  awk -v folder="$1" '
    /^## Try it/ { on = 1 }
    /^## Where to go/ { on = 0 }
    on && /^```sh$/ { inside = 1; file = sprintf("%s/block-%02d.sh", folder, ++n); next }
    inside && /^```$/ { inside = 0; close(file); next }
    inside { print > file }' "$ROOT/README.md"
}

readme_start() { # PORT FOLDER
  # With job control: without it the shell makes background commands deaf to Ctrl-C. Who was started deaf himself can only be helped by env.
  local hearing=()
  if env --default-signal=INT true 2>/dev/null; then hearing=(env --default-signal=INT); fi
  set -m
  OCARINA_API_KEY=$README_KEY ${hearing[@]+"${hearing[@]}"} "$ROOT/run" --port "$1" --data "$2/data" >"$2/server.log" 2>&1 </dev/null &
  README_PID=$!
  set +m
  local i
  for ((i = 0; i < 1200; i++)); do # two minutes: the first start may build
    if ! kill -0 "$README_PID" 2>/dev/null; then break; fi
    if curl -s -o "$2/root.html" "http://127.0.0.1:$1/"; then return; fi
    sleep 0.1
  done
  cat "$2/server.log"
  return 1
}

readme_stop() {
  kill -INT "$README_PID"
  local i
  for ((i = 0; i < 50; i++)); do
    if ! kill -0 "$README_PID" 2>/dev/null; then wait "$README_PID"; return; fi
    sleep 0.1
  done
  echo 'The server did not stop within five seconds of Ctrl-C.'
  kill -KILL "$README_PID"
  return 1
}

# A block went well when no line of it failed and no answer says error.
readme_block() { # FILE
  local output="$1.out"
  printf '%s\n' "$(cat "$1")"
  printf '%s\n' '--'
  cut -c1-400 "$output"
  [ "$(cat "$1.status")" = 0 ] && ! grep -Eq '"status": *"error"' "$output"
}

try_readme() {
  local folder port block url
  folder=$(mktemp -d)
  port=$((20000 + RANDOM % 20000))
  README_KEY=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
  mkdir "$folder/user" "$folder/here"
  # The lines are typed in a folder that is not the checkout, so that what they write does not land in it.
  printf '#!/bin/sh\nexec "%s/ocarina" "$@"\n' "$ROOT" >"$folder/here/ocarina"
  chmod +x "$folder/here/ocarina"
  readme_blocks "$folder"
  sed -i.bak -e "s|http://127.0.0.1:8000|http://127.0.0.1:$port|g" -e "s|http://127.0.0.1:8011|http://127.0.0.1:$((port + 11))|g" -e "s|PASTE-IT-HERE|$README_KEY|" "$folder"/block-*.sh

  check 'README: ./run starts on an empty folder' readme_start "$port" "$folder"
  if kill -0 "$README_PID" 2>/dev/null; then
    (
      cd "$folder/here" || exit 1
      export HOME="$folder/user" XDG_CONFIG_HOME="$folder/user/.config" DOTNET_CLI_HOME="$folder/user"
      set -E +e -u -o pipefail
      for block in "$folder"/block-*.sh; do
        echo 0 >"$block.status"
        # A name of its own, for the lines below may set any other.
        readme_current=$block
        trap 'echo "line failed: $BASH_COMMAND"; echo 1 >"$readme_current.status"' ERR
        . "$block" >"$block.out" 2>&1
        trap - ERR
      done
      echo "${NUMBERS:-}/${NUMBER:-} ${TOKEN:-}" >"$folder/last"
    ) </dev/null
    for block in "$folder"/block-*.sh; do
      if [ ! -s "$block.status" ]; then echo 1 >"$block.status"; : >>"$block.out"; fi
      check "README: $(head -n 1 "$block")" readme_block "$block"
    done
    check 'Ctrl-C stops the server within five seconds' readme_stop
    check 'A second start keeps everything' readme_second "$port" "$folder"
  fi
  rm -rf "$folder"
}

readme_second() { # PORT FOLDER
  local url token answer status=0
  read -r url token <"$2/last"
  readme_start "$1" "$2" || return 1
  answer=$(curl -s -H "X-Auth-Token: $token" "$url/events")
  printf '%s\n' "${answer:0:400}"
  grep -Eq '"status": *"success"' <<<"$answer" || status=1
  if grep -q "$README_KEY" "$2/server.log"; then
    echo 'The second start printed the API key again.'
    status=1
  fi
  readme_stop || status=1
  return $status
}
