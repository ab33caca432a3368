#!/usr/bin/env bash
# Builds everything and runs every test. The last line is "N passed, N failed" (", N skipped" where some were).
# Fails where a test fails or where a test project did not run. Arguments go to `dotnet test`.
set -uo pipefail
cd "$(dirname "$0")"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

dotnet build GpuScheduler.sln -c Release --nologo -v quiet -clp:NoSummary || { echo "build failed"; echo "0 passed, 1 failed"; exit 1; }
dotnet test GpuScheduler.sln -c Release --no-build --nologo "$@" 2>&1 | tee "$log"
rc=${PIPESTATUS[0]}

read -r passed failed skipped assemblies < <(awk '
  /^(Passed|Failed|Skipped)! +- Failed:/ {
    assemblies++
    gsub(/[,:]/, " ")
    for (i = 1; i <= NF; i++) {
      if ($i == "Failed" && $(i + 1) ~ /^[0-9]+$/) failed += $(i + 1)
      if ($i == "Passed" && $(i + 1) ~ /^[0-9]+$/) passed += $(i + 1)
      if ($i == "Skipped" && $(i + 1) ~ /^[0-9]+$/) skipped += $(i + 1)
    }
  }
  END { print passed + 0, failed + 0, skipped + 0, assemblies + 0 }' "$log")

expected=$(find tests -name '*.Tests.csproj' | wc -l)
if [ "$#" -eq 0 ] && [ "$assemblies" -lt "$expected" ]; then
  echo "only $assemblies of $expected test projects ran"
  failed=$((failed + expected - assemblies))
  rc=1
fi

[ "$rc" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
line="$passed passed, $failed failed"
[ "$skipped" -gt 0 ] && line="$line, $skipped skipped"
echo "$line"
exit "$rc"
