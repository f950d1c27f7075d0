// Package folder lets a run's folder appear whole or not at all.
//
// What it does: holds a root folder for one run at a time; stages a run beside
// the others under a name nobody reads; makes it durable, moves it into place in
// one rename; and turns readers to it by one file, written last. Modes do not
// follow the umask.
//
// Where it stands: pipeline/publish writes its files through it; the pipeline
// opens the two roots, stages, commits and points.
//
// Terms it owns: Root, Side, Staging, Current.
//
// How it fails: a second run on a root gets [ErrLocked], a secure root open to
// others [ErrExposed]; everything else is the machine's (disk, permission) and
// carries the file system's own error. A crash between any two steps leaves the
// old run or the new one readable, and the next run clears up.
//
// Not here: what is written (pipeline/publish), what a manifest says
// (pipeline/manifest).
package folder
