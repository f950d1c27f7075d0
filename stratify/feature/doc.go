// Package feature folds coded rows into one quantity per person.
//
// What it does: a [Plan] says which features a model needs and which concepts
// feed each; a [Table] holds them for one practice, people by features, and is
// filled by [Table.Fold], the hot loop of the product.
//
// Where it stands: pipeline/extract delivers batches of clean rows;
// stratify/model reads the finished table.
//
// Terms it owns: Feature, Kind, Plan, Table.
//
// How it fails: only when a plan is built from a model that contradicts itself.
// Folding cannot fail.
//
// Not here: what a feature means (stratify/model), code lists (stratify/codes),
// reading files (pipeline/extract).
//
// Every feature is a lattice value or a set of distinct identities, so rows may
// arrive in any order, twice, or cut anywhere, and the table is the same.
package feature
