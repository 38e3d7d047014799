#!/bin/bash
# mcast_load.sh - hundreds of simulated boot ROMs with loss, each judging every
# byte and what the server may do (tests/bench).
# SPDX-License-Identifier: ISC
exec "$BASH" "$(dirname "$0")/../bench/mcast.sh" --smoke
