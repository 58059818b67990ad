#!/usr/bin/env bash
# The cases of the whole server that smtp-source cannot measure: TLS, a distant destination, a steady rate, a burst, a destination that is down.
# source -> forwarder -> sink on loopback, with the tools of "load" (README.md, Load generator). Targets:
#   direct    no forwarder at all: what source, sink and network can do
#   postfix   Postfix with the same alias, smarthost and certificate, its defaults for durability (case tls)
#   cut       EmailRouting, Delivery:Mode=CutThrough
#   queue     EmailRouting, Delivery:Mode=Queue (fsync before every 250)
# Needs root and Debian's postfix for the target postfix, openssl for the case tls. What it starts it stops, in temporary folders.
#
# usage: load.sh --server PATH/EmailRouting.Server.dll [--tool PATH/EmailRouting.Benchmarks.dll] [--messages N] [--size BYTES] [--rounds R]
#                [--seconds N] [--warm-up N] [--port N] [--only "direct postfix cut queue"] CASE...
# cases:
#   tls        STARTTLS on both sides, connections reused, 20 senders: accepted/s and delivered/s, ratio to postfix
#   latency50  50 ms round trip to the destination, 50 senders, connections reused: cut against the same client without us; the accept
#              rate of queue against the one with a near destination
#   steady     500 messages a second for --seconds: p50 and p99 from the final dot to the 250
#   burst      24 senders at full speed for --seconds while a 25th sends a message every 100 ms: p50 and p99 of the 25th
#   onedown    20 senders at full speed to one domain for --seconds, and 20 messages a second to another that is well, refuses connections or is
#              silent: the rate of the first domain
#   filled     cut and queue on an empty data directory, beside ones with 1,000,000 messages in the queue, entries in the activity log, or rules,
#              with SPF and DMARC verified, and with a DKIM signature besides: seconds until the server listens, accepted/s, delivered/s, peak memory
# --messages, --size and --rounds are 5000, 4096 and 3; --seconds is 20; --warm-up, the messages before the first that counts, 10000 (postfix: 500);
# --port, the first of five ports in a row, is 2600.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
messages=5000 size=4096 rounds=3 seconds=20 warm=10000 port=2600 server= only="direct postfix cut queue" cases=
tool=$here/../../artifacts/bin/EmailRouting.Benchmarks/release/EmailRouting.Benchmarks.dll
while [ $# -gt 0 ]; do case $1 in
  --server) server=$2; shift 2;; --tool) tool=$2; shift 2;; --messages) messages=$2; shift 2;; --size) size=$2; shift 2;;
  --rounds) rounds=$2; shift 2;; --seconds) seconds=$2; shift 2;; --warm-up) warm=$2; shift 2;; --port) port=$2; shift 2;; --only) only=$2; shift 2;;
  tls|latency50|steady|burst|onedown|filled) cases="$cases $1"; shift;;
  *) echo "$1 is no case and no option; allowed: tls latency50 steady burst onedown filled --server --tool --messages --size --rounds --seconds --warm-up --port --only" >&2; exit 2;; esac; done
for target in $only; do case $target in direct|postfix|cut|queue);; *) echo "--only has '$target'; allowed: direct postfix cut queue" >&2; exit 2;; esac; done
[ -n "$cases" ] || { sed -n 2,26p "$0"; exit 2; }
[ -f "$server" ] || { echo "--server: no such file: $server" >&2; exit 2; }
[ -f "$tool" ] || { echo "--tool: no such file: $tool; dotnet build -c Release makes it" >&2; exit 2; }
wants() { case " $only " in *" $1 "*) true;; *) false;; esac; }
case "$cases" in *tls*)
  command -v openssl >/dev/null || { echo "needs openssl" >&2; exit 2; }
  if wants postfix; then
    [ "$(id -u)" = 0 ] || { echo "needs root (Postfix changes user)" >&2; exit 2; }
    command -v postfix >/dev/null || { echo "needs postfix (Debian: postfix)" >&2; exit 2; }
  fi;; esac

