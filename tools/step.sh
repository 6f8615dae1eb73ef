#!/bin/sh
# Run one step of the set-up quietly: name and seconds on one line, the output only when it fails.
# usage: step.sh "Name" command [argument ...]
name=$1
shift
log=$(mktemp "${TMPDIR:-/tmp}/huikuan-step.XXXXXX")
started=$(date +%s)
printf '  %-48s' "$name ..."
"$@" >"$log" 2>&1
code=$?
if [ "$code" -eq 0 ]; then
  printf '%4s s\n' "$(($(date +%s) - started))"
else
  printf 'failed\n'
  tail -n 40 "$log" >&2
  printf '%s: exit code %s. Remove the cause and run the same command again.\n' "$name" "$code" >&2
fi
rm -f "$log"
exit "$code"
