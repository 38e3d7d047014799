#!/bin/bash
# dhcp_load.sh - the load generator of tests/bench: thousands of clients at
# once, each answer judged.
# SPDX-License-Identifier: ISC
exec "$BASH" "$(dirname "$0")/../bench/dhcp.sh" --smoke