work=$(mktemp -d); chmod 755 "$work"; shm=$(mktemp -d /dev/shm/bench.XXXXXX)
sink_port=$port far_port=$((port + 1)) postfix_port=$((port + 2)) router_port=$((port + 3)) http_port=$((port + 4))
sink= second= silent= delay= names= router= extra= prepared= took=
stop() { [ -z "$1" ] || { kill "$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }; }
stop_postfix() { [ ! -d "$work/pf" ] || postfix -c "$work/pf" stop >/dev/null 2>&1 || true; }
cleanup() { for p in "$extra" "$router" "$delay" "$names" "$silent" "$second" "$sink"; do stop "$p"; done; stop_postfix; rm -rf "$work" "$shm" "/var/log/postfix-bench.$$.log"; }
trap cleanup EXIT
trap 'exit 130' INT TERM

# An array and no function: what is started in the background has to be the process itself, for its id to stop it.
load=(dotnet "$tool" load)
free_port() { ! (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null || { echo "port $1 is taken by another program" >&2; exit 1; }; }
wait_port() { for _ in $(seq 600); do (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null && return 0; sleep 0.1; done; echo "nothing listens on $1" >&2; exit 1; }
start_sink() { "${load[@]}" sink --listen 127.0.0.1:$sink_port --count-file "$shm/count" "$@" >/dev/null & sink=$!; wait_port $sink_port; }
# The file has the count and when the last message came.
received() { local n=0 _; read -r n _ <"$shm/count" || true; echo $((10#${n:-0})); }
# settle N -> waits until the sink has N messages, or for ten minutes
settle() { for _ in $(seq 30000); do [ "$(received)" -ge "$1" ] && return 0; sleep 0.02; done; echo "only $(received) of $1 arrived" >&2; return 1; }
# quiet -> waits until no more arrive
quiet() { local a=-1 b; while b=$(received); [ "$a" != "$b" ]; do a=$b; sleep 1; done; }
median() { sort -n | awk '{v[NR]=$1} END{print (NR==0)?0:(NR%2)?v[(NR+1)/2]:(v[NR/2]+v[NR/2+1])/2}'; }
column() { cut -d' ' -f"$2" "$1" 2>/dev/null | median; }
# send PORT OPTIONS... -> runs the generator; its report is in $shm/report, and a complaint goes to the console
send() { local port=$1; shift; "${load[@]}" send --to "127.0.0.1:$port" --size "$size" "$@" >"$shm/report" || { echo "  (not all were taken: this row does not count)" >&2; return 1; }; }
rate() { awk 'NR==1{print $1}' "${1:-$shm/report}"; }
# rates -> "accepted/s delivered/s" of the last report: from its first message to its last 250, and to the last that came to the sink
rates() { local _ last; read -r _ last <"$shm/count"; awk -v last="$last" 'NR==1{printf "%d %.0f\n", $1, $3/(last-$NF)}' "$shm/report"; }
# field 'dot to 250' p99 [FILE]
field() { awk -F': ' -v l="$1" -v f="$2" '$1==l{n=split($2,w," "); for(i=1;i<n;i++) if(w[i]==f) print w[i+1]}' "${3:-$shm/report}"; }

start_postfix() {
  mkdir -p "$work/pf" "$work/spool" "$work/lib"; chown postfix "$work/lib"; cp /etc/postfix/master.cf "$work/pf/"
  cat >"$work/pf/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $work/spool
data_directory = $work/lib
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.bench.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
virtual_alias_domains = in.test
virtual_alias_maps = texthash:$work/pf/virtual
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
relayhost = [127.0.0.1]:$sink_port
disable_dns_lookups = yes
smtp_host_lookup = native
default_process_limit = 100
default_destination_concurrency_limit = 50
initial_destination_concurrency = 20
smtp_connection_cache_destinations = [127.0.0.1]:$sink_port
smtpd_tls_security_level = may
smtpd_tls_chain_files = $work/key.pem, $work/cert.pem
smtp_tls_security_level = encrypt
smtp_tls_connection_reuse = yes
maillog_file = /var/log/postfix-bench.$$.log
CF
  echo "alias@in.test dest@out.test" >"$work/pf/virtual"
  # Debian leaves tlsproxy out, and without it no connection with TLS is used twice.
  sed -i "s/^#tlsproxy/tlsproxy/; s/^smtp      inet.*/$postfix_port inet n - n - - smtpd/; s/^\([^#]*\(unix\|fifo\|inet\)\)\( \+\)\([n-]\)\( \+\)-\( \+\)y/\1\3\4\5-\6n/" "$work/pf/master.cf"
  postfix -c "$work/pf" start >/dev/null 2>&1; wait_port $postfix_port
}

# start_router MODE [NAME=VALUE...] -> a fresh data directory, or the one in $prepared; rules for alias@ and other@in.test; the seconds it took in $took
start_router() {
  local mode=CutThrough data began; [ "$1" = queue ] && mode=Queue; shift
  data=${prepared:-$(mktemp -d "$work/router.XXXXXX")}
  local settings=(Data__Directory="$data" Smtp__Listen=127.0.0.1:$router_port Smtp__HostName=mx.bench.test Delivery__Mode=$mode
    Delivery__Smarthost=smtp://127.0.0.1:$sink_port Delivery__Tls=None ASPNETCORE_URLS=http://127.0.0.1:$http_port ASPNETCORE_ENVIRONMENT=Production "$@")
  router_do() { env "${settings[@]}" dotnet "$server" "$@" >/dev/null; }
  if [ ! -f "$data/ruled" ]; then
    router_do domain add in.test
    router_do address add dest@out.test --verified
    router_do address add dest@other.test --verified
    router_do rule add alias@in.test forward dest@out.test
    router_do rule add other@in.test forward dest@other.test
    touch "$data/ruled"
  fi
  began=$(date +%s%N)
  env "${settings[@]}" dotnet "$server" serve >"$work/router.log" 2>&1 & router=$!
  for _ in $(seq 600); do
    (exec 3<>/dev/tcp/127.0.0.1/$router_port) 2>/dev/null && { took=$(awk -v n=$(($(date +%s%N) - began)) 'BEGIN{printf "%.1f", n/1e9}'); return 0; }
    kill -0 $router 2>/dev/null || { echo "the server stopped at start:" >&2; tail -20 "$work/router.log" >&2; exit 1; }
    sleep 0.1
  done
  echo "nothing listens on $router_port" >&2; exit 1
}
stop_router() { stop "$router"; router=; rm -rf "$work"/router.*; }
# warm_up PORT N OPTIONS... -> as many messages as any server has had after its first seconds, all of them delivered
warm_up() { local port=$1 n=$2 before; shift 2; [ "$n" -gt 0 ] || return 0; before=$(received); send "$port" --sessions 20 --reuse --messages "$n" "$@"; settle $((before + n)); }

# forward FILE PORT OPTIONS... -> a line of rates in FILE
forward() {
  local file=$1 port=$2 before; shift 2; before=$(received)
  send "$port" --messages "$messages" "$@" && settle $((before + messages)) || return 0
  rates >>"$file"
}

tls() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 \
    -subj /CN=mx.bench.test -addext subjectAltName=DNS:mx.bench.test 2>/dev/null
  start_sink --tls
  local how=(--sessions 20 --reuse --starttls)
  ! wants postfix || { start_postfix; warm_up $postfix_port $((warm < 500 ? warm : 500)) --starttls; }
  ! wants direct || warm_up $sink_port 1000 --starttls
  for _ in $(seq "$rounds"); do for target in $only; do case $target in
    direct) forward "$work/tls.direct" $sink_port "${how[@]}";;
    postfix) forward "$work/tls.postfix" $postfix_port "${how[@]}"; postsuper -c "$work/pf" -d ALL >/dev/null 2>&1 || true;;
    *) # The sink takes no mail without TLS, and its certificate is its own: Opportunistic is encrypted here, Require would want one that verifies.
      start_router $target Delivery__Tls=Opportunistic "Smtp__Certificate=$work/cert.pem;$work/key.pem"
      warm_up $router_port "$warm" --starttls; forward "$work/tls.$target" $router_port "${how[@]}"; stop_router;;
  esac; done; done
  stop_postfix; stop "$sink"; sink=
  local p d; p=$(column "$work/tls.postfix" 2) d=$(column "$work/tls.direct" 2)
  echo "tls: $messages messages of $size bytes, STARTTLS on both sides, 20 sessions, connections reused, $rounds rounds, $(nproc) cores"
  printf '%-8s %12s %12s %10s %10s\n' target accepted/s delivered/s x-postfix x-direct
  for t in $only; do awk -v t="$t" -v a="$(column "$work/tls.$t" 1)" -v d="$(column "$work/tls.$t" 2)" -v p="$p" -v x="$d" \
    'BEGIN{printf "%-8s %12.0f %12.0f %10s %10s\n", t, a, d, (p > 0) ? sprintf("%.2f",d/p):"-", (x > 0) ? sprintf("%.2f",d/x):"-"}'; done
}

latency50() {
  start_sink; "${load[@]}" delay --listen 127.0.0.1:$far_port --to 127.0.0.1:$sink_port --round-trip 50 & delay=$!; wait_port $far_port
  local how=(--sessions 50 --reuse) far=Delivery__Smarthost=smtp://127.0.0.1:$far_port
  for _ in $(seq "$rounds"); do for target in $only; do case $target in
    direct)
      forward "$work/far.direct" $far_port "${how[@]}"
      forward "$work/far.pipelined" $far_port "${how[@]}" --pipelining;;
    cut) start_router cut "$far"; warm_up $router_port $((warm / 5)) --sessions 50; forward "$work/far.cut" $router_port "${how[@]}"; stop_router;;
    queue)
      # What was accepted is delivered far more slowly, so only the accepting is measured, and the rest is thrown away with the server.
      for where in near far; do
        if [ $where = near ]; then start_router queue; else start_router queue "$far"; fi
        warm_up $router_port $((warm / 5)) --sessions 50
        ! send $router_port --messages "$messages" "${how[@]}" || rate >>"$work/far.queue-$where"
        stop_router; quiet
      done;;
  esac; done; done
  stop "$delay"; delay=; stop "$sink"; sink=
  echo "latency50: $messages messages of $size bytes, 50 ms round trip to the destination, 50 sessions, connections reused, $rounds rounds, $(nproc) cores"
  awk -v d="$(column "$work/far.direct" 2)" -v l="$(column "$work/far.pipelined" 2)" -v c="$(column "$work/far.cut" 2)" -v n="$(column "$work/far.queue-near" 1)" -v f="$(column "$work/far.queue-far" 1)" 'BEGIN{
    if (d) printf "%-32s %8.0f msg/s\n", "direct", d
    if (l) printf "%-32s %8.0f msg/s\n", "direct, pipelining", l
    if (c) printf "%-32s %8.0f msg/s%s\n", "cut", c, (d && l)?sprintf("  %.2f x direct, %.2f x direct with pipelining", c/d, c/l):""
    if (n) printf "%-32s %8.0f msg/s\n", "queue accepts, near destination", n
    if (f) printf "%-32s %8.0f msg/s%s\n", "queue accepts, far destination", f, n?sprintf("  %.2f x near", f/n):"" }'
}

