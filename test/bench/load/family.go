package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticksPerSecond is USER_HZ, which Linux shows to programs as 100 whatever the kernel runs at (proc(5)).
const ticksPerSecond = 100

// family is a process and all that it started and that still lives, so that a server of several processes counts whole.
func family(pid int) []int {
	all := []int{pid}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // the pattern is well formed
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended since
		}
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(all, family(child)...)
			}
		}
	}
	return all
}

func families(pids []int) (all []int) {
	for _, pid := range pids {
		all = append(all, family(pid)...)
	}
	return all
}

// cpuSeconds is what the family has used since it began, its members that ended and were waited for included.
func cpuSeconds(pids []int) float64 {
	var ticks int64
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended since; what it used is in its parent's cutime
		}
		ticks += statTicks(text)
	}
	return float64(ticks) / ticksPerSecond
}

// statTicks adds utime, stime, cutime and cstime: fields 14 to 17 of proc_pid_stat(5). The name before them may hold anything.
func statTicks(stat []byte) (sum int64) {
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const utime = 14 - 3 // the fields after the name begin with the third
	if len(fields) < utime+4 {
		return 0
	}
	for _, field := range fields[utime : utime+4] {
		n, _ := strconv.ParseInt(field, 10, 64)
		sum += n
	}
	return sum
}

// residentBytes adds the resident memory of all; pages that they share count once for each.
func residentBytes(pids []int) (sum int64) {
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if err != nil {
			continue // it has ended since
		}
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			sum += pages * int64(os.Getpagesize())
		}
	}
	return sum
}
