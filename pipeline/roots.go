package pipeline

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"

	"riskband/pipeline/manifest"
	"riskband/pipeline/publish"
	"riskband/stratify/disclose"
)

const releaseDir = "release"

// roots are the two folders of a run, locked, with an empty folder staged in
// each.
type roots struct {
	out, secure           *publish.Root
	outStage, secureStage *publish.Staging
	outDir, secureDir     string
	log                   zerolog.Logger
}

func stage(o Options, runID string) (_ *roots, err error) {
	r := &roots{outDir: o.Out, secureDir: o.Secure, log: o.Log}
	defer func() {
		if err != nil {
			r.abandon()
		}
	}()
	if err := apart(o.Out, o.Secure); err != nil {
		return nil, err
	}
	if r.out, err = publish.Open(o.Out, publish.Public); err != nil {
		return nil, err
	}
	if r.secure, err = publish.Open(o.Secure, publish.SecureSide); err != nil {
		return nil, err
	}
	if r.outStage, err = r.out.Stage(runID); err != nil {
		return nil, err
	}
	r.secureStage, err = r.secure.Stage(runID)
	return r, err
}

// ErrRoots means that the two roots are not two folders apart.
var ErrRoots = errors.New("--out and --secure must be different folders, neither inside the other: what is secure must not lie where things are published")

func apart(out, secure string) error {
	a, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	b, err := filepath.Abs(secure)
	if err != nil {
		return err
	}
	inside := func(child, parent string) bool {
		rel, err := filepath.Rel(parent, child)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	}
	if inside(a, b) || inside(b, a) {
		return ErrRoots
	}
	return nil
}

// abandon drops what was staged and gives the locks back. After a commit it only
// gives the locks back.
func (r *roots) abandon() {
	for _, s := range []*publish.Staging{r.outStage, r.secureStage} {
		if s == nil {
			continue
		}
		if err := s.Abort(); err != nil {
			r.log.Warn().Err(err).Msg("abort staging")
		}
	}
	for _, root := range []*publish.Root{r.out, r.secure} {
		if root == nil {
			continue
		}
		if err := root.Close(); err != nil {
			r.log.Warn().Err(err).Msg("release lock")
		}
	}
}

// secureChecks writes what the operations team may see: rows by file and
// practice, hits by list, and the faults of refused practices.
func (r *roots) secureChecks(in *inputs, c *counted) error {
	secure, err := publish.NewSecure(r.secureStage, in.contract)
	if err != nil {
		return err
	}
	if _, err := secure.Conservation(c.rows); err != nil {
		return err
	}
	if _, err := secure.ListHits(in.listHits(c)); err != nil {
		return err
	}
	if _, err := secure.Tallies(c.inOrder(in.programme.Tables()), !in.key.IsZero()); err != nil {
		return err
	}
	if _, err := secure.Coverage(in.practiceStates(c)); err != nil {
		return err
	}
	for _, one := range c.refused {
		if _, err := r.secureStage.Write("quarantine/"+one.Practice+".txt", quarantine(one.Faults)); err != nil {
			return err
		}
	}
	remarks := strings.Join(in.geography.Remarks(c.people), "\n")
	_, err = r.secureStage.Write("checks/remarks.txt", []byte(remarks+"\n"))
	return err
}

// publish writes the release and its manifest into the staged folder.
func (r *roots) publish(in *inputs, c *counted, release disclose.Release, version string) (manifest.Run, error) {
	var formats []publish.Format
	for _, o := range in.job.Outputs {
		formats = append(formats, publish.Format(o))
	}
	files, err := publish.Release(filepath.Join(r.outStage.Dir(), releaseDir), release, formats, in.contract)
	if err != nil {
		return manifest.Run{}, err
	}
	for i := range files {
		files[i].Path = releaseDir + "/" + files[i].Path
	}
	m := describe(in, c, release, version)
	m.Files = files
	if err := m.Check(); err != nil {
		return m, err
	}
	_, err = r.outStage.Write(manifest.FileName, m.Encode())
	return m, err
}

// commit moves the secure side, then the public side into place, and points
// readers at the new run last of all.
func (r *roots) commit(m manifest.Run) (Outcome, error) {
	secure, err := r.secureStage.Commit()
	if err != nil {
		return Outcome{}, err
	}
	folder, err := r.outStage.Commit()
	if err != nil {
		return Outcome{}, err
	}
	err = r.out.SetCurrent(publish.Current{RunID: m.RunID, Folder: folder, ManifestSHA256: manifest.Sum(m.Encode())})
	return Outcome{
		Manifest: m,
		Folder:   filepath.Join(r.outDir, filepath.FromSlash(folder)),
		Secure:   filepath.Join(r.secureDir, filepath.FromSlash(secure)),
	}, err
}
