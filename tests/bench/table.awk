# table.awk - medians of "FIGURE SERVER VALUE" lines, and whether our goals
# are met.
# SPDX-License-Identifier: ISC

function median(key,    n, i, j, t, v) {
	n = count[key]
	for (i = 1; i <= n; i++)
		v[i] = value[key, i]
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] < v[j - 1]; j--) {
			t = v[j]
			v[j] = v[j - 1]
			v[j - 1] = t
		}
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}

function has(figure, server) {
	return (figure " " server) in count
}

function of(figure, server) {
	return median(figure " " server)
}

function row(figure, text, format, factor,    i) {
	printf "%-38s", text
	for (i = 1; i <= ns; i++)
		printf " %10s", has(figure, server[i]) ? \
		    sprintf(format, of(figure, server[i]) * factor) : "-"
	printf "\n"
}

# Ours divided by another's; least: the goal is at least limit, else at most.
function ratio(text, figure, other, least, limit,    r) {
	if (!has(figure, "ours") || !has(figure, other) ||
	    of(figure, other) == 0)
		return
	r = of(figure, "ours") / of(figure, other)
	printf "%-38s %10.2f x %-10s goal at %s %-5s %s\n", text, r, other,
	    least ? "least" : "most", limit,
	    (least ? r >= limit : r <= limit) ? "met" : "MISSED"
}

function most(text, figure, factor, limit,    v) {
	if (!has(figure, "ours"))
		return
	v = of(figure, "ours") * factor
	printf "%-38s %10.1f %-12s goal at most  %-5s %s\n", text, v, "", limit,
	    v <= limit ? "met" : "MISSED"
}

function best(figure,    i, b) {
	for (i = 1; i <= ns; i++)
		if (server[i] != "ours" && server[i] !~ /^floor/ &&
		    has(figure, server[i]) &&
		    (b == "" || of(figure, server[i]) > of(figure, b)))
			b = server[i]
	return b
}

{
	k = $1 " " $2
	value[k, ++count[k]] = $3 + 0
}

END {
	ns = split(servers, server, " ")
	printf "%-38s", ""
	for (i = 1; i <= ns; i++)
		printf " %10s", server[i]
	printf "\n"
	row("pool", "DORA/s, pool of 60,000, relay", "%d", 1)
	row("perfdhcp", "  the same as perfdhcp sees it", "%d", 1)
	row("hosts", "DORA/s, 10,000 hosts", "%d", 1)
	row("renewals", "renewals/s, 60,000 leases", "%d", 1)
	row("p50", "ms, median at 1000 DORA/s", "%.2f", 1)
	row("p99", "ms, p99 at 1000 DORA/s", "%.2f", 1)
	row("unanswered", "  of 3000 not answered after 4 s", "%d", 1)
	row("cpu_1000", "CPU s for 1000 DORA, 1000 a second", "%.4f", 1)
	row("cpu_pool", "CPU s for 1000 DORA at full speed", "%.4f", 1)
	row("cpu_hosts", "  the same, hosts", "%.4f", 1)
	row("cpu_renewals", "CPU s for 1000 renewals", "%.4f", 1)
	row("rss_hosts", "RSS MB, 10,000 hosts", "%.1f", 1 / 1024)
	row("rss_leases", "RSS MB, 60,000 leases", "%.1f", 1 / 1024)
	row("start_leases", "start ms, 60,000 leases", "%.0f", 1)
	row("start_leases_stall", "  longest wait in the second after", "%.1f", 1)
	row("start_hosts", "start ms, 10,000 hosts", "%.0f", 1)
	row("start_hosts_stall", "  longest wait in the second after", "%.1f", 1)
	row("start_100k", "start ms, 100,000 hosts", "%.0f", 1)
	row("start_100k_stall", "  longest wait in the second after", "%.1f", 1)
	printf "\nours, goals:\n"
	ratio("DORA/s, pool", "pool", "kea", 1, 3)
	ratio("", "pool", "isc", 1, 30)
	ratio("", "pool", "floor_sync", 1, 0.5)
	ratio("DORA/s, hosts", "hosts", best("hosts"), 1, 3)
	ratio("renewals/s", "renewals", "kea_mt", 1, 1)
	ratio("p99 at 1000 DORA/s", "p99", "kea", 0, 1)
	ratio("CPU for 1000 DORA, 1000 a second", "cpu_1000", "kea", 0, 0.25)
	ratio("CPU for 1000 DORA at full speed", "cpu_pool", "kea", 0, 0.25)
	most("RSS MB, 10,000 hosts", "rss_hosts", 1 / 1024, 10)
	most("RSS MB, 60,000 leases", "rss_leases", 1 / 1024, 20)
	most("start ms, 60,000 leases", "start_leases", 1, 100)
	most("start ms, 10,000 hosts", "start_hosts", 1, 50)
	most("start ms, 100,000 hosts", "start_100k", 1, 500)
	most("longest wait after it, ms", "start_leases_stall", 1, 20)
}
