# tftp.awk - medians of "CASE.KEY SERVER VALUE" lines as a table, and whether
# our goals are met against the best of the others.
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

function any(figure,    i) {
	for (i = 1; i <= ns; i++)
		if (has(figure, server[i]))
			return 1
	return 0
}

# Below the value what was granted, if that is less than was asked for; "!":
# the load generator had no time left, so a faster server would look the same.
function cell(c, key, s, format, factor, granted, wanted,    t) {
	if (!has(c "." key, s))
		return "-"
	t = sprintf(format, of(c "." key, s) * factor)
	if (granted != "" && of(c "." granted, s) < wanted)
		t = t "@" (of(c "." granted, s) ? of(c "." granted, s) : "none")
	if (key == "MB_per_s" && c !~ /^(lock|win)/ && of(c ".own_pct", s) >= 93)
		t = t "!"
	return t
}

function row(text, c, key, format, factor, granted, wanted,    i) {
	if (!any(c "." key))
		return
	printf "%-44s", text
	for (i = 1; i <= ns; i++)
		printf " %12s", cell(c, key, server[i], format, factor,
		    granted, wanted)
	printf "\n"
}

function best(figure, least,    i, b) {
	for (i = 1; i <= ns; i++)
		if (server[i] !~ /^(ours|floor)$/ && has(figure, server[i]) &&
		    of(figure, server[i]) > 0 && (b == "" ||
		    (least ? of(figure, server[i]) < of(figure, b) : \
		    of(figure, server[i]) > of(figure, b))))
			b = server[i]
	return b
}

function verdict(good) {
	if (!good)
		missed++
	goals++
	return good ? "met" : "MISSED"
}

# Ours is at least limit times the best (largest) of the others.
function ahead(text, figure, limit,    b, r) {
	b = best(figure, 0)
	if (!has(figure, "ours") || b == "")
		return
	r = of(figure, "ours") / of(figure, b)
	printf "%-44s %9.2f x %-9s at least %5s x  %s\n", text, r, b, limit,
	    verdict(r >= limit)
}

# Ours is at most 1/limit of the best (smallest) of the others.
function below(text, figure, limit,    b, r) {
	b = best(figure, 1)
	if (!has(figure, "ours") || b == "")
		return
	r = of(figure, "ours") / of(figure, b)
	printf "%-44s   1/%-7.2f %-9s at most 1/%-5s  %s\n", text,
	    (r ? 1 / r : 0), b, limit, verdict(r <= 1 / limit)
}

function most(text, figure, factor, limit,    v) {
	if (!has(figure, "ours"))
		return
	v = of(figure, "ours") * factor
	printf "%-44s %9.2f   %-9s at most  %5s    %s\n", text, v, "", limit,
	    verdict(v <= limit)
}

function tables(    i, j, k) {
	for (i = 1; i <= nb; i++)
		row(size[i] " B, lock-step: MB/s", "lock_" size[i],
		    "MB_per_cpu_s", "%.1f", 1, "blksize", size[i])
	for (i = 1; i <= nb; i++)
		row(size[i] " B, lock-step: CPU s/GiB", "lock_" size[i],
		    "cpu_per_GiB", "%.2f", 1, "blksize", size[i])
	row("1408 B, two processors: MB/s", "lock_1408_apart", "MB_per_s",
	    "%.1f", 1, "blksize", 1408)
	row("  CPU s/GiB", "lock_1408_apart", "cpu_per_GiB", "%.2f", 1,
	    "blksize", 1408)
	for (i = 1; i <= nw; i++) {
		window("1408 B, window " win[i], "win_" win[i], win[i])
		window("  client takes datagrams one by one",
		    "win_" win[i] "_single", win[i])
		window("  two processors", "win_" win[i] "_apart", win[i])
	}
	for (i = 1; i <= nf; i++)
		for (j = 1; j <= nn; j++)
			for (k = 1; k <= 2; k++)
				many(file[i], number[j], k == 1 ? 1 : 16)
}

function window(text, c, w) {
	row(text ": MB/s", c, c ~ /apart/ ? "MB_per_s" : "MB_per_cpu_s",
	    "%.1f", 1, "windowsize", w)
	row(text ": CPU s/GiB", c, "cpu_per_GiB", "%.2f", 1, "windowsize", w)
}

function many(f, n, w,    c) {
	c = "many_" f "_" n "_" w
	row(n " x " f "iB, window " w ": MB/s", c, "MB_per_s", "%.1f", 1)
	row("  CPU s/GiB", c, "cpu_per_GiB", "%.2f", 1)
	row("  slowest client by the median one", c, "slowest_by", "%.2f", 1)
	row("  transfers that failed", c, "failed", "%d", 1)
	row("  requests repeated", c, "asked_again", "%d", 1)
}