# spread FILE -> appends "p50 p99 max late" of the last report
spread() { echo "$(field 'dot to 250' p50) $(field 'dot to 250' p99) $(field 'dot to 250' max) $(field 'begun late' p99)" >>"$1"; }
# print_spread PREFIX
print_spread() {
  local t
  printf '%-8s %10s %10s %10s %16s\n' target 'p50 ms' 'p99 ms' 'max ms' 'begun late p99'
  for t in $only; do [ ! -f "$1.$t" ] || printf '%-8s %10s %10s %10s %16s%s\n' "$t" "$(column "$1.$t" 1)" "$(column "$1.$t" 2)" "$(column "$1.$t" 3)" "$(column "$1.$t" 4)" \
    "$([ ! -f "$1.$t.burst" ] || echo "  beside $(median <"$1.$t.burst") msg/s")"; done
}
# measured TARGET COMMAND... -> the command with the port of the target, warmed up, as its first argument
measured() {
  local target=$1; shift
  case $target in
    direct) "$@" $sink_port;;
    cut|queue) start_router "$target"; warm_up $router_port "$warm"; "$@" $router_port; stop_router; quiet;;
  esac
}

steady() {
  start_sink; ! wants direct || warm_up $sink_port 1000
  steadily() { ! send "$2" --sessions 50 --reuse --rate 500 --seconds "$seconds" || spread "$work/steady.$1"; }
  for _ in $(seq "$rounds"); do for target in $only; do measured "$target" steadily "$target"; done; done
  stop "$sink"; sink=
  echo "steady: 500 messages of $size bytes a second for $seconds s, connections reused, from the final dot to the 250, $rounds rounds, $(nproc) cores"
  print_spread "$work/steady"
}

