package publish

import "riskband/pipeline/publish/folder"

// The folders of a run, from pipeline/publish/folder.
type (
	// Root is one of a run's two folders, held until Close.
	Root = folder.Root
	// Side is which of the two roots a folder is.
	Side = folder.Side
	// Staging is a run's folder while it is being written.
	Staging = folder.Staging
	// Current points at the run to read.
	Current = folder.Current
)

// The two roots of a run.
const (
	Public     = folder.Public // publishable: folders 0755, files 0644
	SecureSide = folder.Secure // patient-level: folders 0700, files 0600
)

// Sentinels of the folders.
var (
	ErrLocked  = folder.ErrLocked  // another run holds the root
	ErrExposed = folder.ErrExposed // others may enter a secure root
)

// Open makes a root where it is missing and takes its lock: see [folder.Open].
func Open(dir string, side Side) (*Root, error) { return folder.Open(dir, side) }

// ReadCurrent reads current.json of a public root: see [folder.ReadCurrent].
func ReadCurrent(dir string) (Current, error) { return folder.ReadCurrent(dir) }
