# mcast.awk - medians of mcast.sh's rounds, and which goals they meet.
# Input: "CASE FIGURE VALUE" lines, then the cases, "NAME|WHAT|WIRE|LAST|...".
# SPDX-License-Identifier: ISC
function median(c, f,    n, i, j, t, v) {
	n = count[c, f]
	for (i = 1; i <= n; i++)
		v[i] = value[c, f, i] + 0
	for (i = 1; i <= n; i++)
		for (j = i + 1; j <= n; j++)
			if (v[j] < v[i]) {
				t = v[i]
				v[i] = v[j]
				v[j] = t
			}
	return n ? v[int((n + 1) / 2)] : ""
}
function judge(name, got, goal) {
	if (goal == "" || got == "")
		return ""
	return got + 0 <= goal + 0 ? "" : sprintf(" %s MISSED (%s)", name, goal)
}
function worst(c, f,    i, w) {
	for (i = 1; i <= count[c, f]; i++)
		if (value[c, f, i] + 0 > w + 0)
			w = value[c, f, i]
	return w + 0
}
function beside(c, a) {
	# who served nobody is never soon
	soon = median(a, "last") > 0 ? \
	    median(a, "last") / median(c, "last") : 1e9
	return sprintf(" atftpd %.2f s, %.2f x%s: %.1f times sooner",
	    median(a, "last"), median(a, "wire"),
	    worst(a, "all") ? ", not all right" : "", soon)
}
function row(c, what, wire, last,    all, more, bad) {
	if (!count[c, "all"])
		return
	soon = 1e9
	all = worst(c, "all") == 0
	bad = judge("wire", median(c, "wire"), wire) \
	    judge("last", median(c, "last"), last)
	if (!all)
		bad = bad " NOT ALL RIGHT"
	if (c ~ /^big/) {
		bad = bad judge("cpu", median(c, "cpu"), c == "big" ? 1 : "") \
		    judge("rss", median(c, "rss"), 8192)
		more = sprintf(" cpu %.2f s/100 MB, rss %d kB", median(c, "cpu"),
		    median(c, "rss"))
	}
	if (c == "dies") {
		bad = bad judge("passes", median(c, "passes"), 1)
		more = sprintf(" passes %d", median(c, "passes"))
	}
	if (c == "eight") {
		bad = bad judge("ratio", median(c, "ratio"), 1.3)
		more = sprintf(" x%.2f of the slowest alone", median(c, "ratio"))
	}
	if (count[c ".atftpd", "all"])
		more = beside(c, c ".atftpd")
	if (c == "peer" && soon < 10 || c == "peerneg" && soon < 8)
		bad = bad sprintf(" %d x MISSED", c == "peer" ? 10 : 8)
	printf "%-46s %6s %7s %5s  %s%s\n", what, median(c, "wire"),
	    median(c, "last"), median(c, "terms"),
	    bad ? bad : (wire != "" || last != "" || more ? "met" : "-"), more
}
NR == FNR {
	split($0, w, " ")
	value[w[1], w[2], ++count[w[1], w[2]]] = w[3]
	next
}
FNR == 1 {
	printf "%-46s %6s %7s %5s\n", "clients, file, loss", "wire", "last s",
	    "terms"
}
{ row($1, $2, $3, $4) }
