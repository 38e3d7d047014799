#!/bin/bash
# tftp_load.sh - the load generator of tests/bench: thousands of clients at
# once, each byte judged.
# SPDX-License-Identifier: ISC
exec "$BASH" "$(dirname "$0")/../bench/tftp.sh" --smoke
