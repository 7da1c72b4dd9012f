package main

import (
	"os"
	"strconv"
	"strings"
)

// busySeconds is what all cores of the machine have worked since it started, time that its host took from it included:
// the first line of /proc/stat (proc_stat(5)). It is 0 where there is no such file.
func busySeconds() float64 {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return float64(busyTicks(line)) / ticksPerSecond
}

// busyTicks adds user, nice, system, irq, softirq and steal; guest time is in user already.
func busyTicks(line string) (sum int64) {
	const idle, iowait, steal = 4, 5, 8
	for i, field := range strings.Fields(line) {
		if i == 0 || i == idle || i == iowait || i > steal {
			continue
		}
		n, _ := strconv.ParseInt(field, 10, 64)
		sum += n
	}
	return sum
}
