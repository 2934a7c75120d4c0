#!/usr/bin/env bash
# Makes the API as it stands now the one that later changes must not break: proto/released.binpb. Part of a release.
# Refuses where the API breaks the release before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

now=$(mktemp --suffix=.binpb)
trap 'rm -f "$now"' EXIT
buf build --path proto/keystead --exclude-source-info --output "$now"
if [[ -e proto/released.binpb ]]; then
  buf breaking "$now" --against proto/released.binpb --exclude-imports
fi
install --mode=644 "$now" proto/released.binpb
