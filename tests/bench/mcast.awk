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
function row(c, what, wire, last,    all, more, bad) {
	if (!count[c, "all"])
		return
	all = worst(c, "all") == 0
	bad = judge("wire", median(c, "wire"), wire) \
	    judge("last", median(c, "last"), last)
	if (!all)
		bad = bad " NOT ALL RIGHT"
	if (c == "big") {
		bad = bad judge("cpu", median(c, "cpu"), 1) \
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
	if (c == "peer" && count["atftpd", "all"]) {
		more = sprintf(" atftpd %.2f s, %.2f x: %.1f times sooner",
		    median("atftpd", "last"), median("atftpd", "wire"),
		    median("atftpd", "last") / median(c, "last"))
		if (median("atftpd", "last") < 10 * median(c, "last"))
			bad = bad " 10 x MISSED"
	}
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
