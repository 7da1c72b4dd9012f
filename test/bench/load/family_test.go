package main

import (
	"os"
	"os/exec"
	"slices"
	"testing"
)

func TestAFamilyIsTheProcessAndWhatItStarted(t *testing.T) {
	child := exec.Command("sleep", "10")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	pids := family(os.Getpid())
	if !slices.Contains(pids, os.Getpid()) || !slices.Contains(pids, child.Process.Pid) {
		t.Errorf("%v lacks %d or %d", pids, os.Getpid(), child.Process.Pid)
	}
}

func TestBusyTicksLeaveOutIdleWaitAndGuests(t *testing.T) {
	if got := busyTicks("cpu  1 2 4 1000 1000 8 16 32 1000 1000"); got != 1+2+4+8+16+32 {
		t.Errorf("%d", got)
	}
}

func TestStatTicksAreReadBehindAnyName(t *testing.T) {
	stat := "42 (a) b (c) S 1 42 42 0 -1 4194560 10 20 30 40 5 6 700 8000 20 0 3 0 99 1000 200"
	if got := statTicks([]byte(stat)); got != 5+6+700+8000 {
		t.Errorf("%d", got)
	}
}