burst() {
  start_sink; ! wants direct || warm_up $sink_port 1000
  beside_burst() {
    "${load[@]}" send --to "127.0.0.1:$2" --size "$size" --sessions 24 --reuse --seconds $((seconds + 4)) >"$shm/burst" & extra=$!
    sleep 2
    ! send "$2" --sessions 1 --reuse --rate 10 --seconds "$seconds" || spread "$work/burst.$1"
    wait $extra || echo "  (not all of the burst were taken)" >&2
    extra=; rate "$shm/burst" >>"$work/burst.$1.burst"
  }
  for _ in $(seq "$rounds"); do for target in $only; do measured "$target" beside_burst "$target"; done; done
  stop "$sink"; sink=
  echo "burst: a message of $size bytes every 100 ms for $seconds s beside 24 senders at full speed, connections reused, from the final dot to the 250, $rounds rounds, $(nproc) cores"
  print_spread "$work/burst"
}

# Two domains with different hosts, as an operator has them: a name server, and a network of Delivery:AllowedNetworks.
# 127.0.0.1 takes out.test; other.test is at 127.0.0.2, which is well, at 127.0.0.3, where nobody listens, or at 127.0.0.4, which is silent.
onedown() {
  start_sink
  "${load[@]}" sink --listen 127.0.0.2:$sink_port --count-file "$shm/second" >/dev/null & second=$!; wait_port $sink_port 127.0.0.2
  "${load[@]}" sink --listen 127.0.0.4:$sink_port --hang-for dest@other.test --count-file "$shm/silent" >/dev/null & silent=$!; wait_port $sink_port 127.0.0.4
  local host target state states round before
  for round in $(seq "$rounds"); do for target in $only; do case $target in cut|queue)
    # Forth and back: what comes first in each round is not always the same.
    states="well refusing silent"; [ $((round % 2)) = 1 ] || states="silent refusing well"
    for state in $states; do
      case $state in well) host=127.0.0.2;; refusing) host=127.0.0.3;; silent) host=127.0.0.4;; esac
      "${load[@]}" names --record 'out.test MX 10 mx.out.test' --record 'mx.out.test A 127.0.0.1' --record 'other.test MX 10 mx.other.test' \
        --record "mx.other.test A $host" >"$shm/names" & names=$!
      for _ in $(seq 100); do [ ! -s "$shm/names" ] || break; sleep 0.1; done
      start_router "$target" Delivery__Smarthost= Delivery__Port=$sink_port Delivery__AllowedNetworks=127.0.0.0/8 Dns__Servers="$(cat "$shm/names")"
      warm_up $router_port "$warm"
      "${load[@]}" send --to 127.0.0.1:$router_port --size "$size" --sessions 400 --rate 20 --seconds $((seconds + 60)) --recipient other@in.test >/dev/null 2>&1 & extra=$!
      sleep 3; before=$(received)
      if send $router_port --sessions 20 --reuse --seconds "$seconds"; then
        settle $((before + $(awk 'NR==1{print $3}' "$shm/report"))) && rates >>"$work/down.$target.$state" || true
      fi
      stop "$extra"; extra=; stop_router; stop "$names"; names=
    done;;
  esac; done; done
  stop "$silent"; silent=; stop "$second"; second=; stop "$sink"; sink=
  echo "onedown: messages of $size bytes to one domain, 20 sessions, connections reused, for $seconds s, beside 20 messages a second to another, $rounds rounds, $(nproc) cores"
  printf '%-8s %-10s %12s %12s %10s\n' target 'other is' accepted/s delivered/s 'x well'
  for target in cut queue; do for state in well refusing silent; do [ ! -f "$work/down.$target.$state" ] || awk -v t=$target -v s=$state \
    -v a="$(column "$work/down.$target.$state" 1)" -v d="$(column "$work/down.$target.$state" 2)" -v w="$(column "$work/down.$target.well" 2)" \
    'BEGIN{printf "%-8s %-10s %12.0f %12.0f %10s\n", t, s, a, d, (w > 0) ? sprintf("%.2f",d/w):"-"}'; done; done
}

