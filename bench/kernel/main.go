// Command kernel runs the product's kernel on an extract and writes nothing:
// verify, scan, fold, decide, count. It prints one JSON line with its wall and
// CPU seconds, those of opening the extract and compiling the model included.
//
// With -floor it does the least any kernel has to do on the same files: read,
// SHA-256 and decode their pages, looking at no value.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync/atomic"
	"syscall"
	"time"

	"riskband/bench/plan"
	"riskband/pipeline/extract"
	"riskband/pipeline/run"
	"riskband/stratify/frame"
)

type options struct {
	dir, floor, profile string
	workers             int
}

func main() {
	var o options
	flag.StringVar(&o.dir, "dir", "", "folder of riskband sample: extract/ and reference/")
	flag.StringVar(&o.floor, "floor", "", "measure the floor instead: used (columns the model reads), all or sha")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile here")
	flag.IntVar(&o.workers, "workers", runtime.NumCPU(), "practices worked on at once")
	flag.Parse()
	if err := measure(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// measure times the work and prints what it took.
func measure(o options) error {
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	debug.SetMemoryLimit(2 << 30) // as the command does with its default --memory
	debug.SetGCPercent(400)
	began := time.Now()
	work := kernel
	if o.floor != "" {
		work = floor
	}
	people, err := work(o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"wall": time.Since(began).Seconds(), "cpu": cpuSeconds(), "people": people,
	})
}

// cpuSeconds is the user and system time of the process since it started.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// kernel stratifies every practice and drops what each gives.
func kernel(o options) (people int64, err error) {
	e, err := extract.Open(o.dir+"/extract", false, frame.NoDay)
	if err != nil {
		return 0, err
	}
	defer e.Close()
	what, err := plan.For(e, o.dir)
	if err != nil {
		return 0, err
	}
	var counted atomic.Int64
	refused, err := run.Local(context.Background(), e.Practices(), what, run.Limits{Workers: o.workers, Memory: 2 << 30},
		func(r *run.Result) error {
			if r != nil {
				counted.Add(r.Current)
			}
			return nil
		})
	if err == nil && len(refused) > 0 {
		err = fmt.Errorf("%d practices refused", len(refused))
	}
	return counted.Load(), err
}
