//go:build unix

package folder

import "syscall"

func setUmask(mask int) int { return syscall.Umask(mask) }