function tables2(    w, c) {
	for (w = 0; w <= 200; w += 200) {
		c = "req_" w
		row("2000 requests, " (w ? w " at a time" : "all at once") \
		    ": served/s", c, "per_s", "%.0f", 1)
		row("  p99 ms", c, "p99_ms", "%.1f", 1)
		row("  never served in 20 s", c, "unserved", "%d", 1)
		row("  requests repeated", c, "asked_again", "%d", 1)
		row("  CPU s", c, "cpu_s", "%.3f", 1)
	}
	row("1000 transfers, window 16: RSS MB", "memory", "rss_kB", "%.1f",
	    1 / 1024)
	row("  PSS MB", "memory", "pss_kB", "%.1f", 1 / 1024)
	row("  processes", "memory", "processes", "%d", 1)
	for (w = 1; w <= 16; w += 15) {
		c = "loss_" w
		row("1 % lost both ways, window " w ": p50 s", c, "p50_ms",
		    "%.3f", 0.001)
		row("  p99 s", c, "p99_ms", "%.3f", 0.001)
		row("  p50 s when nothing is lost", "clean_" w, "p50_ms",
		    "%.3f", 0.001)
		row("  CPU s/GiB", c, "cpu_per_GiB", "%.2f", 1)
		row("  CPU s/GiB when nothing is lost", "clean_" w,
		    "cpu_per_GiB", "%.2f", 1)
		row("  DATA sent needlessly, %", c, "twice_pct", "%.2f", 1)
		row("  ACKs that clients repeat", c, "acked_again", "%d", 1)
		row("  not done in time", c, "late", "%d", 1)
	}
	row("512 MiB, 2000 readers: MB read from disk", "shared", "read_bytes",
	    "%.0f", 1e-6)
	row("  RSS MB", "shared", "rss_kB", "%.1f", 1 / 1024)
	row("  PSS MB", "shared", "pss_kB", "%.1f", 1 / 1024)
	row("  RSS MB before", "idle", "rss_kB", "%.1f", 1 / 1024)
	row("  s for the one who reads all", "shared", "seconds", "%.1f", 1)
	row("  readers that failed", "shared", "failed", "%d", 1)
}

function goals1(    i, j, k, c, n, w) {
	ahead("window 16: MB/s", "win_16.MB_per_cpu_s", 2)
	below("window 16: CPU s/GiB", "win_16.cpu_per_GiB", 5)
	ahead("window 64: MB/s", "win_64.MB_per_cpu_s", 3)
	below("window 64: CPU s/GiB", "win_64.cpu_per_GiB", 8)
	for (i = 1; i <= nb; i++) {
		ahead(size[i] " B, lock-step: MB/s",
		    "lock_" size[i] ".MB_per_cpu_s", 1)
		below(size[i] " B, lock-step: CPU s/GiB",
		    "lock_" size[i] ".cpu_per_GiB", 1)
	}
	for (i = 1; i <= nf; i++)
		for (j = 1; j <= nn; j++)
			for (k = 1; k <= 2; k++)
				goal_many(file[i], number[j], k == 1 ? 1 : 16)
}

function goal_many(f, n, w,    c, text) {
	c = "many_" f "_" n "_" w
	text = n " x " f "iB, window " w
	if (w == 1) {
		ahead(text ": MB/s", c ".MB_per_s", 1)
		below(text ": CPU s/GiB", c ".cpu_per_GiB", 1)
	} else if (n >= 10) {
		ahead(text ": MB/s", c ".MB_per_s", 3)
	}
	if (n > 1)
		most(text ": slowest by median", c ".slowest_by", 1, 2)
}

function goals2(    w, c, text) {
	most("1000 transfers: RSS MB", "memory.rss_kB", 1 / 1024, 16)
	ahead("2000 requests at once: served/s", "req_0.per_s", 10)
	most("  p99 ms", "req_0.p99_ms", 1, 300)
	most("  never served", "req_0.unserved", 1, 0)
	most("  requests repeated", "req_0.asked_again", 1, 0)
	ahead("2000 requests, 200 at a time: served/s", "req_200.per_s", 4)
	most("  requests repeated", "req_200.asked_again", 1, 0)
	for (w = 1; w <= 16; w += 15) {
		c = "loss_" w
		text = "1 % lost, window " w
		below(text ": p50", c ".p50_ms", 5)
		below(text ": p99", c ".p99_ms", 5)
		if (has(c ".cpu_per_GiB", "ours"))
			goal_cpu(text ": CPU by lossless", of(c ".cpu_per_GiB",
			    "ours") / of("clean_" w ".cpu_per_GiB", "ours"))
		most(text ": DATA sent needlessly, %", c ".twice_pct", 1, 2)
	}
	most("512 MiB, 2000 readers: disk read, times", "shared.read_bytes",
	    1 / 536870912, 1.01)
	if (has("shared.rss_kB", "ours"))
		goal_grown((of("shared.rss_kB", "ours") - \
		    of("idle.rss_kB", "ours")) / 2000)
}

function goal_cpu(text, r) {
	printf "%-44s %9.2f x %-9s at most  %5s x  %s\n", text, r, "", 2,
	    verdict(r <= 2)
}

function goal_grown(kB) {
	printf "%-44s %9.2f   %-9s at most  %5s    %s\n",
	    "  kB of memory for each reader", kB, "", 4, verdict(kB <= 4)
}

{
	k = $1 " " $2
	value[k, ++count[k]] = $3 + 0
}

END {
	ns = split(servers, server, " ")
	nb = split("512 1024 1408 1468 4096 8192 16384 32768 65464", size, " ")
	nw = split("4 16 64", win, " ")
	nf = split("1M 32M", file, " ")
	nn = split("1 10 100 1000", number, " ")
	printf "%-44s", ""
	for (i = 1; i <= ns; i++)
		printf " %12s", server[i]
	printf "\n"
	tables()
	tables2()
	print "\n  A@B: it granted B at most.  A!: the load generator had no" \
	    " time left.\n  One client: MB for each second that the server and" \
	    " the client ran, on one\n  processor; what else the machine did" \
	    " does not count."
	printf "\nours against the best of the others, and the goals:\n"
	goals1()
	goals2()
	printf "%d of %d goals met\n", goals - missed, goals
}
