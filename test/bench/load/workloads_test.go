package main

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func runWorkload(t *testing.T, f *fakeRegistry, name string, args ...string) (report, error) {
	t.Helper()
	o, err := parse(name, append([]string{"-url", f.URL}, args...))
	if err != nil {
		t.Fatal(err)
	}
	return workloads[name](context.Background(), o)
}

func TestEachFlowSendsTheRequestsOfItsClients(t *testing.T) {
	cases := []struct {
		name string
		args []string
		want []string
	}{
		{"push", []string{"-flow", "docker"}, []string{"HEAD 0", "POST 0", "PATCH -1", "PUT 0"}},
		{"push", []string{"-flow", "put"}, []string{"HEAD 0", "POST 0", "PUT 1000"}},
		{"push", []string{"-flow", "post"}, []string{"POST 1000"}},
		{"chunked", []string{"-chunk", "400"}, []string{"HEAD 0", "POST 0", "PATCH 400", "PATCH 400", "PATCH 200", "PUT 0"}},
	}
	for _, c := range cases {
		t.Run(c.name+strings.Join(c.args, ""), func(t *testing.T) {
			f := startFakeRegistry(t)
			result, err := runWorkload(t, f, c.name, append(c.args, "-n", "1", "-size", "1000")...)
			if err != nil || result.Operations != 1 || result.Bytes != 1000 {
				t.Fatalf("%+v, %v", result, err)
			}
			if !slices.Equal(f.requests, c.want) {
				t.Errorf("sent %v, not %v", f.requests, c.want)
			}
		})
	}
}

func TestWhatIsPushedIsPulledWithItsDigestChecked(t *testing.T) {
	f := startFakeRegistry(t)
	if _, err := runWorkload(t, f, "push", "-n", "5", "-size", "100000"); err != nil {
		t.Fatal(err)
	}
	result, err := runWorkload(t, f, "pull", "-n", "5", "-size", "100000", "-rounds", "2", "-verify")
	if err != nil || result.Operations != 10 || result.Bytes != 1_000_000 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestAPullOfOtherBytesFails(t *testing.T) {
	f := startFakeRegistry(t)
	if _, err := runWorkload(t, f, "push", "-n", "1", "-size", "1000"); err != nil {
		t.Fatal(err)
	}
	for _, content := range f.stored {
		content[500]++
	}
	if _, err := runWorkload(t, f, "pull", "-n", "1", "-size", "1000", "-verify"); err == nil {
		t.Error("no error")
	}
}

func TestAnImageIsReadBackByItsTag(t *testing.T) {
	f := startFakeRegistry(t)
	if _, err := runWorkload(t, f, "image", "-layers", "2", "-size", "1000", "-ref", "v1"); err != nil {
		t.Fatal(err)
	}
	result, err := runWorkload(t, f, "manifest", "-ref", "v1", "-duration", "20ms", "-c", "2")
	if err != nil || result.Operations == 0 || result.Bytes == 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestAnAnswerWithAnotherStatusEndsTheRun(t *testing.T) {
	f := startFakeRegistry(t)
	if _, err := runWorkload(t, f, "manifest", "-ref", "missing", "-duration", "10s"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
}

func TestASampledProcessHasCPUAndMemory(t *testing.T) {
	f := startFakeRegistry(t)
	result, err := runWorkload(t, f, "push", "-n", "4", "-size", "20000000", "-pid", strconv.Itoa(os.Getpid()))
	if err != nil || result.ServerCPU <= 0 || result.PeakMiB < 1 || result.LastMiB > result.PeakMiB {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestWhatHelpersUsedIsNotCountedAsTheServers(t *testing.T) {
	f := startFakeRegistry(t)
	result, err := runWorkload(t, f, "push", "-n", "4", "-size", "20000000", "-helper", strconv.Itoa(os.Getpid()))
	if err != nil || result.HelpersCPU <= 0 || result.ServerCPU != 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestAProcessThatIsNotThereIsAnError(t *testing.T) {
	if _, err := watch(1 << 30); err == nil {
		t.Error("no error")
	}
}

func TestAnAbsoluteLocationIsAskedWithTheSameNameAndPassword(t *testing.T) {
	asked, err := url.Parse("http://user:secret@registry.test/v2/")
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		"http://registry.test/a":  "http://user:secret@registry.test/a",
		"/a":                      "http://user:secret@registry.test/a",
		"http://elsewhere.test/a": "http://elsewhere.test/a",
	} {
		res := &http.Response{Request: &http.Request{URL: asked}, Header: http.Header{"Location": {given}}}
		if at, err := location(res); err != nil || at != want {
			t.Errorf("%s: %s, %v", given, at, err)
		}
	}
}
