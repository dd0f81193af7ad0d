#!/bin/sh
# Runs a program on the processor of its rank: rank modulo the number of processors. Each launcher says the rank in a
# variable of its own; Parley's holds it inside a JSON object.
rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-${LAMRANK:-}}}
if [ -z "$rank" ]; then
  rank=$(printf '%s' "${PARLEY_JOB_ENVIRONMENT:-}" | sed -n 's/.*"rank":\([0-9]*\).*/\1/p')
fi
processors=$(getconf _NPROCESSORS_ONLN)
exec taskset -c $((${rank:-0} % processors)) "$@"
