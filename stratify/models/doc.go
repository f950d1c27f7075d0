// Package models ships risk models as data.
//
// What it does: embeds one folder a model and version, lists them, loads them,
// and verifies that each one parses, compiles against the shipped code lists and
// has not changed since it was released.
//
// Where it stands: pipeline loads the model a job names; the command lists,
// shows and verifies them.
//
// Terms it owns: Model (a spec with the hash of its files), Released.
//
// How it fails: an unknown model or version is [ErrUnknown], with what there is;
// a released model whose files changed is [ErrChanged].
//
// Not here: the meaning of a model file (stratify/model), code lists
// (stratify/codelists).
package models