# The queue that lies there is due tomorrow, as one is whose destinations are down. Verified is mail without a signature, signed mail with one; the records come from the cache.
filled() {
  local what target
  start_sink
  "${load[@]}" names --record 'origin.test MX 10 mx.origin.test' --record 'mx.origin.test A 127.0.0.1' --record 'origin.test TXT v=spf1 ip4:127.0.0.0/8 -all' \
    --record '_dmarc.origin.test TXT v=DMARC1; p=reject' --record "$("${load[@]}" key "$work/key")" >"$shm/names" & names=$!
  for _ in $(seq 100); do [ ! -s "$shm/names" ] || break; sleep 0.1; done
  for what in queue activity rules; do echo "filling: $what" >&2; dotnet "$tool" fill "$work/filled.$what" $what=1000000 >/dev/null; done
  mkdir "$work/filled.empty" "$work/filled.verified" "$work/filled.signed"
  for _ in $(seq "$rounds"); do for target in $only; do case $target in cut|queue)
    for what in empty queue activity rules verified signed; do
      local policy=Off sign=()
      case $what in verified) policy=Reject;; signed) policy=Reject sign=(--sign "$work/key");; esac
      prepared=$work/filled.$what
      start_router $target Dns__Servers="$(cat "$shm/names")" Policy__Default=$policy
      warm_up $router_port "$warm" "${sign[@]}"
      forward "$work/full.$target.$what" $router_port --sessions 20 --reuse "${sign[@]}"
      echo "$took $(awk '/VmHWM/{print int($2/1024)}' /proc/$router/status)" >>"$work/full.$target.$what.start"
      prepared=; stop_router
    done;;
  esac; done; done
  stop "$names"; names=; stop "$sink"; sink=
  echo "filled: $messages messages of $size bytes, 20 sessions, connections reused, $rounds rounds, $(nproc) cores"
  printf '%-8s %-10s %12s %12s %10s %12s %8s\n' target with accepted/s delivered/s 'x empty' 'listens s' peakMB
  for target in cut queue; do for what in empty queue activity rules verified signed; do [ ! -f "$work/full.$target.$what" ] || awk -v t=$target -v s=$what \
    -v a="$(column "$work/full.$target.$what" 1)" -v d="$(column "$work/full.$target.$what" 2)" -v w="$(column "$work/full.$target.empty" 2)" \
    -v l="$(column "$work/full.$target.$what.start" 1)" -v m="$(column "$work/full.$target.$what.start" 2)" \
    'BEGIN{printf "%-8s %-10s %12.0f %12.0f %10s %12.1f %8.0f\n", t, s, a, d, (w > 0) ? sprintf("%.2f",d/w):"-", l, m}'; done; done
}

for taken in $sink_port $far_port $postfix_port $router_port $http_port; do free_port $taken; done
for case in $cases; do $case; done
